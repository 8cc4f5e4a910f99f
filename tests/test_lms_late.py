"""When work came, in every form in which an LMS says it; what cannot be read is unknown."""

import pytest
from intake_samples import NB, zipped

from autograder.lms import collect, read_roster

SAKAI = "HW 1/Uhl, Rosa(ruhl)/"
LIST = '"HW 1","SCORE_GRADE_TYPE"\n""\n'

# what the download holds → (id, when, called late) of each submission
DOWNLOADS = {
    "sakai to version 11": (
        {
            SAKAI + "timestamp.txt": "20250304075800000",
            SAKAI + "Submission attachment(s)/hw01.ipynb": NB,
            "HW 1/Benk, Ivo(ibenk)/timestamp.txt": "20250304075900",
            "HW 1/Benk, Ivo(ibenk)/Submission attachment(s)/hw01.ipynb": NB,
            "HW 1/Qadir, Mia(mqadir)/timestamp.txt": "20251304075900",
            "HW 1/Qadir, Mia(mqadir)/Submission attachment(s)/hw01.ipynb": NB,
        },
        {
            "ruhl": ("2025-03-04T07:58:00+00:00", None),
            "ibenk": ("2025-03-04T07:59:00+00:00", None),
            "mqadir": (None, None),
        },
    ),
    "sakai with its list of grades": (
        {
            SAKAI + "timestamp.txt": "2025-03-06T07:59:30.123456789Z",
            SAKAI + "Submission attachment(s)/hw01.ipynb": NB,
            "HW 1/Benk, Ivo(ibenk)/Submission attachment(s)/hw01.ipynb": NB,
            "HW 1/Qadir, Mia(mqadir)/timestamp.txt": "soon",
            "HW 1/Qadir, Mia(mqadir)/Submission attachment(s)/hw01.ipynb": NB,
            "HW 1/grades.csv": LIST
            + '"Display ID","ID","Last Name","First Name","grade","Submission date","Late submission"\n'
            + '"r.uhl","ruhl","Uhl","Rosa","","2025-03-06T07:59:30.123Z","Late"\n'
            + '"i.benk","ibenk","Benk","Ivo","","2025-03-02T10:00:00Z","On time"\n'
            + '"m.qadir","mqadir","Qadir","Mia","","","Late"\n',
        },
        {
            "ruhl": ("2025-03-06T07:59:30.123456+00:00", True),
            "ibenk": ("2025-03-02T10:00:00+00:00", False),
            "mqadir": (None, True),
        },
    ),
    "sakai in Spanish": (
        {
            SAKAI + "timestamp.txt": "20250304075800000",
            SAKAI + "Archivos adjuntos del envío/hw01.ipynb": NB,
            SAKAI + "Archivos de los comentarios/feedback.html": "<p>last time</p>",
            "HW 1/grades.csv": LIST
            + '"Id. mostrado","Id.","Apellidos","Nombre","calificación","Fecha","Entregado tarde"\n'
            + '"r.uhl","ruhl","Uhl","Rosa","","2025-03-06T07:59:30Z","Sí"\n',
        },
        {"ruhl": ("2025-03-04T07:58:00+00:00", None)},
    ),
    "brightspace in many forms": (
        {
            f"{number}-77 - Person {number} - {when}/hw01.ipynb": NB
            for number, when in (
                (1, "Sept 9, 2025 959 AM"),
                (2, "9 September, 2025 2145"),
                (3, "9 sept. 2025 21 h 45"),
                (4, "9. Sep. 2025 2145"),
                (5, "2025年9月9日 2145"),
                (6, "9 Fructidor 2025 2145"),
            )
        },
        {
            "1": ("2025-09-09T09:59:00", None),
            "2": ("2025-09-09T21:45:00", None),
            "3": ("2025-09-09T21:45:00", None),
            "4": ("2025-09-09T21:45:00", None),
            "5": ("2025-09-09T21:45:00", None),
            "6": (None, None),
        },
    ),
    "brightspace, the month first": (
        {
            "1-77 - Rosa Uhl - 9_8_2025 945 PM/hw01.ipynb": NB,
            "2-77 - Ivo Benk - 9_28_2025 945 PM/hw01.ipynb": NB,
        },
        {"1": ("2025-09-08T21:45:00", None), "2": ("2025-09-28T21:45:00", None)},
    ),
    "brightspace, day or month": (
        {"1-77 - Rosa Uhl - 9-8-2025 945 PM/hw01.ipynb": NB},
        {"1": (None, None)},
    ),
    "blackboard": (
        {
            "HW_1_ruhl_Versuch_2025-03-03-10-00-00_hw01.ipynb": NB,
            "HW_1_ibenk_Versuch_2025-13-03-10-00-00_hw01.ipynb": NB,
        },
        {"ruhl": ("2025-03-03T10:00:00", None), "ibenk": (None, None)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("download", DOWNLOADS)
def test_a_download_says_when_work_came(tmp_path, download):
    files, known = DOWNLOADS[download]
    intake = collect([zipped(tmp_path / "in.zip", files)], workdir=tmp_path / "work", assignment="hw01")
    assert {one.students[0].id: (one.submitted, one.late) for one in intake.submissions} == known
    assert intake.refused == ()


def test_sakais_list_of_grades_says_so_as_a_roster_too(tmp_path):
    for header in ("Display ID,ID,Last Name,First Name,grade,Submission date,Late submission", "a,b,c,d,e,f,g"):
        text = LIST + f"{header}\nr.uhl,ruhl,Uhl,Rosa,,2025-03-06T07:59:30Z,Late\ni.benk,ibenk,Benk,Ivo,,,On time\n"
        (tmp_path / "grades.csv").write_text(text)
        roster = read_roster(tmp_path / "grades.csv")
        assert [(one.student.name, one.submitted, one.late) for one in roster.students] == [
            ("Uhl, Rosa", "2025-03-06T07:59:30+00:00", True),
            ("Benk, Ivo", None, False),
        ]
        assert roster.columns[0].index == 4
