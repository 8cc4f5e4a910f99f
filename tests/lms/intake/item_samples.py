"""Items of a download with files behind them, and a bundle in few words."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.lms.records import Bundle, Item

CONTENT = {
    "HW 1_blee_Versuch_2025-03-04-21-00-01.txt": "Name: Bo Lee (blee)\nx",
    "submission_metadata.yml": """\
:x: 1
submission_12:
  :submitters:
  - :name: Bo Lee
    :sid: '0012'
    :email: b@u.edu
  - :name: Rosa Uhl
  - x
  :created_at: 2025-03-03 20:00:00.123456789 -08:00
submission_13:
  :submitters: x
""",
    "hw01/Lee, Bo(blee)/timestamp.txt": "20250303200000123",
    "hw01/grades.csv": """\
hw01,SCORE_GRADE_TYPE

Display ID,ID,Last Name,First Name,grade,Submission date,Late submission
1,ruhl,Uhl,Rosa,,2025-03-03T19:00:00Z,Late
2,blee,Lee,Bo,,2025-03-03T18:00:00Z,On time
""",
    "hw01/Red (0f1e2d3c-1111-2222-3333-444455556666)/members.txt": "Smith, Ann(asmith); M&uuml;ller, Bo(bm); x",
}


def items(folder: Path, names: Sequence[str]) -> list[Item]:
    found = []
    for number, name in enumerate(names):
        (folder / str(number)).write_text(CONTENT.get(name, "x"), encoding="utf-8")
        found.append(Item(tuple(name.split("/")), folder / str(number)))
    return found


def told(bundle: Bundle) -> dict[str, Any]:
    more = {
        "tag": bundle.tag, "late": bundle.late, "at": bundle.submitted, "order": bundle.order,
        "notes": bundle.notes or None, "tags": bundle.tags or None, "own": bundle.own or None,
    }  # fmt: skip
    return {
        "who": "; ".join(
            " ".join(filter(None, (student.name, *(f"{one.space.value}={one.value}" for one in student.ids))))
            for student in bundle.students
        ),
        "files": {"/".join(item.parts): int(item.path.name) for item in bundle.items},
        "source": bundle.source,
        **{field: value for field, value in more.items() if value is not None},
    }
