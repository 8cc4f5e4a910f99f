"""The desk's pages as HTML. What a student wrote is text here: escaped, typeset or highlighted as on other pages."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache, partial
from types import ModuleType
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from autograder.desk import filters
from autograder.desk.answers import WHOLE, Member, Piece
from autograder.desk.book import Act
from autograder.desk.desk import Desk
from autograder.desk.equal import names as names_in
from autograder.desk.figures import Drawn, Why
from autograder.desk.groups import WAYS, View
from autograder.desk.rubric import mark, signed
from autograder.errors import NotebookError
from autograder.folder.figures import notebook_path
from autograder.locale import catalogue
from autograder.model import Check, Outcome, Record
from autograder.report import number
from autograder.report.names import display_name, everybodys_prompt, prompt_of
from autograder.report.pages import environment as templates
from autograder.report.pages import reason_in_words, typeset
from autograder.report.statistics import only_inside
from autograder.untrusted import guarded

N_ = str  # marks a sentence for translation where it is not yet translated
_OUTCOMES = {
    Outcome.CORRECT: N_("right"),
    Outcome.INCORRECT: N_("wrong"),
    Outcome.INVALID: N_("could not be read"),
    Outcome.UNDECIDED: N_("undecided"),
    Outcome.FAULT: N_("a fault of the test"),
}
_WHY_NO_FIGURE = {
    Why.NONE: N_("The notebook made no figure for this question when it ran again."),
    Why.TIME: N_(
        "The figure was not drawn: that took longer than %(detail)s s, and was stopped. Open it again to try again."
    ),
    Why.RAISED: N_("The figure was not drawn: %(detail)s"),
    Why.STOPPED: N_("The figure was not drawn: the notebook was stopped before, when it ran again. %(detail)s"),
    Why.NOTEBOOK: N_("The figure was not drawn: the notebook is not where it was when it was graded."),
    Why.ASSIGNMENT: N_("The figure was not drawn: the notebook cannot be run again here. %(detail)s"),
    Why.CLOSED: N_("The figure was not drawn: the desk is being closed."),
}
LONGEST_FORMULA = 500
"""Characters of a formula given as text that is typeset beside it."""
KEYS = (
    ("Enter", N_("store and go on")),
    ("f", N_("full points")),
    ("0", N_("no points")),
    ("+ −", N_("half a point more or less")),
    ("p", N_("type the points")),
    ("1 … 9", N_("a comment of the rubric, on or off")),
    ("c", N_("a comment for this answer alone")),
    ("n", N_("new comment in the rubric")),
    ("e", N_("change a comment of the rubric")),
    ("j  k", N_("next or previous group")),
    ("x", N_("to the single answers: space takes one out")),
    ("a", N_("ask again about these answers, or not")),
    ("u", N_("undo what was decided last")),
    ("b", N_("the whole notebook")),
    ("v", N_("show or hide names")),
    ("g", N_("all questions")),
    ("?", N_("these keys")),
    ("Esc", N_("leave a field, close a window")),
)


class Window(Record, frozen=True, kw_only=True):
    """What one browser window is shown with."""

    language: str
    names: bool
    """Whether names are shown."""
    csrf: str


@cache
def _environment(language: str) -> Environment:
    environment = templates(language, "autograder.desk", "autograder.report.pages", lstrip_blocks=True)
    words = catalogue(language)
    environment.filters["number"] = _points
    environment.globals.update(
        language=language,
        plain=typeset.plain,
        formula=typeset.formula,
        code=typeset.code,
        figure_in_words=lambda answer: typeset.figure_in_words(answer, language),
        prose=typeset.prose,
        signed=signed,
        seen=mark,
        title=lambda mistake: _feedback().title(mistake, language),
        error_text=lambda raised: _feedback().error_text(raised, language),
        ta=lambda check: _feedback().ta(check.verdict, language=language),
        typeset_text=typeset_text,
        said=lambda check: _said(check, language),
        outcome=lambda check: words.gettext(_OUTCOMES[check.verdict.outcome]),
        filter_names={name: words.gettext(text) for name, text in filters.names().items()},
        ways={name: words.gettext(text) for name, text in WAYS.items()},
        keys=[(key, words.gettext(text)) for key, text in KEYS],
        whole=WHOLE,
        mistake_filter=filters.MISTAKE,
        witness_said=lambda witness: only_inside.witness_in_words(witness, language),
        in_words=lambda reason: reason_in_words(reason, language),
    )
    return environment


def _points(value: float | None) -> str:
    return "–" if value is None else number(round(value, 2))


def _said(check: Check, language: str) -> list[str]:
    """What the student reads about it, where that says anything."""
    if check.verdict.outcome not in (Outcome.INCORRECT, Outcome.INVALID):
        return []
    said: str = _feedback().student(check.verdict, level=2, language=language, hidden=True, graded=True)
    return typeset.lines_of(said)


@lru_cache(maxsize=512)
def typeset_text(answer: str) -> str:
    """LaTeX of a formula that was given as text, as it was written and nothing computed; empty where it is none."""
    return guarded(lambda: _latex(answer), of=answer, longest=LONGEST_FORMULA, otherwise=lambda why: "")


def _latex(answer: str) -> str:
    import sympy as sp

    from autograder.expressions import parse

    return str(sp.latex(parse(answer, sorted(names_in(answer)), evaluate=False)))


def _feedback() -> ModuleType:
    """Imported when the first answer is shown: it brings SymPy, and the first page has to be there at once."""
    from autograder import feedback

    return feedback


def title_of(prompt: str) -> str:
    """The first line of a prompt, as the name of its question in a list."""
    prompt = prompt.replace("`", "")
    line = next((line.strip(" #*_>") for line in prompt.splitlines() if line.strip(" #*_>-")), "")
    return line if len(line) <= 100 else f"{line[:99].rsplit(' ', 1)[0]} …"


def overview(desk: Desk, window: Window) -> str:
    """All questions, how far each is, what else there is to do."""
    progress = desk.progress()
    return _page(
        "overview.html.j2",
        window,
        desk=desk,
        run=desk.folder.run,
        progress=progress,
        titles=_titles(desk),
        open=sum(one.open for one in progress),
        undecided=sum(one.undecided for one in progress),
        again=[_marked(desk, window, at) for at in desk.book.asked_again],
    )


def _titles(desk: Desk) -> dict[str, str]:
    return {question: title_of(everybodys_prompt(desk.folder.run, question)) for question in desk.pieces}


def _marked(desk: Desk, window: Window, at: tuple[str, str]) -> dict[str, Any]:
    key, question = at
    mark = desk.book.asked_again[at]
    return {
        "question": question,
        "id": desk.id_of(question, key),
        "name": named(desk, key) if window.names else "",
        "who": mark.who,
        "at": mark.at,
    }


def named(desk: Desk, key: str) -> str:
    """Whose work it is."""
    return typeset.plain(display_name(desk.works[key])) if key in desk.works else typeset.plain(key)


def deciding(desk: Desk, window: Window, view: View | None, question: str, filter: str, *, part: bool = False) -> str:
    """The page at which one group is decided.

    Args:
        part: only what changes from group to group.
    """
    progress = {one.question: one for one in desk.progress()}
    run = desk.folder.run
    rubric = desk.current_rubric().of(question)
    return _page(
        "part.html.j2" if part else "question.html.j2",
        window,
        desk=desk,
        run=run,
        question=question,
        filter=filter,
        view=view,
        possible=desk.questions[question],
        prompt=_prompt(desk, view, question),
        rubric=rubric,
        mine=progress[question],
        open=sum(one.open for one in progress.values()),
        undecided=sum(one.undecided for one in progress.values()),
        mistakes=filters.mistakes(desk.pieces[question]),
        name=partial(_name, desk, window),
        cases=desk.open_cases(question),
        given=None if view is None else _given(view.first),
        work=None if view is None else desk.works[view.first.piece.key],
        next_question=next((one.question for one in progress.values() if one.open and one.question != question), ""),
        likely=partial(only_inside.likely, language=window.language),
        tables=[] if view is None else [_table(check) for check in view.first.piece.checks],
    )


def _prompt(desk: Desk, view: View | None, question: str) -> str:
    """What those of the group were asked; of different versions no two are in one group."""
    run = desk.folder.run
    result = None if view is None else desk.works.get(view.first.piece.key)
    return everybodys_prompt(run, question) if result is None else prompt_of(run, result, question)


def _name(desk: Desk, window: Window, member: Member) -> str:
    return named(desk, member.piece.key) if window.names else ""


def _given(member: Member) -> dict[str, Any]:
    """What the fields of the form hold: what was decided before, or nothing."""
    decision = member.decision
    basis = None if decision is None else decision.basis
    return {
        "points": "" if decision is None or (basis is not None and basis.summed) else number(decision.points),
        "comments": () if basis is None else basis.comments,
        "note": decision.why if decision is not None and basis is None else "" if basis is None else basis.note,
    }


def _table(check: Check) -> list[dict[str, Any]]:
    """The answer beside both references, point by point."""
    return [
        {
            "where": ", ".join(f"{name} = {value:.6g}" for name, value in row.point.items())
            + (f", {list(row.entry)}" if row.entry else ""),
            "answer": _value(row.answer),
            "symbolic": _value(row.symbolic),
            "jax": _value(row.jax),
        }
        for row in check.compared
    ]


def _value(value: float | None) -> str:
    return "–" if value is None else f"{value:.8g}"


def notebook(desk: Desk, window: Window, piece: Piece) -> str:
    """Every cell of a student's notebook, as text."""
    from autograder.otter import read_notebook

    result = desk.works[piece.key]
    problem, cells = "", None
    try:
        cells = read_notebook(notebook_path(desk.folder.path, result.submission), name=result.submission.file).cells
    except NotebookError as error:
        problem = str(error)
    errors = {error.cell: error.raised for error in result.cell_errors}
    return _page("notebook.html.j2", window, cells=cells or (), errors=errors, problem=problem)


def figures(window: Window, id: str, question: str, drawn: Drawn, piece: Piece, described: Sequence[str]) -> str:
    """The pictures of one answer, with what they show in words; or why there are none."""
    problem = drawn.why(question)
    why = "" if problem is None else say(window, _WHY_NO_FIGURE[problem.why], detail=problem.detail)
    return _page(
        "figures.html.j2",
        window,
        id=id,
        count=drawn.figures.get(question, 0),
        why=why,
        errors=piece.errors if problem is not None and problem.why is Why.NONE else (),
        described=described,
    )


def history(desk: Desk, window: Window) -> str:
    """Everything that was decided, newest first."""
    rulings = list(reversed(desk.book.rulings))
    return _page("history.html.j2", window, desk=desk, run=desk.folder.run, acts=list(_told(desk)), rulings=rulings)


def _told(desk: Desk) -> Iterator[tuple[Act, str]]:
    for act in desk.book.acts():
        yield act, desk.id_of(act.question, act.keys[0])


def changed(desk: Desk, window: Window, question: str, comment: Any, pairs: Sequence[Any]) -> str:
    """What a changed comment would change, before it is made."""
    return _page(
        "changed.html.j2",
        window,
        question=question,
        comment=comment,
        pairs=pairs,
        named=(lambda key: named(desk, key)) if window.names else (lambda key: ""),
        number=lambda key: desk.member(question, desk.piece_of(desk.id_of(question, key))[1]).number,
    )


def problem(window: Window, said: str) -> str:
    """A page with one sentence."""
    return _page("problem.html.j2", window, said=said)


def _page(template: str, window: Window, **more: Any) -> str:
    return _environment(window.language).get_template(template).render(window=window, **more)


def prepare() -> None:
    """Import what the first answer needs, while somebody reads the first page."""
    _feedback()


def _words(language: str) -> Callable[[str], str]:
    return catalogue(language).gettext


def say(window: Window, sentence: str, **values: object) -> Markup | str:
    """A sentence of the server's in the window's language."""
    return _words(window.language)(sentence) % values
