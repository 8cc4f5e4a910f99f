"""Otter's notebook object for places where Otter alone is lost: Colab, a renamed file, a folder with several copies."""

import atexit
import contextlib
import inspect
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from autograder.modules import GRAMMAR, without
from autograder.student.saved import Runs, SavedNotebook, copies, found_again, open_notebook, unsaved

with warnings.catch_warnings(), without(GRAMMAR):
    warnings.simplefilter("ignore")  # what Otter imports is not the student's concern
    from otter import Notebook as OttersNotebook

__all__ = ["Notebook"]

_RUNS = Runs()


class Notebook(OttersNotebook):  # type: ignore[misc]  # Otter has no type hints that mypy can read
    """``grader`` in a student's notebook: the checks come with the first cell, so no file is needed for them.

    Made by ``autograder build``; where a work is graded (``otter run``, Gradescope, ``autograder grade``) it does what
    Otter's own object does there.

    Args:
        name: the assignment's, as in its ``ASSIGNMENT CONFIG``.
        tests: question → its public test file as text; without any, Otter looks for a folder ``tests``.
        at_grading: question → how many checks run when the work is graded, public and hidden.

    Example:
        >>> grader = Notebook("hw01", tests={"q1": "OK_FORMAT = True\\ntest = {...}"}, at_grading={"q1": 2})
        ... # doctest: +SKIP
        >>> grader.check("q1")  # doctest: +SKIP
        q1: passed, as far as it is checked here.
        1 of 2 checks ran here; the rest runs when the work is graded.
    """

    def __init__(
        self, name: str, *, tests: Mapping[str, str] | None = None, at_grading: Mapping[str, int] | None = None
    ) -> None:
        self._name = name
        self._questions = tuple(tests or sorted(path.stem for path in Path("tests").glob("*.py")))
        self._at_grading = dict(at_grading or {})
        self._told: dict[str, Any] = {}
        if self._grading_mode:
            super().__init__()
            return
        _RUNS.watch(_shell())
        file = self._file()
        super().__init__(str(file) if file else None, tests_dir=_written(tests) if tests else "./tests")

    def check(self, question: str, global_env: dict[str, Any] | None = None) -> Any:
        """Run the public checks of a question on the names of the calling cell; the result shows its sentences."""
        frame = inspect.currentframe()
        if global_env is None and frame is not None and frame.f_back is not None:
            global_env = frame.f_back.f_globals
        if self._grading_mode:
            return super().check(question, global_env)
        from autograder.feedback import notebook as sentences
        from autograder.student.told import Said, worded

        if self._questions and question not in self._questions:
            known = ", ".join(self._questions)
            return Said(lines=(worded(sentences.NO_QUESTION, question=question, known=known),))
        return self._unless_interrupted(question, lambda: self._run_checks(question, global_env))

    def _run_checks(self, question: str, names: dict[str, Any] | None) -> Any:
        from autograder.student.told import told

        self._told[question] = told(super().check(question, names), self._at_grading.get(question, 0))
        return self._told[question]

    @staticmethod
    def _unless_interrupted(what: str, ask: Callable[[], Any]) -> Any:
        """What a check says; one sentence at the stop button, where a stack through the grader says nothing."""
        from autograder.feedback import notebook as sentences
        from autograder.student.told import Said, worded

        try:
            return ask()
        except KeyboardInterrupt:
            return Said(lines=(worded(sentences.INTERRUPTED, question=what),))

    def check_all(self) -> Any:
        """Run the public checks of all questions; the result shows the sentences of each and how many checks ran."""
        if self._grading_mode:
            return super().check_all()
        frame = inspect.currentframe()
        names = frame.f_back.f_globals if frame is not None and frame.f_back is not None else {}
        return self._unless_interrupted(self._name, lambda: self._run_all(names))

    def _run_all(self, names: dict[str, Any]) -> Any:
        from autograder.student.told import Told, together

        each: list[Told] = [self._run_checks(question, names) for question in self._questions]
        lines = [line for one in each for line in (one.head, *one.lines)]
        return Told(
            question=self._name,
            passed=sum(one.passed for one in each),
            here=sum(one.here for one in each),
            head=together(each, sum(self._at_grading.values())),
            lines=tuple(lines),
        )

    def export(self, nb_path: str | None = None, *args: Any, **settings: Any) -> None:
        """Make the zip file to hand in, after saying what is not in it.

        Args:
            nb_path: the notebook's file; None finds the one that is open.
            args: as Otter's.
            settings: as Otter's.
        """
        if self._grading_mode:
            super().export(nb_path, *args, **settings)
            return
        from IPython.display import display

        from autograder.student.told import Said

        path, lines = self._to_export(nb_path)
        display(Said(lines=tuple(lines)))  # type: ignore[no-untyped-call]
        if path is not None:
            # Otter puts the path as it is given into the zip
            with contextlib.chdir(path.parent):
                super().export(path.name, *args, **settings)

    def _to_export(self, nb_path: str | None) -> tuple[Path | None, list[str]]:
        """The file to hand in, None where there is none, and what the student should know before."""
        from autograder.feedback import notebook as sentences
        from autograder.student.told import worded

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
        from autograder.student.told import together, worded

        wrong = [question for question, told in self._told.items() if told.passed < told.here]
        missing = [question for question in self._questions if question not in self._told]
        lines = [together(list(self._told.values()), sum(self._at_grading.values()))] if self._told else []
        if wrong:
            lines.append(worded(sentences.NOT_YET, questions=", ".join(wrong)))
        if missing:
            lines.append(worded(sentences.NOT_CHECKED, questions=", ".join(missing)))
        return lines

    def _file(self) -> Path | None:
        names = getattr(_shell(), "user_ns", {})
        return open_notebook(self._name, _RUNS.before_this(), names, Path.cwd())


def _written(tests: Mapping[str, str]) -> str:
    """The tests as files: Otter reads them from there everywhere, and in Colab from nothing else."""
    folder = tempfile.mkdtemp(prefix="autograder-checks-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for question, text in tests.items():
        Path(folder, f"{question}.py").write_text(text, encoding="utf-8")
    return folder


def _shell() -> Any:
    from IPython.core.getipython import get_ipython

    return get_ipython()


def _in_colab() -> bool:
    return "google.colab" in sys.modules
