"""An Otter autograder, zipped or in a folder → an :class:`Assignment` whose tests are compiled once."""

import hashlib
import json
import re
import stat
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from types import CodeType
from typing import Any

from autograder.errors import AuthorError, UsageError
from autograder.model import CaseResult, QuestionResult, Trust
from autograder.otter.isolation import undisturbed
from autograder.otter.upstream import upstream
from autograder.otter.usual import TIMES, Usual, read_times
from autograder.otter.workplace import Scratch, Workplace

__all__ = ["Assignment", "Question", "load", "read_values"]

MAX_UNPACKED = 1024 * 1024 * 1024
CONFIG = "otter_config.json"
REFERENCES = "references.json"
"""JAX's values at the points of the questions, where our build made the zip (:mod:`autograder.otter.references`)."""
PLUGIN = "autograder.otter.plugin.AutograderPlugin"


@dataclass(frozen=True)
class Case:
    """What a test file says of one of its cases."""

    name: str
    hidden: bool
    points: float
    body: str
    """The doctest, or the name of the test's function."""
    success_message: str | None
    failure_message: str | None


@dataclass(frozen=True)
class Question:
    """One test file, compiled; :meth:`fresh` gives Otter's own object for one submission."""

    name: str
    """The name inside the file, under which Otter reports the score."""
    file: str
    """The file's stem, which ``grader.check("q1")`` names."""
    source: str
    code: CodeType
    ok_format: bool
    """Doctest style ("OK"); else exception style."""
    possible: float
    all_or_nothing: bool
    runs_in_student: bool
    """Declared: this test needs the student's objects in its own process."""
    cases: tuple[Case, ...] = ()
    references: dict[str, list[float] | None] | None = None
    """JAX's values at the points of the assignment's questions, by their keys; None where nobody has made them."""

    @property
    def has_hidden(self) -> bool:
        """Whether some case is not for students to see."""
        return any(case.hidden for case in self.cases)

    @property
    def path(self) -> str:
        """As Otter names it in results."""
        return f"tests/{self.file}.py"

    def recorded(self, cases: Sequence[CaseResult], trust: Trust = Trust.JUDGE) -> QuestionResult:
        """What one witness says to all its cases, before both are settled and there is a score."""
        return QuestionResult(
            name=self.name,
            score=None,
            possible=self.possible,
            cases=tuple(cases),
            all_or_nothing=self.all_or_nothing,
            trust=trust,
        )

    def fresh(self) -> Any:
        """Otter's own ``OKTestFile`` or ``ExceptionTestFile``, from globals that nobody has touched."""
        otter = upstream("otter.test_files")
        if self.ok_format:
            names: dict[str, Any] = {}
            exec(self.code, names)
            return otter.OKTestFile.from_spec(names["test"], path=self.path)
        test_file = otter.ExceptionTestFile._from_compiled_code(self.code, path=self.path)
        test_file.source = self.source
        return test_file


@dataclass(frozen=True)
class Assignment:
    """Everything that grading needs of an Otter assignment."""

    name: str
    digest: str
    """SHA-256 over tests, configuration and support files: what a score depends on."""
    config: dict[str, Any]
    """``otter_config.json`` as it is, without a Gradescope token."""
    questions: tuple[Question, ...]
    """In natural order: q1, q2, q10."""
    files: dict[str, str]
    """Support files: name in the student's folder → where it lies."""
    warnings: tuple[str, ...] = ()
    """What of the configuration cannot be followed, for the TA."""
    usual: Usual | None = None
    """What the solution's cells and calls take; None where nobody has measured it."""
    workplace: Workplace | None = field(default=None, repr=False, compare=False)
    """Where tests run: the judge's own copy of ``files``."""

    @property
    def possible(self) -> dict[str, float]:
        """Question → points possible, in natural order."""
        return {question.name: question.possible for question in self.questions}

    @property
    def in_otters_order(self) -> tuple[Question, ...]:
        """As ``sorted(glob("./tests/*.py"))`` gives them, which is the order in which unchecked tests run."""
        return tuple(sorted(self.questions, key=lambda question: f"./tests/{question.file}.py"))

    @property
    def seed(self) -> int | None:
        seed = self.config.get("seed")
        return seed if isinstance(seed, int) else None

    @property
    def seed_variable(self) -> str | None:
        name = self.config.get("seed_variable")
        return name if isinstance(name, str) and name else None

    def by_file(self, name: str) -> Question | None:
        """The question that ``grader.check(name)`` means."""
        return next((question for question in self.questions if question.file == name), None)

    def by_name(self, name: str) -> Question:
        """The question of this name.

        Raises:
            UsageError: there is none.
        """
        for question in self.questions:
            if question.name == name:
                return question
        raise UsageError(f"{self.name} has no question {name!r}; it has {', '.join(self.possible)}.")


def load(path: str | Path) -> Assignment:
    """Read an ``autograder.zip``, a folder with ``tests/``, a folder of test files, or what Otter Assign wrote.

    Args:
        path: the zip, or a folder: an unpacked zip, one that holds such a zip (``dist/autograder``), or one of
            tests alone.

    Returns:
        The assignment; test files are executed once to learn names and points.

    Raises:
        UsageError: no such file, not a zip, no tests, an R assignment, a zip that climbs out of its folder.
        AuthorError: a test file cannot be executed or read by Otter, or two have the same name.
    """
    path = Path(path)
    if not path.exists():
        raise UsageError(f"{path}: no such file or folder. Give an autograder.zip made by otter assign.")
    if path.is_dir():
        zipped = None if _test_files(path) else _zip_inside(path)
        return load(zipped) if zipped else _from_folder(path, path.resolve().name)
    unpacked = Scratch()
    _unpack(path, unpacked.folder)
    return _from_folder(unpacked.folder, _stem(path), shown=path)


def _zip_inside(folder: Path) -> Path | None:
    for inner in (folder, folder / "autograder", folder / "dist" / "autograder"):
        zips = sorted(inner.glob("*.zip"), key=lambda file: file.stat().st_mtime) if inner.is_dir() else []
        autograders = [file for file in zips if "autograder" in file.name]
        if autograders or len(zips) == 1:
            # Otter Assign adds a time to the name and leaves older ones lying: the last is the one that counts.
            return (autograders or zips)[-1]
        if inner is not folder and _test_files(inner):
            return inner
    return None


def _test_files(folder: Path) -> list[Path]:
    tests = folder / "tests" if (folder / "tests").is_dir() else folder
    files = [file for file in tests.glob("*.py") if file.name != "__init__.py"]
    if tests is folder:
        files = [file for file in files if re.search(r"^OK_FORMAT\s*=", file.read_text(errors="replace"), re.M)]
    return files


def _unpack(path: Path, folder: Path) -> None:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise UsageError(f"{path} is not a zip: {error}. Give the autograder.zip that otter assign wrote.") from error
    with archive:
        if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
            raise UsageError(f"{path} unpacks to more than {MAX_UNPACKED // 2**20} MB.")
        for info in archive.infolist():
            name = PurePosixPath(info.filename.replace("\\", "/"))
            if (
                name.is_absolute()
                or ".." in name.parts
                or ":" in info.filename
                or stat.S_ISLNK(info.external_attr >> 16)
            ):
                raise UsageError(f"{path} contains {info.filename!r}, which leads out of its folder; refused.")
        try:
            archive.extractall(folder)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
            raise UsageError(f"{path} cannot be unpacked: {error}.") from error


def _from_folder(folder: Path, name: str, *, shown: Path | None = None) -> Assignment:
    shown = shown or folder
    config = _config(folder, shown)
    tests = _test_files(folder)
    if config.get("lang", "python") != "python" or (not tests and any((folder / "tests").glob("*.[Rr]"))):
        raise UsageError(f"{shown} is an R assignment; only Python is graded.")
    if not tests:
        raise UsageError(
            f"{shown} has no tests/*.py. If otter assign or otter generate made it, none of its questions has a "
            "test, and there is nothing to grade: write a test for one; those that a person scores may be beside it."
        )
    inside = set(_plugin_settings(config).get("runs_in_student", ())) | set(config.get("runs_in_student", ()))
    workplace = Workplace(folder / "files")
    files = dict(_support_files(workplace.kept))
    references = read_values(folder / REFERENCES)
    with undisturbed(folder=str(workplace.folder)):  # a test file may import or read a support file
        made = (replace(_question(file, inside), references=references) for file in tests)
        questions = sorted(made, key=lambda question: _natural(question.name))
    _require_distinct(questions, shown)
    return Assignment(
        name=str(config.get("assignment_name") or name),
        digest=_digest(tests, config, files),
        config=config,
        questions=tuple(questions),
        files=files,
        warnings=tuple(_warnings(config)),
        usual=read_times(folder / TIMES),
        workplace=workplace,
    )


def read_values(file: Path) -> dict[str, list[float] | None] | None:
    """JAX's values as they were written; None where there are none that can be read."""
    try:
        values = json.loads(file.read_text(encoding="utf-8"))["jax"]
    except (OSError, ValueError, KeyError, TypeError):
        return None  # another author's zip, or one of another version: they are computed
    return values if isinstance(values, dict) else None


def _config(folder: Path, shown: Path) -> dict[str, Any]:
    file = folder / CONFIG
    if not file.is_file():
        return {}
    try:
        config = json.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise UsageError(f"{shown}: {CONFIG} is not JSON: {error}.") from error
    if not isinstance(config, dict):
        raise UsageError(f"{shown}: {CONFIG} must be a JSON object.")
    config.pop("token", None)
    return config


def _plugin_settings(config: dict[str, Any]) -> dict[str, Any]:
    """What the configuration says to our own plugin, where the author lists it."""
    for plugin in config.get("plugins") or []:
        if isinstance(plugin, dict) and isinstance(plugin.get(PLUGIN), dict):
            settings: dict[str, Any] = plugin[PLUGIN]
            return settings
    return {}


def _question(file: Path, inside: set[str]) -> Question:
    source = file.read_text(encoding="utf-8-sig")
    names: dict[str, Any] = {}
    upstream("otter.test_files")  # the test file imports it: here its deprecation warnings are left outside
    try:
        code = compile(source, f"tests/{file.name}", "exec", dont_inherit=True)
        exec(code, names)
        ok_format = bool(names["OK_FORMAT"])
        draft = Question(
            name=str(names["test"]["name"] if ok_format else names["name"]),
            file=file.stem,
            source=source,
            code=code,
            ok_format=ok_format,
            possible=0.0,
            all_or_nothing=False,
            runs_in_student=names.get("runs_in") == "student",
        )
        test_file = draft.fresh()
    except KeyError as error:
        raise AuthorError(f"tests/{file.name} does not define {error}, which an Otter test file needs.") from error
    except Exception as error:  # an author's code: whatever it raises is told with its file
        raise AuthorError(f"tests/{file.name} cannot be read: {type(error).__name__}: {error}") from error
    return replace(
        draft,
        possible=float(test_file.possible),
        all_or_nothing=bool(test_file.all_or_nothing),
        cases=tuple(_case(case, draft.ok_format) for case in test_file.test_cases),
        runs_in_student=draft.runs_in_student or bool({draft.name, draft.file} & inside),
    )


def _case(case: Any, ok_format: bool) -> Case:
    return Case(
        name=str(case.name),
        hidden=bool(case.hidden),
        points=float(case.points),
        body=case.body if ok_format else case.body.test_func.__name__,
        success_message=case.success_message,
        failure_message=case.failure_message,
    )


def _require_distinct(questions: list[Question], shown: Path) -> None:
    seen: dict[str, Question] = {}
    for question in questions:
        if question.name in seen:
            raise AuthorError(
                f"{shown}: {seen[question.name].path} and {question.path} both call themselves {question.name!r}; "
                "Otter would count only one. Rename one."
            )
        seen[question.name] = question


def _support_files(folder: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield file.relative_to(folder).as_posix(), str(file.resolve())


def _digest(tests: list[Path], config: dict[str, Any], files: dict[str, str]) -> str:
    """Environment files and setup scripts are left out: Otter's version changes them, and no score depends on them."""
    sha = hashlib.sha256()
    parts = [(f"tests/{file.name}", file.read_bytes()) for file in tests]
    parts += [(f"files/{name}", Path(path).read_bytes()) for name, path in files.items()]
    parts.append((CONFIG, json.dumps(config, sort_keys=True).encode()))
    for name, content in sorted(parts):
        sha.update(f"{name}\0{len(content)}\0".encode())
        sha.update(content)
    return sha.hexdigest()


def _warnings(config: dict[str, Any]) -> Iterator[str]:
    if config.get("grade_from_log"):
        yield "grade_from_log is set: the notebook is run instead, logs of students are not read"
    if config.get("points_possible") is not None or config.get("score_threshold") is not None:
        yield "points_possible and score_threshold change only results.json; grades are the sum of the questions"
    others = [next(iter(plugin)) if isinstance(plugin, dict) else plugin for plugin in config.get("plugins") or []]
    others = [plugin for plugin in others if plugin != PLUGIN]
    if others:
        yield f"Otter plugins are not run: {', '.join(map(str, others))}"


def _stem(path: Path) -> str:
    """``hw01-autograder_2025_11_23T10_00_00_000000.zip`` → ``hw01``."""
    stem = re.sub(r"[-_]?autograder(_\d[\dT_]*)?$", "", path.stem)
    return stem or path.resolve().parent.name


def _natural(name: str) -> list[tuple[int, int, str]]:
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", name) if part]
