"""What the judge sees of one submission: its cells run, its checks, its names, its functions as stand-ins.

In comes a :class:`~autograder.sandbox.line.channel.Channel` to the student's process, out go plain copies, stand-ins
and how it ended. Whatever the other side writes is checked here; nothing that it says is executed.

| to change | open |
|---|---|
| what a submission offers (``run``, ``answer``, ``look``, ``call``) | ``student`` |
| whose turn it is, and how it ends | ``conversation`` |
| what one cell or call may take, and how it is measured | ``budget`` |
| a student's function or object as the judge has it | ``standins`` |
| which names are the judge's own libraries, and what no student's function may stand for | ``libraries``, ``offers`` |
| a function of the judge's that a student's is given | ``callbacks`` |
| how a conversation is kept and heard again | ``transcript`` |
"""

from autograder.sandbox.outside.budget import Measured, Meter
from autograder.sandbox.outside.standins import StudentError
from autograder.sandbox.outside.student import Student
from autograder.sandbox.outside.transcript import Recorder, Replay, Transcript

__all__ = ["Measured", "Meter", "Recorder", "Replay", "Student", "StudentError", "Transcript"]
