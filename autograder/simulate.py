"""A class that never was: notebooks as different students would hand them in, named and zipped as Canvas does.

Right and wrong answers come from the assignment's ``tries.toml`` where it has one, else from its solution and from
mutations of it. Everything is drawn from one seed: the same call writes the same bytes.
"""

import copy
import csv
import io
import json
import random
import re
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from autograder.errors import AuthorError, UsageError
from autograder.model import Record
from autograder.tries import Try, read_tries

_CHECK = re.compile(r"""grader\.check\(\s*["'](\w+)["']\s*\)""")
_ID = re.compile(r'^STUDENT = ""$', re.M)
_FIRST = (
    "Ann", "José", "Thị Hồng", "Jürgen", "Aoife", "Mohammed", "Zoë", "Li Wei", "Søren", "Priya", "Anaïs", "Kwame",
    "Bo", "María José", "Łukasz", "Yuki", "Chloé", "Ivan", "Fatima", "Björn", "Rosa", "Dmitri", "Nia", "Tomáš",
)  # fmt: skip
_LAST = (
    "Smith", "O'Neil", "Nguyễn", "Müller", "de la Cruz", "Lee", "Ångström", "van den Berg", "García-López", "Kim",
    "Şahin", "Wright", "Brontë", "Al-Sayed", "St. John", "Novák", "Ito", "Okafor", "D'Souza", "Petrov", "Chen",
    "Weiß", "Johnson, Jr.",
)  # fmt: skip
_ATTACHMENT = 900_000
_DATE = (2026, 9, 14, 12, 0, 0)


class SimulatedClass(Record, frozen=True, kw_only=True):
    """What was written."""

    submissions: Path
    """Canvas's bulk download, a zip."""
    roster: Path
    """Canvas's gradebook export, a CSV."""
    truth: Path
    """A CSV: per student and question what stands in the answer, as ``kind: note``; where numbers are drawn, also what
    is odd about the id in the notebook."""
    students: int
    questions: tuple[str, ...]


class _Person(Record, frozen=True, kw_only=True):
    id: str
    sis: str
    login: str
    name: str
    """Sortable: "Smith, Ann"."""
    section: str


class _Template:
    """The student's notebook and where its answers go."""

    def __init__(self, student: Path, solution: Path, tries: Path | None) -> None:
        self.notebook = _read(student)
        solved = _read(solution)
        if len(self.notebook["cells"]) != len(solved["cells"]):
            raise AuthorError(f"{student.name} and its solution have different cells: build the assignment again")
        self.cells: dict[str, list[int]] = {}
        self.solutions: dict[str, list[str]] = {}
        waiting: list[int] = []
        for index, (given, full) in enumerate(zip(self.notebook["cells"], solved["cells"], strict=True)):
            source = _source(given)
            if given["cell_type"] == "code" and source != _source(full):
                waiting.append(index)
            elif (check := _CHECK.search(source)) and waiting:
                self.cells[check[1]] = waiting
                self.solutions[check[1]] = [_source(solved["cells"][place]) for place in waiting]
                waiting = []
        if not self.cells:
            raise AuthorError(f"{student.name}: no cell to answer before a grader.check(…): nothing to simulate")
        declared = read_tries(tries) if tries is not None and tries.is_file() else {}
        self.tries = {name: declared.get(name) or _mutations(self.solutions[name][-1]) for name in self.cells}

    @property
    def asks_for_id(self) -> bool:
        """Whether everybody has numbers of their own."""
        return any(_ID.search(_source(cell)) for cell in self.notebook["cells"])

    def fill(self, answers: dict[str, str | None]) -> dict[str, Any]:
        """A notebook with these answers; None leaves the starter code."""
        notebook = copy.deepcopy(self.notebook)
        for question, code in answers.items():
            if code is None:
                continue
            *before, last = self.cells[question]
            for place, source in zip(before, self.solutions[question], strict=False):
                notebook["cells"][place]["source"] = source
            notebook["cells"][last]["source"] = code
        return notebook


def simulate(
    student: Path,
    solution: Path,
    *,
    assignment: str,
    out: Path,
    students: int = 24,
    seed: int = 0,
    tries: Path | None = None,
    possible: float = 0.0,
) -> SimulatedClass:
    """Write a class's submissions, its gradebook and the truth about them into ``out``.

    Args:
        student: the notebook as students get it.
        solution: the same notebook with the solutions in place.
        assignment: name of the assignment and of the gradebook's column.
        out: folder for ``submissions.zip``, ``canvas.csv`` and ``truth.csv``.
        students: how many hand something in; a few more are only on the roster.
        seed: everything is drawn from it.
        tries: ``tries.toml`` with right and wrong answers.
        possible: points, for the gradebook.

    Raises:
        UsageError: a notebook cannot be read or the folder cannot be written.
        AuthorError: the notebook has no answers to fill in, or ``tries.toml`` is wrong.
    """
    draw = random.Random(f"{assignment} {seed}")
    template = _Template(student, solution, tries)
    people = _people(draw, students + max(1, students // 12))
    oddities = _oddities(draw, students)
    # of its own: who has which id changes nothing in what is answered
    ids = _ids(random.Random(f"ids {assignment} {seed}"), people[:students]) if template.asks_for_id else []
    truth = [["id", "student", "oddity", *["numbers"] * bool(ids), *template.cells]]
    files: dict[str, bytes] = {}
    for number, person in enumerate(people[:students]):
        odd = oddities.get(number, "")
        answers, notes = _answers(template, draw, odd)
        notebook = template.fill(answers)
        own, said = ids[number] if ids and odd != "untouched" else ("", "")
        if own:
            _sign(notebook, own)
        content = _save(notebook, odd, draw)
        late = "LATE_" if odd == "late" else ""
        again = "-1" if odd == "again" else ""
        files[f"{_slug(person.name)}_{late}{person.id}_{_ATTACHMENT + number}_{assignment}{again}.ipynb"] = content
        told = [said] * bool(ids)
        truth.append([person.id, person.name, odd, *told, *(notes[question] for question in template.cells)])
    made = SimulatedClass(
        submissions=out / "submissions.zip",
        roster=out / "canvas.csv",
        truth=out / "truth.csv",
        students=students,
        questions=tuple(template.cells),
    )
    try:
        out.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(made.submissions, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(files):
                archive.writestr(zipfile.ZipInfo(name, _DATE), files[name], zipfile.ZIP_DEFLATED)
        made.roster.write_text(_gradebook(people, assignment, possible), encoding="utf-8", newline="")
        made.truth.write_text(_csv(truth), encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(f"{error.filename or out}: {error.strerror}; use another folder with -o") from error
    return made


def _answers(template: _Template, draw: random.Random, odd: str) -> tuple[dict[str, str | None], dict[str, str]]:
    """Code per question (None: untouched), and what it is."""
    skill = draw.betavariate(4, 1.3)
    code: dict[str, str | None] = {}
    notes: dict[str, str] = {}
    for question, tries in template.tries.items():
        kind = "right" if draw.random() < skill else draw.choices(["wrong", "invalid", "blank"], [7, 2, 1])[0]
        of_kind = [answer for answer in tries if answer.is_ == kind]
        if not of_kind:
            code[question], notes[question] = None, "blank"
            continue
        chosen = draw.choices(of_kind, [answer.weight for answer in of_kind])[0]
        code[question], notes[question] = chosen.code.strip("\n"), f"{kind}: {chosen.note}"
    names = list(template.cells)
    later = names[2 * len(names) // 3]
    if odd == "untouched":
        return dict.fromkeys(names), dict.fromkeys(names, "blank")
    if odd == "half":
        for question in names[len(names) // 2 :]:
            code[question], notes[question] = None, "blank"
    elif odd == "loop":
        code[later], notes[later] = "n = 0\nwhile True:\n    n = n + 1", "invalid: never ends"
    elif odd == "raises":
        code[later], notes[later] = 'answer = {}["slope"]', "invalid: raises"
    elif odd == "syntax":
        code[later], notes[later] = "answer = (3 * ", "invalid: syntax error"
    return code, notes


def _save(notebook: dict[str, Any], odd: str, draw: random.Random) -> bytes:
    """The file's bytes, with what editors and students do to them."""
    if odd == "plain":
        notebook["metadata"].pop("kernelspec", None)
        notebook["nbformat_minor"] = 0
        for cell in notebook["cells"]:
            cell.pop("id", None)
    elif odd == "windows":
        for cell in notebook["cells"]:
            cell["source"] = _source(cell).replace("\n", "\r\n")
    elif odd == "thoughts":
        place = draw.randrange(len(notebook["cells"]))
        cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": "1 / 0"}
        notebook["cells"].insert(place, cell | ({"id": "scratch"} if notebook["nbformat_minor"] >= 5 else {}))
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    return (text[: len(text) // 2] if odd == "cut" else text).encode()


def _oddities(draw: random.Random, students: int) -> dict[int, str]:
    """Number of a student → what is odd about the notebook: about a third of the class, one endless loop at most."""
    kinds = ["syntax", "half", "plain", "late", "raises", "untouched", "loop", "windows", "thoughts", "cut", "again"]
    drawn = [kinds[number % len(kinds)] for number in range(students * 11 // 24)]
    once = [kind for number, kind in enumerate(drawn) if kind != "loop" or number < len(kinds)]
    return dict(zip(draw.sample(range(students), len(once)), once, strict=True))


def _ids(draw: random.Random, people: Sequence[_Person]) -> list[tuple[str, str]]:
    """For each student the id in the notebook and what is odd about it, if something is.

    One in twenty has made a typing error, and of each fifty two have swapped: the one's notebook says the other's id.
    """
    ids = [(person.login, "") for person in people]
    odd = draw.sample(range(len(people)), len(people))
    for _ in range(len(people) // 50 or len(people) > 11):
        one, other = odd.pop(), odd.pop()
        for mine, theirs in ((one, other), (other, one)):
            ids[mine] = (people[theirs].login, f"another's: {people[theirs].id}")
    for _ in range(len(people) // 20 or len(people) > 1):
        wrong = odd.pop()
        ids[wrong] = (f"{people[wrong].login[1:]}{people[wrong].login[0]}", "a typing error")
    for number in odd[: len(odd) // 4]:
        ids[number] = (f" {people[number].login.title()} ", "")  # blanks and capital letters change nothing
    return ids


def _sign(notebook: dict[str, Any], student: str) -> None:
    """Write an id into the cell that asks for it."""
    for cell in notebook["cells"]:
        if _ID.search(_source(cell)):
            cell["source"] = _ID.sub(lambda _: f"STUDENT = {json.dumps(student)}", _source(cell))


def _people(draw: random.Random, number: int) -> list[_Person]:
    people = []
    for index in range(number):
        # 24 and 23 have no common divisor: all pairs come before one comes again (a class has two Ann Smiths)
        first, last = _FIRST[index % len(_FIRST)], _LAST[index % len(_LAST)]
        if index == 1:
            first, last = _FIRST[0], _LAST[0]
        login = f"{_ascii(first)[:1]}{_ascii(last)[:7]}{index}".lower()
        people.append(
            _Person(
                id=str(31_000 + 7 * index),
                sis=f"00{draw.randrange(10**5, 10**6)}",
                login=login,
                name=f"{last}, {first}",
                section="DATA 8 Lec 1" if index % 3 else "DATA 8 Lec 1 and DATA 8 Lab 3",
            )
        )
    draw.shuffle(people)
    return people


def _gradebook(people: Sequence[_Person], assignment: str, possible: float) -> str:
    """Canvas's export: points row, students by sortable name, the test student last, read-only totals."""
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", f"{assignment} (4757)", "Final Score"]
    points = f"{possible:g}" if possible else ""
    rows = [head, ["    Points Possible", "", "", "", "", points, "(read only)"]]
    for person in sorted(people, key=lambda person: (_ascii(person.name).lower(), person.id)):
        rows.append([person.name, person.id, person.sis, person.login, person.section, "", ""])
    rows.append(["Student, Test", "39999", "", "0123456789abcdef", "DATA 8 Lec 1", "", ""])
    return _csv(rows)


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _slug(name: str) -> str:
    """As Canvas writes a sortable name into a file name: letters and digits only, lower case."""
    return "".join(character for character in name.lower() if character.isalnum())


def _ascii(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(character for character in bare if character.isalnum() or character == " ")


def _mutations(solution: str) -> list[Try]:
    """Right, wrong and invalid answers made from the solution, for an assignment without tries of its own."""
    name, equals, _ = solution.partition("=")
    changes: dict[str, Callable[[str], str]] = {
        "a sign flipped": lambda code: code.replace(" + ", " - ", 1),
        "a factor lost": lambda code: re.sub(r"\b\d+(\.\d*)? ?\* ?", "", code, count=1),
        "an exponent kept": lambda code: re.sub(r"\*\* ?(\d)", lambda m: f"** {int(m[1]) + 1}", code, count=1),
    }
    wrong = [Try(is_="wrong", code=change(solution), note=note) for note, change in changes.items()]
    assigned = equals and name.strip().isidentifier()
    text = f"{name}= None" if assigned else f"{solution}\nraise ValueError('stuck')"
    return [
        Try(is_="right", code=solution, note="the solution"),
        *(answer for answer in wrong if answer.code != solution),
        Try(is_="invalid", code=text, note="None" if assigned else "raises"),
    ]


def _read(path: Path) -> dict[str, Any]:
    try:
        notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read as a notebook ({error})") from error
    return notebook


def _source(cell: dict[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)
