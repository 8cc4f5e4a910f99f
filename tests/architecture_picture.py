"""The picture in ``docs/architecture.md``, drawn from the imports: ``make picture`` writes it anew.

Grimp reads the imports, those inside functions too, and every room becomes one node. An arrow points from a room to one
that it imports; arrows that a longer way says already are left out, and so are the rooms that any other may import.
"""

import grimp

from tests import ROOT

PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "```mermaid\n", "```\n"

COMMON = ("cells", "driver", "errors", "locale", "model", "modules", "origin", "traced", "untrusted")
"""Rooms that import none but each other, and that nearly every room imports, or that run on both sides of the line."""

FLOORS = {
    "Mathematics": ("expressions", "versions", "points", "reference", "compare", "mistakes"),
    "Questions": ("questions", "plots", "feedback", "student"),
    "One notebook": ("sandbox", "otter", "witnesses", "grading"),
    "A class": ("batch", "lms", "report", "folder"),
    "Who calls": ("tries", "build", "bundle", "simulate", "desk", "cli"),
}
"""Title → rooms, for the frames in the picture."""


def arrows() -> dict[str, set[str]]:
    """Room → rooms that it imports, without those of :data:`COMMON` and without what a longer way says."""
    graph = grimp.build_graph("autograder", cache_dir=None)
    for module in graph.find_children("autograder"):
        graph.squash_module(module)
    rooms = {name.partition(".")[2] for name in graph.modules} - {"", *COMMON}
    direct = {
        room: {
            found.partition(".")[2]
            for found in graph.find_modules_directly_imported_by(f"autograder.{room}")
            if found.partition(".")[2] in rooms - {room}
        }
        for room in sorted(rooms)
    }

    def below(room: str) -> set[str]:
        return direct[room].union(*map(below, direct[room]))

    return {room: {to for to in tos if not any(to in below(other) for other in tos)} for room, tos in direct.items()}


def picture() -> str:
    """The Mermaid block of the page."""
    found = arrows()
    lines = ["graph TD"]
    for title, rooms in FLOORS.items():
        there = [room for room in rooms if room in found]
        lines += [f'    subgraph "{title}"', *(f"        {room}" for room in there), "    end"]
    lines += [f"    {room} --> {to}" for room, tos in found.items() for to in sorted(tos)]
    return BEGIN + "\n".join(lines) + "\n" + END


def with_picture(page: str) -> str:
    """The page with the picture as the imports are now."""
    before, begin, rest = page.partition(BEGIN)
    assert begin, f"{PAGE} has no Mermaid block"
    return before + picture() + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(with_picture(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
