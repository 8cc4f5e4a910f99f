r"""``grader`` in a student's notebook, also where Otter is lost: Colab, a renamed file, a browser, no Otter at all."""

import contextlib
import inspect
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.locale import prefer
from autograder.modules import SLOW, without
from autograder.student.saved import Runs, SavedNotebook, copies, found_again, open_notebook, unsaved
from autograder.student.submission import link, zipped
from autograder.student.testfile import as_file, run_test_file
from autograder.student.waiting import go_on, shell, wait

__all__ = ["Notebook"]

_RUNS = Runs()


class Notebook:
    r"""``grader`` in a student's notebook: the checks come with the first cell, so no file is needed for them.

    Made by ``autograder build``. Where a work is graded (``otter run``, Gradescope, ``autograder grade``) the call
    gives Otter's own object.

    Args:
        name: the assignment's, as in its ``ASSIGNMENT CONFIG``.
        tests: question → its public test file as text; without any they are read from a folder ``tests``, or from the
            open notebook's metadata.
        at_grading: question → how many checks run when the work is graded, public and hidden.
        language: of what students read, whatever their machine speaks; ``AUTOGRADER_LANGUAGE`` is their own word.
        student: whose notebook it is, where each student has other numbers: an e-mail address or a number.
        versions: the numbers of everybody, as the build writes them.

    Example:
        >>> q1 = 'OK_FORMAT = True\ntest = {"name": "q1", "suites": [{"cases": [{"code": ">>> x == 3\\nTrue"}]}]}'
        >>> Notebook("hw01", tests={"q1": q1}, at_grading={"q1": 2}).check("q1", {"x": 3})
        q1: passed, as far as it is checked here.
        1 of 2 checks ran here; the rest runs when the work is graded.
    """

    def __new__(cls, *args: Any, **settings: Any) -> Any:
        """Otter's own object where Otter grades: its preamble has imported and marked it by then."""
        otters: Any = getattr(sys.modules.get("otter.check.notebook"), "Notebook", None)
        if not getattr(otters, "_grading_mode", False):
            return super().__new__(cls)
        made = otters()
        if "versions" in settings:
            made.task, made.practice = _nothing, _NothingToPractise
            made.drawn = _Drawn(settings["versions"], settings.get("student"))
        return made

    def __init__(
        self,
        name: str,
        *,
        tests: Mapping[str, str] | None = None,
        at_grading: Mapping[str, int] | None = None,
        language: str | None = None,
        student: str | None = None,
        versions: str | None = None,
    ) -> None:
        if language is not None:
            prefer(language)
        self._name = name
        self._student, self._versions = student, versions
        self.prompts: dict[str, dict[str, str]] = {}
        """Question → its prompts as they were written: cell → Markdown; "" for those of no question."""
        self._practices: dict[str, Any] = {}
        self._at_grading = dict(at_grading or {})
        self._checked: dict[str, Any] = {}
        _RUNS.watch(shell())
        self._tests = dict(tests) if tests is not None else self._found()

    def check(self, question: str, global_env: dict[str, Any] | None = None) -> Any:
        """Run the public checks of a question on the names of the calling cell; the result shows its sentences."""
        frame = inspect.currentframe()
        if global_env is None and frame is not None and frame.f_back is not None:
            global_env = frame.f_back.f_globals
        from autograder.feedback import notebook as sentences
        from autograder.student.messages import Message, worded

        if question not in self._tests:
            known = ", ".join(self._tests)
            return Message(lines=(worded(sentences.NO_QUESTION, question=question, known=known),))
        if self._versions is not None and (fault := self._whose(global_env or {})):
            return Message(lines=(worded(fault),))
        return self._unless_interrupted(question, lambda: self._run_checks(question, global_env or {}))

    def _run_checks(self, question: str, names: dict[str, Any]) -> Any:
        from autograder.student.messages import check_message

        ran = run_test_file(self._tests[question], names, path=f"tests/{question}.py")
        stopped = [name for name in _RUNS.stopped(ran.names_wanted) if names.get(name) is not None]
        self._checked[question] = check_message(ran, self._at_grading.get(question, 0), stopped)
        return self._checked[question]

    def _whose(self, names: dict[str, Any]) -> str | None:
        """Why no answer can be checked yet: nobody's numbers are asked for, or another's than those that are shown."""
        from autograder.feedback import notebook as sentences
        from autograder.versions import normalised

        student = names.get("STUDENT", self._student)
        if fault := self._nobody(student):
            return fault
        return sentences.OTHER_STUDENT if normalised(student) != normalised(self._student) else None

    @staticmethod
    def _nobody(student: object) -> str | None:
        """Why nobody has this id: it is empty, or a list."""
        from autograder.feedback import notebook as sentences
        from autograder.versions import normalised, several_ids

        if several_ids(student):
            return sentences.ONE_ID
        return None if normalised(student) else sentences.NO_STUDENT

    @staticmethod
    def _unless_interrupted(what: str, ask: Callable[[], Any]) -> Any:
        """What a check says; one sentence at the stop button, where a stack through the grader says nothing."""
        from autograder.feedback import notebook as sentences
        from autograder.student.messages import Message, worded

        try:
            return ask()
        except KeyboardInterrupt:
            return Message(lines=(worded(sentences.INTERRUPTED, question=what),))

    @property
    def drawn(self) -> tuple[Any, ...]:
        """This student's own numbers, in the order of their names; without an id it asks, and cells that use them wait.

        Raises:
            NoStudent: the notebook does not say whose it is, and this is no notebook.
        """
        from autograder.student.messages import Message, worded
        from autograder.versions import NoStudent, read_pool

        ipython = shell()
        if fault := self._nobody(self._student):
            if ipython is None:
                raise NoStudent(worded(fault))
            from IPython.display import display

            display(Message(lines=(worded(fault),)))  # type: ignore[no-untyped-call]
            return wait(ipython, len(read_pool(self._versions or "").names))
        go_on(ipython)
        return _drawn(self._versions or "", self._student)

    def task(self, cell: str, text: str, question: str = "") -> Any:
        """What is asked here, with this student's own numbers.

        Args:
            cell: which of the notebook's prompts it is.
            text: the prompt as its author wrote it.
            question: to which it belongs, if to one.
        """
        self.prompts.setdefault(question, {})[cell] = text
        from IPython.display import Markdown

        from autograder.feedback import notebook as sentences
        from autograder.student.messages import Message, worded
        from autograder.versions import fill, read_pool

        if self._nobody(self._student):
            return Message(lines=(worded(sentences.WAITING),))
        shown = read_pool(self._versions or "").of(self._student).shown
        return Markdown(fill(text, shown[cell]).strip("\n"))  # type: ignore[no-untyped-call]

    def practice(self, question: str, on: str | None = None) -> Any:
        """The same question with other numbers, as often as wanted; it is never counted.

        Args:
            question: such as ``q3``; run its prompt's cell first.
            on: ``"last mistake"`` says again what the last check of this question said.

        Example:
            >>> task = grader.practice("q3")  # doctest: +SKIP
            >>> task.check(14)  # doctest: +SKIP
        """
        from autograder.feedback import notebook as sentences
        from autograder.student.messages import worded
        from autograder.student.practice import NoPractice, practices, prompts_needed
        from autograder.versions import read_pool

        if on not in (None, "last mistake"):
            return NoPractice(lines=(worded(sentences.PRACTICE_ON),))
        if question not in self._tests:
            known = ", ".join(self._tests)
            return NoPractice(lines=(worded(sentences.NO_QUESTION, question=question, known=known),))
        if self._versions is None or question not in self.prompts:
            return NoPractice(lines=(worded(sentences.PRACTICE_NONE, question=question),))
        frame = inspect.currentframe()
        names = frame.f_back.f_globals if frame is not None and frame.f_back is not None else {}
        if fault := self._whose(names):
            return NoPractice(lines=(worded(fault),))
        if question not in self._practices:
            pool = read_pool(self._versions)
            texts = prompts_needed(question, self.prompts, self._tests[question])
            self._practices[question] = practices(question, texts, self._tests[question], pool, self._student, names)
        found = next(self._practices[question], None)
        if found is None:
            return NoPractice(lines=(worded(sentences.PRACTICE_NONE, question=question),))
        last = self._checked.get(question) if on else None
        if last is None or last.passed == last.here:
            return found
        said = "\n".join(f"> {line}" for line in last.lines)
        return replace(found, text=f"{found.text}\n\n{worded(sentences.PRACTICE_MIND)}\n\n{said}")

    def check_all(self) -> Any:
        """Run the public checks of all questions; the result shows the sentences of each and how many checks ran."""
        frame = inspect.currentframe()
        names = frame.f_back.f_globals if frame is not None and frame.f_back is not None else {}
        return self._unless_interrupted(self._name, lambda: self._run_all(names))

    def _run_all(self, names: dict[str, Any]) -> Any:
        from autograder.student.messages import CheckMessage, Message, together, worded

        if self._versions is not None and (fault := self._whose(names)):
            return Message(lines=(worded(fault),))
        each: list[CheckMessage] = [self._run_checks(question, names) for question in self._tests]
        lines = [line for one in each for line in (one.head, *one.lines)]
        return CheckMessage(
            question=self._name,
            passed=sum(one.passed for one in each),
            here=sum(one.here for one in each),
            head=together(each, sum(self._at_grading.values())),
            lines=tuple(lines),
        )

    def export(
        self,
        nb_path: str | None = None,
        export_path: str | None = None,
        pdf: bool = True,
        filtering: bool = True,
        pagebreaks: bool = True,
        files: Sequence[str] = (),
        display_link: bool = True,
        force_save: bool = False,
        run_tests: bool = False,
        ignore_log: bool = False,
    ) -> None:
        """Make the zip file to hand in, as Otter makes it, after saying what is not in it.

        Args:
            nb_path: the notebook's file; None finds the one that is open.
            export_path: the zip; None names it after the notebook and the time.
            pdf: add a PDF; that needs Otter and is left out, with a sentence, where it is not.
            filtering: of the PDF, as for Otter: only the cells of questions.
            pagebreaks: of the PDF: a page for each question.
            files: more files and folders to put in.
            display_link: show a link to the zip.
            force_save: taken for Otter's sake; cells that are not saved are named instead.
            run_tests: run all checks again before the zip is made.
            ignore_log: leave out a log that Otter has written.
        """
        # Ten, and no record: notebooks written for Otter's ``export`` call it with its keywords and its order.
        from IPython.display import HTML, display

        from autograder.student.messages import Message, worded

        frame = inspect.currentframe()
        names = frame.f_back.f_globals if frame is not None and frame.f_back is not None else {}
        path, lines = self._to_export(nb_path)
        if run_tests:
            display(self._run_all(names))  # type: ignore[no-untyped-call]
        elif self._versions is not None and (fault := self._whose(names)):
            lines = [worded(fault), *lines]
        printed, trouble = self._pdf(path, filtering, pagebreaks) if pdf and path is not None else (None, [])
        plugins = getattr(vars(self).get("_otters"), "_addl_files", [])
        display(Message(lines=tuple(lines + trouble)))  # type: ignore[no-untyped-call]
        if path is None:
            return
        made = zipped(path, export_path, [*([printed] if printed else []), *files, *plugins], log=not ignore_log)
        if display_link:
            display(HTML(link(made)))  # type: ignore[no-untyped-call]

    @staticmethod
    def _pdf(path: Path, filtering: bool, pagebreaks: bool) -> tuple[str | None, list[str]]:
        """The notebook's PDF as Otter makes it, or why there is none."""
        from autograder.feedback import notebook as sentences
        from autograder.student.messages import worded

        try:
            from otter.export import export_notebook

            with contextlib.chdir(path.parent):
                made: str = export_notebook(path.name, filtering=filtering, pagebreaks=pagebreaks)
        except Exception as error:  # no Otter, no LaTeX, a broken template: the notebook itself is what counts
            return None, [worded(sentences.NO_PDF, why=str(error).strip().partition("\n")[0][:200])]
        return made, []

    def __getattr__(self, name: str) -> Any:
        """What else Otter's object can do (``to_pdf``, ``run_plugin``), where Otter is installed."""
        if name.startswith("_"):  # copy, pickle and IPython ask for such names: no reason to import Otter
            raise AttributeError(name)
        try:
            with warnings.catch_warnings(), without(*SLOW):
                warnings.simplefilter("ignore")  # what Otter imports is not the student's concern
                from otter import Notebook as OttersNotebook
        except ImportError as error:
            raise AttributeError(f"grader.{name} is Otter's and needs `pip install otter-grader`") from error
        if "_otters" not in vars(self):
            file = self._file()
            self._otters = OttersNotebook(str(file) if file else None)
        return getattr(self._otters, name)

    def _to_export(self, nb_path: str | None) -> tuple[Path | None, list[str]]:
        """The file to hand in, None where there is none, and what the student should know before."""
        from autograder.feedback import notebook as sentences
        from autograder.student.messages import worded

        if _in_colab():
            return None, [worded(sentences.COLAB)]
        path = Path(nb_path).resolve() if nb_path else self._file()
        if path is None:
            return None, [worded(sentences.NOT_FOUND, folder=Path.cwd(), file=f"{self._name}.ipynb")]
        saved = SavedNotebook.read(path)
        if saved is None:
            return None, [worded(sentences.UNREADABLE, file=path.name)]
        lines = []
        if path.stem != self._name:
            lines.append(worded(sentences.RENAMED, file=path.name))
        if others := [copy.path.name for copy in copies(self._name, path.parent) if copy.path != path]:
            lines.append(worded(sentences.OTHERS, others=", ".join(others)))
        if stale := unsaved(_RUNS.before_this(), saved):
            lines.append(worded(sentences.SAVE_FIRST, file=path.name))
            lines += [f"    {found_again(run, saved)}" for run in stale]
            lines.append(worded(sentences.OLD_FILE))
        return path, lines + self._how_far()

    def _how_far(self) -> list[str]:
        from autograder.feedback import notebook as sentences
        from autograder.student.messages import together, worded

        wrong = [question for question, checked in self._checked.items() if checked.passed < checked.here]
        missing = [question for question in self._tests if question not in self._checked]
        lines = [together(list(self._checked.values()), sum(self._at_grading.values()))] if self._checked else []
        if wrong:
            lines.append(worded(sentences.NOT_YET, questions=", ".join(wrong)))
        if missing:
            lines.append(worded(sentences.NOT_CHECKED, questions=", ".join(missing)))
        return lines

    def _found(self) -> dict[str, str]:
        """The tests of a folder ``tests``, as Otter finds them, or of the notebook that is open."""
        files = sorted(Path("tests").glob("*.py"))
        if files:
            return {file.stem: file.read_text(encoding="utf-8") for file in files if file.name != "__init__.py"}
        file = self._file()
        saved = SavedNotebook.read(file) if file is not None else None
        return {question: as_file(test) for question, test in saved.tests.items()} if saved is not None else {}

    def _file(self) -> Path | None:
        names = getattr(shell(), "user_ns", {})
        return open_notebook(self._name, _RUNS.before_this(), names, Path.cwd())


def _drawn(versions: str, student: object) -> tuple[Any, ...]:
    from autograder.versions import decoded, read_pool

    return tuple(decoded(value) for value in read_pool(versions).of(student).values)


class _Drawn:
    """The numbers while a notebook is graded: taken out when they are wanted, so that without an id one cell stops."""

    def __init__(self, versions: str, student: object) -> None:
        self._versions, self._student = versions, student

    def __iter__(self) -> Iterator[Any]:
        return iter(_drawn(self._versions, self._student))


def _nothing(*_: Any, **__: Any) -> None:
    """A call of the notebook's that shows something: while it is graded nobody looks."""


class _NothingToPractise:
    """A practice question while a notebook is graded; checks of an answer to it say nothing."""

    def __init__(self, *_: Any, **__: Any) -> None: ...

    check = staticmethod(_nothing)


def _in_colab() -> bool:
    return "google.colab" in sys.modules
