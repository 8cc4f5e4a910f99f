"""When work came, in every form in which an LMS says it; what cannot be read is unknown."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from autograder.lms import adjust, apply, collect, fitted, grades_of, read_policy, read_roster, timed
from autograder.lms.policy import AssignmentPolicy, LateRule
from autograder.model import Id, Refused, Run, RunFacts, Space, Status, Student, Submission, SubmissionResult
from tests.lms.intake.intake_samples import NB, zipped

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


def test_gradescopes_own_list_says_so_too(tmp_path):
    header = "First Name,Last Name,SID,Email,Total Score,Max Points,Status,Submission Time,Lateness (H:M:S)\n"
    rows = [
        "Rosa,Uhl,1,r@u.edu,,4,Graded,2025-03-04 13:16:26 -0800,26:03:10",
        "Ivo,Benk,2,i@u.edu,,4,Graded,soon,00:00:00",
    ]
    (tmp_path / "gs.csv").write_text(header + "\n".join([*rows, "Mia,Qadir,3,m@u.edu,,4,Missing,,"]) + "\n")
    assert [(one.submitted, one.late) for one in read_roster(tmp_path / "gs.csv").students] == [
        ("2025-03-04T13:16:26-08:00", True), (None, False), (None, None),
    ]  # fmt: skip


# --- what the policy makes of it ------------------------------------------------------------------------------------

DUE = datetime(2025, 3, 3, 23, 59, tzinfo=UTC)
RULE = LateRule(per=timedelta(days=1), percent=Decimal(10), grace=timedelta(minutes=5))
POLICY = AssignmentPolicy(assignment="hw01", due=DUE, late=RULE)
LATE, EARLY = "2025-03-04T23:00:00", "2025-03-03T20:00:00"


def run_of(*works, missing=(), refused=()):
    """A run of (id, when, called late)."""
    facts = RunFacts(
        assignment="hw01", assignment_digest="", package_version="", versions={}, sandbox="bwrap", seed=0, jobs=1,
        started="2025-03-05T10:00:00+00:00", seconds=1.0,
    )  # fmt: skip
    results = tuple(
        SubmissionResult(
            submission=Submission(
                key=id, students=(Student(id=id),), file="hw01.ipynb", path="x", submitted=when, late=late
            ),
            status=Status.GRADED,
            score=8.0,
            possible=10.0,
        )
        for id, when, late in works
    )
    return Run(facts=facts, questions={"q1": 10.0}, results=results, missing=missing, refused=refused)


# works, changes of the policy → finals, what is said
CASES = {
    "no time at all": (
        [("a", None, None), ("b", None, None)],
        {},
        [8, 8],
        ["nothing says when any work came, so the rule for late work was applied to nobody: give the LMS's file"],
    ),
    "some without a time": (
        [("a", LATE, None), ("b", None, None)],
        {},
        [7, 8],
        ["1 submission without a known time, taken as on time (b): give the LMS's file that has the times as"
            " --roster (of Moodle the grading worksheet), or write them under [assignments.hw01.submitted]"],
    ),
    "a time that the policy tells": ([("a", None, None)], {"submitted": {"a": DUE + timedelta(days=2)}}, [6], []),
    "the LMS tells who was late": (
        [("a", None, True), ("b", None, False)],
        {},
        [8, 8],
        ["a: the LMS says LATE but not by how much"],
    ),
    "late by seconds that the LMS leaves out": ([("a", "2025-03-03T23:59:00", True)], {}, [8], []),
    "the same, without grace": (
        [("a", "2025-03-03T23:59:00", True), ("b", "2025-03-03T23:59:00", False)],
        {"late": msgspec.structs.replace(RULE, grace=timedelta())},
        [7, 8],
        [],
    ),
    "the LMS says otherwise": (
        [("a", LATE, False), ("b", EARLY, True), ("c", LATE, True), ("e", "2025-03-04T00:01", False)],
        {},
        [7, 8, 7, 8],
        [
            "late by the policy and on time in the LMS (a): compare its due date",
            "on time by the policy and late in the LMS (b): compare its due date",
        ],
    ),
    "an extension answers the LMS": ([("a", LATE, True)], {"extensions": {"a": DUE + timedelta(days=3)}}, [8], []),
    "no due date": (
        [("a", LATE, None)],
        {"due": None},
        [8],
        ["the policy has a rule for late work, but no due date for hw01: write due under [assignments.hw01]"],
    ),
    "no rule": ([("a", None, None)], {"late": LateRule()}, [8], []),
    "no rule and no due date": ([("a", LATE, True)], {"late": LateRule(), "due": None}, [8], []),
    "a time that is none": ([("a", "yesterday", None)], {}, [8], ["nothing says when any work came"]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_rule_that_could_not_be_applied_says_so(case):
    works, changes, finals, said = CASES[case]
    run, notes = adjust(run_of(*works), msgspec.structs.replace(POLICY, **changes))
    assert [result.final if result.adjustments else result.score for result in run.results] == finals
    assert len(notes) == len(said)
    for note, beginning in zip(notes, said, strict=True):
        assert note.startswith(beginning)


def test_the_page_tells_the_time_by_the_courses_clock():
    policy = msgspec.structs.replace(POLICY, zone="America/Los_Angeles")
    run, _ = adjust(run_of(("a", "2025-03-04T07:58:00+00:00", None), ("b", EARLY, None)), policy)
    assert [one.submission.submitted for one in run.results] == ["2025-03-03T23:58:00-08:00", EARLY]
    assert adjust(run, policy)[0] == run


def test_whom_the_policy_excuses_is_part_of_the_run():
    gone, sick = Student(id="g"), Student(id="s")
    failed = Refused(file="x.pdf", reason="not-a-notebook", message="x", students=(Student(id="f"),))
    policy = msgspec.structs.replace(POLICY, excused=frozenset({"s", "f", "a"}))
    run, _ = adjust(run_of(("a", EARLY, None), missing=(gone, sick), refused=(failed,)), policy)
    assert [student.id for student in run.excused] == ["s", "f"]
    assert {id.value: grade.excused for (id, _), grade in grades_of(run).items()} == {"a": True, "s": True, "f": True}
    run, _ = adjust(run, POLICY)
    assert run.excused == ()
    assert not any(grade.excused for grade in grades_of(run).values())


# --- whom a policy means, and what lists say ------------------------------------------------------------------------

COURSE = """\
time_zone = "America/Los_Angeles"
[late]
per_day = "10%"
[assignments.hw01]
due = 2025-03-03T23:59:00
excused = ["0013"]
[assignments.hw01.extensions]
"Smith, Ann" = "2 days"
nobody = "1 day"
[assignments.hw01.submitted]
"0016" = 2025-03-04T08:00:00
"""


def person(id, name="", *more):
    space, value = id
    return Student(id=value, name=name, ids=(Id(space, value), *(Id(*one) for one in more)))


def test_the_policys_names_are_found_under_any_id_of_the_list_or_the_run_and_none_is_lost(tmp_path):
    (tmp_path / "course.toml").write_text(COURSE)
    course = read_policy(tmp_path / "course.toml").of("hw01")
    lines = ["Student,ID,SIS User ID,Section,HW 1 (1)", '"Smith, Ann",9001,0012,S,', '"Lee, Bo",9002,0013,S,']
    (tmp_path / "canvas.csv").write_text("\n".join(lines))
    canvas = read_roster(tmp_path / "canvas.csv")
    ann = person((Space.CANVAS_USER, "9001"), "annsmith")
    # known by another list's ids when it was graded
    bo = person((Space.GRADESCOPE_SID, "77"), "Bo Lee")
    run = run_of(missing=(ann, bo))
    policy, lost = fitted(course, run, [canvas])
    assert apply(9, "2025-03-05T12:00:00", ann, policy, possible=10).final == Decimal("9.00")
    assert apply(9, None, bo, policy, possible=10).excused
    assert lost == (
        "the policy's extensions name 'nobody', who is not on canvas.csv: it changes nobody's grade",
        "the policy's submitted name '0016', who is not on canvas.csv: it changes nobody's grade",
    )
    policy, lost = fitted(course, run_of(missing=(person((Space.CANVAS_SIS, "0013")),)), [])
    assert policy.excused == {"0013"}
    assert len(lost) == 3
    assert "'nobody', who is not on any list: give the class list as --roster" in lost[1]


WORKSHEET = """\
Identifier,Full name,Email address,Status,Due date,Grade,Maximum grade,Grade can be changed,Last modified (submission),Last modified (grade)
Participant 70,Rosa Uhl,r@u.edu,Submitted for grading - 1 day 2 hours late,"Monday, 3 March 2025, 11:59 PM",,10.00,Yes,"Wednesday, 5 March 2025, 1:30 AM",-
Participant 71,Ivo Benk,i@u.edu,Submitted for grading,"Thursday, 6 March 2025, 11:59 PM",,10.00,Yes,"Wednesday, 5 March 2025, 1:30 AM",-
Participant 72,Mia Qadir,m@u.edu,"Submitted for grading - Extension granted until: Friday, 7 March 2025, 11:59 PM","Monday, 3 March 2025, 11:59 PM",,10.00,Yes,"Saturday, 8 March 2025, 1:30 AM",-
Participant 73,Jon Ode,j@u.edu,Submitted for grading,"Monday, 3 March 2025, 11:59 PM",,10.00,Yes,"Monday, 3 March 2025, 8:00 PM",-
Participant 74,Eva Voß,e@u.edu,"Submitted for grading - Extension granted until: Monday, 3 March 2025, 11:59 PM","Monday, 3 March 2025, 11:59 PM",,10.00,Yes,"Monday, 3 March 2025, 8:00 PM",-
"""  # noqa: E501  # as Moodle writes it


def test_moodles_worksheet_tells_when_work_came_and_whose_date_is_another(tmp_path):
    (tmp_path / "sheet.csv").write_text(WORKSHEET)
    (tmp_path / "course.toml").write_text(COURSE.partition("excused")[0])
    sheet = read_roster(tmp_path / "sheet.csv")
    run = run_of(*((str(number), None, None) for number in range(70, 75)))
    people = {str(70 + at): entry.student for at, entry in enumerate(sheet.students)}
    # graded with the gradebook: only the e-mail address is on both lists
    people["73"] = person((Space.MOODLE_ID_NUMBER, "0070"), "Jon Ode", (Space.EMAIL, "j@u.edu"))
    run = msgspec.structs.replace(
        run,
        results=tuple(
            msgspec.structs.replace(
                one, submission=msgspec.structs.replace(one.submission, students=(people[one.submission.key],))
            )
            for one in run.results
        ),
    )
    run = timed(run, [sheet])
    assert [(one.submission.submitted, one.submission.late) for one in run.results] == [
        ("2025-03-05T01:30:00", True),
        ("2025-03-05T01:30:00", False),
        ("2025-03-08T01:30:00", False),
        ("2025-03-03T20:00:00", False),
        ("2025-03-03T20:00:00", False),
    ]
    policy, lost = fitted(read_policy(tmp_path / "course.toml").of("hw01"), run, [sheet])
    run, notes = adjust(run, policy)
    assert [(one.final, one.score) for one in run.results] == [
        (6.0, 8.0),
        (8.0, 8.0),
        (7.0, 8.0),
        (None, 8.0),
        (None, 8.0),
    ]
    assert "extended to 2025-03-06 23:59" in run.results[1].adjustments[0].why
    assert (lost, notes) == ((), ())
