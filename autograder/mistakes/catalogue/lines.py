"""What goes wrong between two lines of a derivation where nothing is differentiated, and in what it begins with."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from autograder.mistakes.calculus import Node, rewriting
from autograder.mistakes.catalogue.entry import Example, Mistake, seen_by_the_question

if TYPE_CHECKING:
    from autograder.mistakes.calculus import Task

Made = Callable[["Task"], Iterator[list[Node]]]
SOURCE = "project's own"


def _by(change: Callable[[Node], Iterator[Node]], *, out: bool = True) -> Made:
    """Wrong lines by a change at each place of the line before, as it stands and, with ``out``, written out."""

    def whole(task: "Task") -> Iterator[list[Node]]:
        if task.kind != "Step":
            return
        forms = rewriting.Forms(task.function)
        for form in forms.all() if out else [forms.given]:
            for node in rewriting.changed(form, change):
                yield [node]

    return whole


def _another_number(task: "Task", actual: Any) -> bool:
    """Whether the line is the one before with another number in a term; its values are (N,)."""
    return (
        task.kind == "Step" and actual.shape == (task.size,) and rewriting.numbers(task.function, task.points, actual)
    )


def _line(function: str) -> Example:
    return Example(function=function, kind="Step")


ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="step_copied",
        code="Z1",
        title="the function copied wrongly",
        applies="a derivation that begins with the function",
        transformation="another function than the question's",
        question="Is the function at the top of your derivation the one in the question, sign by sign?",
        attempt="Lay both beside each other and compare them letter by letter.",
        example=Example(function="x**2*sin(3*x)", kind="Steps", shown="f(x) = x^2 sin(2x)"),
        source=SOURCE,
        rank=20,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="carried_forward",
        code="Z2",
        title="right for an earlier answer that is wrong",
        applies="a question that goes on with the answer to another one",
        transformation="the right answer to the question that the own answer makes",
        question="Which earlier answer of yours does this one rest on, and is that one right?",
        attempt="Mend the earlier answer first, and then work this one out again in the same way.",
        example=Example(function="x**3", kind="Derivative", shown="d2f = diff(df), with another df than asked for"),
        source=SOURCE,
        rank=10,
        fits=seen_by_the_question,
    ),
    Mistake(
        id="step_sign",
        themes=("sign",),
        code="Z3",
        title="sign of a term lost between two lines",
        applies="two lines with a sum in the first",
        transformation="a + b → a − b",
        question="Has every term kept its sign from the line before to this one?",
        attempt="Write the sign in front of each term of both lines in a colour, and compare them pair by pair.",
        example=_line("(2*x*(x - 2) - (x**2 + 1))/(x - 2)**2"),
        source=SOURCE,
        rank=40,
        whole=_by(rewriting.sign),
    ),
    Mistake(
        id="step_term",
        themes=("part",),
        code="Z4",
        title="a term lost between two lines",
        applies="two lines with a sum in the first",
        transformation="a + b → a",
        question="Is every term of the line before still there?",
        attempt="Number the terms of the line before, and look for each number in this line.",
        example=_line("2*x*sin(3*x) + 3*x**2*cos(3*x)"),
        source=SOURCE,
        rank=42,
        whole=_by(rewriting.term),
    ),
    Mistake(
        id="step_factor",
        themes=("factor",),
        code="Z5",
        title="a factor lost or there twice",
        applies="two lines with a product in the first",
        transformation="a·b → a, or a·b + c → a·b·b + c",
        question="Which factor have you taken out or put together, and is each there as often as before?",
        attempt="Multiply your line out again, factor by factor, and compare it with the line before.",
        example=_line("2*x*sin(3*x) + 3*x**2*cos(3*x)"),
        source=SOURCE,
        rank=44,
        whole=_by(rewriting.factor),
    ),
    Mistake(
        id="step_exponent",
        themes=("factor",),
        code="Z6",
        title="exponents put together wrongly",
        applies="two lines with powers in the first",
        transformation="x²·x³ → x⁶, or an exponent off by one",
        question="What happens to exponents when powers of one base are multiplied?",
        attempt="Write each power as a product of single factors and count them.",
        example=_line("2*x*sin(3*x) + 3*x**2*cos(3*x)"),
        source=SOURCE,
        rank=43,
        whole=_by(rewriting.exponent),
    ),
    Mistake(
        id="step_power_split",
        code="Z7",
        title="a power, root, reciprocal or function of a sum taken term by term",
        applies="two lines with a sum inside something",
        transformation="(a + b)² → a² + b²",
        question="Is what you did to the sum the same as doing it to each of its terms?",
        attempt="Put two small numbers in for the terms, and work both lines out.",
        example=_line("(x**2 - 4*x - 1)/(x - 2)**2"),
        source=SOURCE,
        rank=30,
        whole=_by(rewriting.power_split, out=False),
    ),
    Mistake(
        id="step_distributed",
        code="Z8",
        title="a factor or a minus sign that not every term of the bracket got",
        applies="two lines with a bracket in the first",
        transformation="a(b + c) → ab + c",
        question="What does the factor, or the minus sign, in front of a bracket do to each term in it?",
        attempt="Draw an arrow from the factor to each term of the bracket, and write a product for each arrow.",
        example=_line("(2*x*(x - 2) - (x**2 + 1))/(x - 2)**2"),
        source=SOURCE,
        rank=32,
        instead_of=("step_sign",),
        whole=_by(rewriting.distributed, out=False),
    ),
    Mistake(
        id="step_cancelled",
        code="Z9",
        title="cancelled from one term of a sum",
        applies="two lines with a quotient in the first",
        transformation="(ab + c)/b → a + c",
        question="May you cancel something that is not a factor of the whole numerator?",
        attempt="Put numbers in, and work the fraction out before and after you cancelled.",
        example=_line("(2*x*(x - 2) - (x**2 + 1))/(x - 2)**2"),
        source=SOURCE,
        rank=31,
        instead_of=("step_factor",),
        whole=_by(rewriting.cancelled, out=False),
    ),
    Mistake(
        id="step_number",
        code="Z10",
        title="another number before a term",
        applies="two lines with a sum in the first",
        transformation="4·3x → 7x",
        question="Are the numbers of this line worked out rightly from those of the line before?",
        attempt="Work out the number in front of each term on a line of its own.",
        example=Example(function="12*(3*x + 1)**3 - 5", kind="Step", shown="7*(3*x + 1)**3 - 5"),
        source=SOURCE,
        rank=60,
        fits=_another_number,
    ),
)
