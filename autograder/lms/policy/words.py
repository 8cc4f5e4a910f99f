"""What a policy did to a score, in words that the student reads, in the language of the pages."""

from datetime import timedelta

from autograder.locale import translate

__all__ = ["Words"]

N_ = str  # marks a sentence for translation where it is not yet translated
_UNITS = {
    "day": (N_("{n} day"), N_("{n} days")),
    "hour": (N_("{n} hour"), N_("{n} hours")),
    "minute": (N_("{n} minute"), N_("{n} minutes")),
    "slip day": (N_("{n} slip day"), N_("{n} slip days")),
}
_SENTENCES = {
    "excused": N_("excused"),
    "scaled": N_("scaled from {was} to {of} points"),
    "unknown": N_("the LMS says LATE but not by how much: no penalty taken, set [submitted] for this student"),
    "due": N_("due {when}"),
    "extended": N_("extended to {when}"),
    "on-time": N_("on time ({due})"),
    "grace": N_("{span} late, within the grace of {grace}"),
    "closed": N_("{span} late ({due}): closed after {after}, so 0"),
    "slipped": N_("{days} used"),
    "free": N_("{span} late ({due}), which costs nothing"),
    "percent": N_("−{percent}% of {base} points"),
    "points": N_("−{points} points"),
    "capped": N_("capped at {cap}"),
    "floor": N_("not below 0"),
    "cost": N_("{span} late ({due}): {how} = −{cost}"),
    "total": N_("{score} of {of} points"),
    "mark": N_("{question} {score} of {of}"),
    "rounded": N_("rounded half up to {places} decimal places"),
}


class Words:
    """Sentences about late work in one language.

    >>> Words("en").span(timedelta(days=1, minutes=5)), Words("de").count(2, "day")
    ('1 day 5 minutes', '2 Tage')
    """

    def __init__(self, language: str = "en") -> None:
        self.language = language

    def say(self, sentence: str, **fields: object) -> str:
        """One of the sentences, filled in."""
        return translate(_SENTENCES[sentence], self.language).format(**fields)

    def count(self, number: int, unit: str) -> str:
        """``1 day``, ``2 days``."""
        return translate(_UNITS[unit][number != 1], self.language).format(n=number)

    def span(self, span: timedelta) -> str:
        """A length of time to the begun minute."""
        minutes = -(-span // timedelta(minutes=1))
        if minutes % 1440 == 0:
            return self.count(minutes // 1440, "day")
        days, hours = divmod(minutes // 60, 24)
        parts = ((days, "day"), (hours, "hour"), (minutes % 60, "minute"))
        return " ".join(self.count(number, unit) for number, unit in parts if number)
