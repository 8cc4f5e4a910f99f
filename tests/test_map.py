"""``docs/architecture.md`` is true: the picture is that of the imports, every path is there, every room is told."""

import re

import pytest

from tests import ROOT
from tests.architecture_picture import COMMON, FLOORS, PAGE, arrows, with_picture
from tests.test_architecture import ORDER

TEXT = PAGE.read_text(encoding="utf-8")
PATHS = sorted(set(re.findall(r"`((?:autograder|tests|docs)/[\w./-]*)`", TEXT)))
CHANGES = [line for line in TEXT.partition("## I want to change …")[2].splitlines() if line.startswith("| ")][1:]


def test_the_picture_is_that_of_the_imports() -> None:
    assert with_picture(TEXT) == TEXT, "the imports have changed: make picture"


def test_every_room_stands_in_the_picture_or_is_common() -> None:
    drawn = [room for rooms in FLOORS.values() for room in rooms]
    assert set(ORDER) <= {*drawn, *COMMON}
    assert set(arrows()) <= set(drawn)


def test_no_arrow_of_the_picture_points_up() -> None:
    for room, tos in arrows().items():
        assert all(ORDER.index(to) < ORDER.index(room) for to in tos), room


@pytest.mark.parametrize("path", PATHS)
def test_a_path_that_the_map_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_room_has_its_job_in_the_table() -> None:
    table = TEXT.partition("| room | its one job |")[2].partition("\n\n")[0]
    told = {path.rstrip("/").removesuffix(".py") for path in re.findall(r"`autograder/([\w./]+)`", table)}
    assert told == set(ORDER)


def test_the_table_of_changes_names_a_file_in_every_row() -> None:
    assert len(CHANGES) >= 20
    assert [row for row in CHANGES if not re.search(r"\| `autograder/[\w./]+`", row)] == []
