"""Runs made by hand for the tests of the pages: everything that a page can show, hostile text included."""

from io import BytesIO

from PIL import Image

from autograder.model import (
    Adjustment,
    CaseResult,
    CellError,
    Certainty,
    Check,
    Outcome,
    QuestionResult,
    Raised,
    Reason,
    Refused,
    Run,
    RunFacts,
    Status,
    Student,
    Submission,
    SubmissionResult,
    Verdict,
    Witness,
)

HOSTILE = '<script>alert("x")</script> & &lt; \u202eevil\u202c </pre></details> {{ 7*7 }} \x00'

RIGHT = Verdict(outcome=Outcome.CORRECT, reason=Reason.EQUAL, certainty=Certainty.PROVED, points_used=20)
OPEN = Verdict(outcome=Outcome.UNDECIDED, reason=Reason.NOT_SEPARATED, points_tried=70)
WRONG = Verdict(
    outcome=Outcome.INCORRECT,
    reason=Reason.DIFFERENT,
    certainty=Certainty.PROVED,
    witness={"x": 1.0},
    actual="6",
    desired="DESIRED-8",
    mistakes=("chain_drop",),
    generated="GENERATED",
)
CURVE = tuple((x / 10, (x / 10) ** 3 - x / 10, 3 * (x / 10) ** 2) for x in range(-15, 16))

FUNCTION = """def path_length(points, weights):
    total = 0.0
    previous = points[0]
    for place, here in enumerate(points[1:], start=1):
        step = ((here[0] - previous[0]) ** 2 + (here[1] - previous[1]) ** 2) ** 0.5
        total = total + weights[place % len(weights)] * step
        previous = here
    return total / max(len(points) - 1, 1)"""
"""What two write alike by chance never."""


def check(verdict: Verdict, answer: str, latex: str | None = None) -> Check:
    return Check(
        kind="Derivative",
        prompt="the derivative of x**3 - x",
        answer=answer,
        answer_kind="expression",
        verdict=verdict,
        answer_latex=latex,
        points=CURVE,
    )


def question(name: str, score: float | None, answer: str, latex: str | None = None) -> QuestionResult:
    verdict = OPEN if score is None else RIGHT if score else WRONG
    public = CaseResult(
        name=f"{name} public",
        hidden=False,
        passed=None if score is None else bool(score),
        score=score or 0.0,
        possible=2.0,
        message="",
        checks=(check(verdict, answer, latex),),
    )
    hidden = CaseResult(
        name="HIDDEN-NAME",
        hidden=True,
        passed=None if score is None else bool(score),
        score=score or 0.0,
        possible=2.0,
        message="HIDDEN-MESSAGE",
        checks=(check(verdict, answer, latex),),
    )
    return QuestionResult(
        name=name,
        score=None if score is None else 2 * score,
        possible=4.0,
        cases=(public, hidden),
        reason="undecided" if score is None else None,
    )


def submission(number: int, name: str, *, key: str | None = None) -> Submission:
    key = key or f"{number:04d}"
    return Submission(key=key, students=(Student(id=key, name=name),), file=f"{name}_hw01.ipynb", path="")


def result(number: int, name: str, marks: tuple[float | None, ...], **fields: object) -> SubmissionResult:
    questions = tuple(
        question(f"q{i}", mark, "3*x**2 - 1" if mark else "3*x**2", "3 x^{2} - 1" if mark else "3 x^{2}")
        for i, mark in enumerate(marks, 1)
    )
    undecided = any(mark is None for mark in marks)
    values: dict[str, object] = {
        "submission": submission(number, name),
        "status": Status.NEEDS_REVIEW if undecided else Status.GRADED,
        "reason": "undecided" if undecided else None,
        "questions": questions,
        "score": None if undecided else sum(q.score or 0.0 for q in questions),
        "possible": 4.0 * len(marks),
        "code": ("import sympy as sp", "x = sp.symbols('x')", "dfdx = sp.diff(x**3 - x, x)"),
    }
    return SubmissionResult(**(values | fields))  # type: ignore[arg-type]


def facts(assignment: str = "hw01", seconds: float = 12.5) -> RunFacts:
    return RunFacts(
        assignment=assignment,
        assignment_digest="0" * 64,
        package_version="0.1.0",
        versions={"python": "3.11.7", "sympy": "1.14.0"},
        sandbox="bwrap",
        seed=0,
        jobs=2,
        started="2026-09-01T12:00:00+00:00",
        seconds=seconds,
        command="autograder grade hw01 submissions.zip",
    )


def run(assignment: str = "hw01", students: int = 6) -> Run:
    """A class in which something of everything happened."""
    results = [
        result(1, "Ann Smith", (2.0, 2.0, 2.0)),
        result(2, "O'Brien, Al", (2.0, 0.0, 0.0)),
        result(3, "李小龍", (2.0, 0.0, 2.0)),
        result(4, HOSTILE, (None, 0.0, 2.0)),
        SubmissionResult(
            submission=submission(5, "Stopped, Sam"),
            status=Status.FAILED,
            reason="timeout",
            message="stopped in cell 5 after 60 s",
            questions=(question("q1", 2.0, "3*x**2 - 1"), QuestionResult(name="q2", score=None, possible=4.0)),
            possible=12.0,
            cell_errors=(CellError(cell=3, raised=Raised(type="NameError", message=HOSTILE, line=2)),),
            code=("while True: pass",),
        ),
        result(
            6,
            "Late, Lee",
            (2.0, 2.0, 0.0),
            adjustments=(Adjustment(kind="late", why="1 day late: −10 %", before=8.0, after=7.2),),
            final=7.2,
        ),
    ]
    results += [
        result(n, f"Student {n}", (2.0 * (n % 2), 2.0 * (n % 3 > 0), 2.0 * (n % 5 > 1))) for n in range(7, students + 1)
    ]
    return Run(
        facts=facts(assignment),
        questions={"q1": 4.0, "q2": 4.0, "q3": 4.0},
        prompts={"q1": "The derivative of $x^3 - x$ as a **SymPy** expression in `dfdx`."},
        results=tuple(results),
        refused=(Refused(file="holiday.jpg", reason="not-a-notebook", message="holiday.jpg is a picture"),),
        missing=(Student(id="0099", name="Absent, Amy"),),
        warnings=("two notebooks, took hw01.ipynb",),
    )


def witnessed(*pairs: tuple[Witness, Witness | None], possible: float) -> tuple[CaseResult, ...]:
    """An undecided case for what the outside witness and the inside one say of each."""
    return tuple(
        CaseResult(
            name=f"case {place}",
            hidden=False,
            passed=None,
            score=0.0,
            possible=possible,
            message="",
            outside=outside,
            inside=inside,
        )
        for place, (outside, inside) in enumerate(pairs)
    )


def png(mode: str = "RGBA", size: tuple[int, int] = (12, 7), **saved: object) -> bytes:
    """A picture of noise as Pillow saves it."""
    out = BytesIO()
    Image.effect_noise(size, 90).convert(mode).save(out, "PNG", **saved)
    return out.getvalue()
