"""A download of each LMS, and what is in it."""

from tests.lms.intake.intake_samples import NB, notebook

RUBY = """---
submission_101:
  :submitters:
  - :name: Ann Smith
    :sid: 0123
    :email: ann@x.edu
  - :name: Bo Lee
    :email: bo@x.edu
  :created_at: 2025-03-03 13:16:26.123456789 -08:00
  :score: 3.0
submission_102:
  :submitters:
  - :name: Cy O'Brien
    :sid: '0125'
"""
RECEIPT = "Name: Bo Lee (bo_lee)\nAssignment: HW_1\nDate Submitted: Monday\n"
SAKAI = "HW 1/Smith, Ann(asmith)/"

# LMS → what its download holds, and (id, name, file, late, submitted) of each submission
DOWNLOADS = {
    "canvas": (
        {
            "smithann_12345_901_hw01.ipynb": NB,
            "leebo_LATE_12346_902_hw01-1.ipynb": NB,
            "leebo_LATE_12346_903_data-2.csv": "1,2",
            "álvarez_zoë_12347_904_hw01.ipynb": NB,
            "LATE_anon_x7Fq_905_hw01.ipynb": NB,
            "group 7_12349_906_hw 01.ipynb": NB,
            "__MACOSX/._smithann_12345_901_hw01.ipynb": "x",
            ".DS_Store": "x",
        },
        [
            ("12345", "smithann", "hw01.ipynb", False, None),
            ("12346", "leebo", "hw01-1.ipynb", True, None),
            ("12347", "álvarez_zoë", "hw01.ipynb", False, None),
            ("anon_x7Fq", "", "hw01.ipynb", True, None),
            ("12349", "group 7", "hw 01.ipynb", False, None),
        ],
    ),
    "moodle": (
        {
            "Ann Smith_1234567_assignsubmission_file_/hw01.ipynb": NB,
            "Ann Smith_1234567_assignsubmission_file_/data/d.csv": "1",
            "Ann Smith_1234567_assignsubmission_onlinetext_/onlinetext.html": "hello",
            "Bo Lee_1234568_assignsubmission_file/hw01.ipynb": NB,
            "Participant_1234569_assignsubmission_file_hw01.ipynb": NB,
        },
        [
            ("1234567", "Ann Smith", "hw01.ipynb", None, None),
            ("1234568", "Bo Lee", "hw01.ipynb", None, None),
            ("1234569", "", "hw01.ipynb", None, None),
        ],
    ),
    "blackboard": (
        {
            "HW_1_asmith_attempt_2025-03-03-10-00-00_hw01.ipynb": NB,
            "HW_1_asmith_attempt_2025-03-04-09-00-00_hw01.ipynb": notebook("newer"),
            "HW_1_asmith_attempt_2025-03-04-09-00-00.txt": "Name: Ann Smith (asmith)\n",
            "HW_1_bo_lee_attempt_2025-03-03-10-00-00_hw01.ipynb": NB,
            "HW_1_bo_lee_attempt_2025-03-03-10-00-00.txt": RECEIPT,
            "HW_1_cy.o-brien_attempt_2025-03-03-10-00-00_my work.ipynb": NB,
        },
        [
            ("asmith", "", "hw01.ipynb", None, "2025-03-04T09:00:00"),
            ("bo_lee", "", "hw01.ipynb", None, "2025-03-03T10:00:00"),
            ("cy.o-brien", "", "my work.ipynb", None, "2025-03-03T10:00:00"),
        ],
    ),
    "brightspace": (
        {
            "index.html": "<html>",
            "1400001-77 - Ann Smith - Mar 3, 2025 959 AM/hw01.ipynb": NB,
            "1400001-78 - Ann Smith - Mar 3, 2025 1005 PM/hw01.ipynb": notebook("newer"),
            "1400002-79 - Bo - Lee - March 10, 2025 12_05 AM/hw01.ipynb": NB,
        },
        [
            ("1400001", "Ann Smith", "hw01.ipynb", None, "2025-03-03T22:05:00"),
            ("1400002", "Bo - Lee", "hw01.ipynb", None, "2025-03-10T00:05:00"),
        ],
    ),
    "gradescope": (
        {
            "assignment_5_export/submission_metadata.yml": RUBY,
            "assignment_5_export/submission_101/hw01.ipynb": NB,
            "assignment_5_export/submission_102/hw01.ipynb": NB,
            "assignment_5_export/submission_103/hw01.ipynb": NB,
        },
        [
            ("0123", "Ann Smith", "hw01.ipynb", None, "2025-03-03T13:16:26.123456-08:00"),
            ("0125", "Cy O'Brien", "hw01.ipynb", None, None),
            ("submission_103", "", "hw01.ipynb", None, None),
        ],
    ),
    "sakai": (
        {
            "HW 1/grades.csv": "x",
            SAKAI + "timestamp.txt": "20250303100000000",
            SAKAI + "comments.txt": "",
            SAKAI + "Smith, Ann_submissionText.html": "hi",
            SAKAI + "Submission attachment(s)/hw01.ipynb": NB,
            SAKAI + "Feedback Attachment(s)/old.ipynb": NB,
            "HW 1/Lee, Bo (Jr)(blee)/Submission attachment(s)/hw01.ipynb": NB,
        },
        [
            ("asmith", "Smith, Ann", "hw01.ipynb", None, "2025-03-03T10:00:00+00:00"),
            ("blee", "Lee, Bo (Jr)", "hw01.ipynb", None, None),
        ],
    ),
    "folders or files named after students": (
        {
            "asmith/hw01.ipynb": NB,
            "asmith/data/d.csv": "1",
            "asmith/.ipynb_checkpoints/hw01-checkpoint.ipynb": NB,
            "Bo Lee/homework.ipynb": NB,
            "hw01_cobrien.ipynb": NB,
            "dng - HW 1.ipynb": NB,
        },
        [
            ("cobrien", "", "hw01_cobrien.ipynb", None, None),
            ("dng", "", "dng - HW 1.ipynb", None, None),
            ("asmith", "", "hw01.ipynb", None, None),
            ("Bo Lee", "", "homework.ipynb", None, None),
        ],
    ),
}


def seen(intake):
    return [(s.students[0].id, s.students[0].name, s.file, s.late, s.submitted) for s in intake.submissions]
