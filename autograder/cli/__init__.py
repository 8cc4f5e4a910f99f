"""The command line: parses, calls one function, maps named errors to exit codes.

Exit status: 0 all done; 1 our fault; 2 the call was wrong; 3 written, but some rows need a person.
A command's module is imported only when that command is used, so that ``autograder --help`` stays fast.

One file a command in ``commands/``; ``class_run.py`` grades a class, ``solved.py`` looks at its ``--solution`` and
``watch.py`` does it again and again, ``judge_cases.py`` and ``judge_mistakes.py`` are ``autograder judge``.
"""

import os
import sys
from importlib import import_module
from keyword import iskeyword
from typing import Any, TextIO, cast

import click

from autograder import __version__
from autograder.errors import AutograderError, BugError

OUR_FAULT, WRONG_CALL, NEEDS_A_PERSON = 1, 2, 3

# command → (module, one line for --help): the help text stands here because the module is not imported for it.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("simulate", "Simulate a class for hw01, grade it and write every file."),
    "simulate": ("simulate", "Write the submissions and the gradebook of a simulated class."),
    "grade": ("grade", "Grade a class's notebooks and write grades, feedback and a report."),
    "roster": ("lms", "Show what is recognised in a class list."),
    "intake": ("lms", "Show what a download of submissions would give."),
    "export": ("lms", "Apply the course's policy to a run and fill the LMS's files."),
    "upload": ("lms", "Send a grade file through the Canvas API; shows first, sends with --send."),
    "judge": ("judge", "Judge answers given as text, one JSON object a line."),
    "override": ("regrade", "Set one score by hand, with the reason."),
    "review": ("review", "Write what waits for a person as a table, and take the filled table back."),
    "desk": ("desk", "Decide by hand in a browser: equal answers at once, with the keyboard."),
    "swap": ("regrade", "Give two students who handed in each other's file their own."),
    "regrade": ("regrade", "Grade again after a fixed test; say what changed for whom."),
    "explain": ("report", "Say why one student got what they got for one question."),
    "report": ("report", "Draw a run's pages again, or put several assignments together."),
    "show": ("report", "Print a run, or one student's submission, in the terminal."),
    "bundle": ("bundle", "Write an assignment as a zip that grades on Gradescope."),
    "doctor": ("doctor", "Say what this machine can do: sandbox, memory, containers."),
    "build": ("build", "Build assignments/ from solutions/, refuse what does not certify."),
    "lint": ("build", "Say what is wrong with an assignment: code, question, cell, fix."),
    "preview": ("build", "Show what a student would read for each mistake in a question."),
    "import": ("build", "Write a source from a notebook of Otter, nbgrader, or a solved one."),
    "course": ("build", "Write the course that comes with the package as your own."),
    "docs": ("docs", "Show the manual that came with the package."),
    "new": ("build", "Start an assignment from a template."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports a command's module only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"autograder.cli.commands.{COMMANDS[cmd_name][0]}")
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name.replace("-", "_")
        command: click.Command = getattr(module, name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="autograder")
def group() -> None:
    """Grade derivative and gradient exercises in Jupyter notebooks."""


class Patient:
    """A stream whose reader may go away (``| head``): what is said after that is lost, and the work goes on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            self._silence()
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except BrokenPipeError:
            self._silence()

    def _silence(self) -> None:
        # what is still in the buffer, and all that comes, has to go somewhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _more() -> str:
    """How to get what grading and building need; checking an answer does without."""
    from autograder.origin import install_line

    return install_line("grade")


def main() -> None:
    """Entry point of the ``autograder`` command."""
    sys.stdout, sys.stderr = cast("TextIO", Patient(sys.stdout)), cast("TextIO", Patient(sys.stderr))
    try:
        status = group.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(WRONG_CALL)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing in ("", "autograder") or sys.argv[1:2] == []:
            raise
        click.echo(f"error: `autograder {sys.argv[1]}` needs {missing}, which is not installed: {_more()}", err=True)
        sys.exit(WRONG_CALL)
    except BugError as error:
        click.echo(f"error: {error}\nThis is a bug in autograder, not in your files; please report it.", err=True)
        sys.exit(OUR_FAULT)
    except AutograderError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(WRONG_CALL)
    sys.exit(status if isinstance(status, int) else 0)
