"""What a TA sees of the sentences that the student reads."""

import re
from pathlib import Path

import msgspec

from autograder.desk import Desk, pages
from autograder.model import Outcome, Reason, Verdict
from tests.desk.desk_class import folder_of
from tests.report.report_samples import check, result, run

UNREADABLE = Verdict(
    outcome=Outcome.INVALID,
    reason=Reason.NOT_PARSED,
    details={"error": "the expression ends too early", "caret": "6*x <\n     ^"},
)


def test_the_caret_stands_in_one_text_with_what_it_points_into(tmp_path: Path) -> None:
    """A block of its own loses the spaces in front of it."""
    sample = result(1, "Ann", (None, 2.0, 2.0))
    first, *others = sample.questions
    case = msgspec.structs.replace(first.cases[0], checks=(check(UNREADABLE, "6*x <"),))
    sample = msgspec.structs.replace(sample, questions=(msgspec.structs.replace(first, cases=(case,)), *others))
    folder = folder_of(msgspec.structs.replace(run(), results=(sample,)), tmp_path / "grades")
    desk = Desk(folder, who="ta", rubric_file=folder / "rubric.json")
    try:
        html = pages.deciding(
            desk, pages.Window(language="en", names=False, csrf="c"), desk.show("q1", "all"), "q1", "all"
        )
    finally:
        desk.close()
    (place,) = re.findall(r'<pre class="hint place"[^>]*>(.*?)</pre>', html, re.S)
    assert place == "6*x &lt;\n     ^"
