"""Masters of Otter Assign, as Otter itself reads them."""

from typing import Any

from autograder.otter.upstream import upstream

__all__ = ["students_text", "unfenced_cells"]


def unfenced_cells(cells: list[Any]) -> list[Any]:
    """The cells with every block that stands in a fence ``otter`` made a raw cell of its own.

    Args:
        cells: of the notebook; several fences may stand in one Markdown cell.
    """
    found: list[Any] = upstream("otter.assign.blocks").extract_all_fenced_otter_cells(cells)
    return found


def students_text(text: str) -> str:
    """What students get of a solution's cell."""
    try:
        lines: list[str] = upstream("otter.assign.solutions").replace_solutions(text.split("\n"), "python")
    except AssertionError:  # a mark that is not closed, of which its author is told
        return text
    return "\n".join(lines)
