"""The students' page of a course: the manual's, with what ``course.toml`` says of this course."""

import re
from pathlib import Path

from autograder.build.settings import COURSE_FILE, course_settings, install_words
from autograder.errors import UsageError
from autograder.origin import shipped

__all__ = ["write_guide"]


def write_guide(root: Path) -> Path | None:
    """Write ``assignments/students.md`` where the course has settings; return it where its content changed.

    Raises:
        UsageError: the settings cannot be read, or the page cannot be written.
    """
    if not (root / COURSE_FILE).is_file():
        return None
    settings = course_settings(root)
    late = settings.late
    lines = []
    if settings.install:
        lines.append(f"- Install the course's package with `pip install {install_words(settings.install)}`.")
    if settings.lms:
        lines.append(f"- Hand in on {', '.join(name.capitalize() for name in settings.lms)}.")
    if settings.time_zone:
        lines.append(f"- Due dates are in the time of {settings.time_zone}.")
    if cost := next((f"{late[key]} {words}" for key, words in _COST.items() if key in late), None):
        grace = f", after {late['grace_minutes']} minutes of grace" if "grace_minutes" in late else ""
        lines.append(f"- Late work costs {cost}{grace}.")
    text = (shipped("docs") / "students.md").read_text(encoding="utf-8")
    text = re.sub(r"\[([^]]+)\]\((\w+)\.md\)", r"\1 (`autograder docs \2`)", text)  # the other pages are not here
    if lines:
        text = text.replace("\n## Start\n", "\n## This course\n\n" + "\n".join(lines) + "\n\n## Start\n", 1)
    path = root / "assignments" / "students.md"
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error
    return path


_COST = {"per_day": "for each day", "per_hour": "for each hour"}
