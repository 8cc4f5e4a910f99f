"""Which mistake is this? In come a question's right values and the answer's; out go the mistakes that give them.

- ``candidates.py``: every wrong answer to one question, each mistake at every site
- ``diagnosing.py``: which of them gives these values; the table is made once per question
- ``confirm.py``: a match of floats, confirmed in ball arithmetic
- ``pairs.py``: two mistakes at once, for the TA
- ``texts.py``: the same for an answer that is text, as ``autograder judge`` has it
"""

from autograder.mistakes.diagnosis.candidates import Candidate, all_wrong_answers, wrong_answers
from autograder.mistakes.diagnosis.diagnosing import Diagnosis, Table, agree, diagnose, from_verdict, table_of
from autograder.mistakes.diagnosis.texts import diagnose_text

__all__ = [
    "Candidate",
    "Diagnosis",
    "Table",
    "agree",
    "all_wrong_answers",
    "diagnose",
    "diagnose_text",
    "from_verdict",
    "table_of",
    "wrong_answers",
]
