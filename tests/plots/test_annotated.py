"""Loss curves, paths on surfaces, annotated points: figures that were typed before the kinds were there."""

from collections.abc import Callable
from typing import Any

import pytest

from autograder import AnnotatedPlot, LossPlot, SurfacePathPlot, feedback, questions
from autograder.errors import AuthorError
from autograder.model import Outcome
from tests.plots import annotated_figures as drawn

RIGHT = [*drawn.LOSS_RIGHT, *drawn.WALK_RIGHT, *drawn.NOTE_RIGHT]
WRONG = [*drawn.LOSS_WRONG, *drawn.WALK_WRONG, *drawn.NOTE_WRONG]
ASKED = [drawn.LOSSES, drawn.PLAIN, drawn.ANY, drawn.TWO, drawn.WALK, drawn.CUBIC, drawn.SADDLE, drawn.WAVE]


@pytest.mark.parametrize(("question", "draw"), RIGHT, ids=range(len(RIGHT)))
def test_a_right_figure_however_it_was_drawn(question: Any, draw: Callable[[], Any]) -> None:
    with questions.recording(references={}):
        question.check(draw())


@pytest.mark.parametrize(("question", "draw", "problem"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_figure_and_what_is_said_of_it(question: Any, draw: Callable[[], Any], problem: str) -> None:
    verdict = question.judge(draw())
    assert (verdict.outcome, verdict.mistakes) == (Outcome.INCORRECT, (problem,))
    english, german = (feedback.student(verdict, level=2, language=language) for language in ("en", "de"))
    assert english != german


@pytest.mark.parametrize("question", ASKED, ids=range(len(ASKED)))
def test_the_references_of_each_agree(question: Any) -> None:
    question.certify()
    assert question.prompt


REFUSED = [
    (lambda: LossPlot(start=(1, 1)), "give it as well"),
    (lambda: LossPlot(falls=2), "between 0 and 1"),
    (lambda: LossPlot("x**2", "x", start=1), "needs start="),
    (lambda: LossPlot("x**2 - 5", "x", start=1, step=0.1, count=5), "add a constant"),
    (lambda: SurfacePathPlot("x**2", "x", start=(1,), step=0.1, count=5), "two variables"),
    (lambda: AnnotatedPlot("x**3 - 3*x", "x", points={"maximum": 1}), "has no maximum there"),
    (lambda: AnnotatedPlot("x**2 + y**2", "x y", points={"saddle": (0, 0)}), "has no saddle there"),
    (lambda: AnnotatedPlot("x**2", "x", points={}), "one at least"),
    (lambda: AnnotatedPlot("x**2", "x", points={"minimum": 0}, words={"low": ["l"]}), "words= names low"),
]


@pytest.mark.parametrize(("make", "says"), REFUSED, ids=[says for _, says in REFUSED])
def test_an_author_is_told(make: Callable[[], Any], says: str) -> None:
    with pytest.raises(AuthorError, match=says):
        make()
