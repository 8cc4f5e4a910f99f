"""How alike two people are: the short name, the initial, the particle, the id of one kind on both sides."""

import pytest

from autograder.lms.intake.keys import key_of
from autograder.lms.intake.places import LONGEST_PATH, MOST_LEVELS, misplaced, path_text
from autograder.lms.intake.whose import is_person
from autograder.lms.people.identity import (
    COUNTED,
    INTERNAL,
    SAID,
    TITLED,
    Likeness,
    contradict,
    likeness,
    mailbox,
    person_of,
    settled_by,
    student_text,
    with_id,
)
from autograder.model import Id, Space, Student

SAME, NEAR, OTHER, UNKNOWN = Likeness.SAME, Likeness.NEAR, Likeness.OTHER, Likeness.UNKNOWN
ALIKE = [
    ("Ann Lee", "Lee, Ann", SAME), ("", "Ann Lee", UNKNOWN), ("Ann Lee", "!", UNKNOWN), ("Ann Lee", "Bo Kim", OTHER),
    ("Ann Lee", "Ann Kim", NEAR), ("Ann Lee", "A Kim", OTHER), ("A Lee", "Ann Lee-Kim", NEAR), ("A B", "A C", OTHER),
    ("Al Lee", "Al Kim", OTHER), ("Al B", "Al C B", NEAR), ("Jo Lee", "John Kim", OTHER), ("J Lee", "John Lee", NEAR),
    ("J Kim", "John Lee", OTHER), ("Jon Kim", "Jonathan K", NEAR), ("Jon Kim", "Jonathan Lee", OTHER),
    ("van Lee", "van Kim", OTHER), ("Ann van Lee", "Bo van Lee", NEAR), ("annlee", "Ann B Lee", NEAR),
    ("Ann B Lee", "annlee", NEAR), ("annlee", "Ann Kim", OTHER), ("a", "a b", OTHER), ("\u738b", "\u738b \u674e", NEAR),
    ("Anna Lee", "Anne Kim", OTHER),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "alike"), ALIKE)
def test_how_alike_two_names_are(one: str, other: str, alike: Likeness) -> None:
    assert likeness(one, other) is alike
    assert likeness(other, one) is alike


def test_what_is_more_alike_is_greater() -> None:
    assert [*map(int, (OTHER, UNKNOWN, NEAR, SAME))] == [0, 1, 2, 3]


def of(*ids: tuple[Space, str], name: str = "Ann Lee") -> Student:
    return Student(id=ids[0][1], name=name, ids=tuple(Id(space, value) for space, value in ids))


@pytest.mark.parametrize(
    ("one", "other", "by"),
    [
        ([(Space.CANVAS_USER, "1")], [(Space.CANVAS_USER, "2")], Space.CANVAS_USER),
        ([(Space.CANVAS_USER, "1")], [(Space.CANVAS_USER, "1")], None),
        ([(Space.CANVAS_LOGIN, "ANN")], [(Space.CANVAS_LOGIN, "ann")], None),
        ([(Space.CANVAS_USER, "1")], [(Space.CANVAS_SIS, "2")], None),
        ([(Space.EMAIL, "a@x.edu")], [(Space.EMAIL, "b@x.edu")], None),
        ([(Space.SAKAI_GROUP, "a")], [(Space.SAKAI_GROUP, "b")], None),
        ([(Space.FILE, "a")], [(Space.FILE, "b")], None),
        ([(Space.NAME, "a")], [(Space.NAME, "b")], None), ([(Space.PERSON, "a")], [(Space.PERSON, "b")], None),
        ([(Space.EMAIL, "a@x"), (Space.CANVAS_SIS, "1")], [(Space.EMAIL, "b@x"), (Space.CANVAS_SIS, "2")],
         Space.CANVAS_SIS),
        ([(Space.CANVAS_SIS, "1")], [(Space.CANVAS_SIS, "2"), (Space.CANVAS_SIS, "1")], None),
    ],
)  # fmt: skip
def test_an_id_of_one_kind_tells_two_people_apart(
    one: list[tuple[Space, str]], other: list[tuple[Space, str]], by: Space | None
) -> None:
    found = contradict(of(*one), of(*other))
    assert (found and found.space) is by
    assert found is None or found == Id(*next(pair for pair in one if pair[0] is by))


def test_people_in_messages() -> None:
    assert [mailbox(Id(Space.EMAIL, text)) for text in ("A@x.edu", "@x.edu", "a", "")] == ["a", None, None, None]
    assert mailbox(Id(Space.CANVAS_LOGIN, "a@x.edu")) is None
    ann, bare, named = (
        of((Space.CANVAS_USER, "1")),
        of((Space.CANVAS_USER, "1"), name=""),
        of((Space.NAME, "x"), name="Y"),
    )
    named = of((Space.NAME, "x"), name=named.name)
    same = of((Space.FILE, "ann"), name="ann")
    assert [*map(student_text, (ann, bare, same))] == ["Ann Lee (1)", "1", "ann"]
    assert [*map(with_id, (ann, bare, same, named))] == ["Ann Lee (Canvas ID 1)", "1", "ann", "x"]
    assert person_of(ann) != person_of(bare)
    assert person_of(of((Space.CANVAS_LOGIN, "ANN"))) == person_of(of((Space.CANVAS_LOGIN, "ann"), name="Lee, Ann"))
    assert settled_by(ann) == "give this course's Canvas gradebook as the first --roster"
    assert settled_by(named) == "grade the submission under the student's id"
    assert SAID.keys() == {*Space}
    assert {Space.CANVAS_USER, Space.BRIGHTSPACE_FOLDER} == INTERNAL - COUNTED
    assert set(TITLED) - INTERNAL == {Space.BLACKBOARD_USERNAME}


PEOPLE = [
    of((Space.CANVAS_USER, "12"), (Space.CANVAS_SIS, "0012"), (Space.EMAIL, "alee@x.edu")),
    of((Space.MOODLE_PARTICIPANT, "13"), name="Bo"),
]


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("0012", True), ("12", False), ("13", False), ("ALEE", True), ("alee@x.edu", True), ("Lee_Ann", True),
        ("Ann Lee", True), ("Ann", False), ("Bo", False), ("x.edu", False), ("", False),
    ],
)  # fmt: skip
def test_a_files_name_is_somebodys(name: str, whose: bool) -> None:
    assert is_person(name, PEOPLE) is whose


@pytest.mark.parametrize(
    ("id", "taken", "key"),
    [
        ("asmith", set(), "asmith"), ("asmith", {"asmith"}, "asmith-2"), ("ASmith", {"asmith", "asmith-2"}, "ASmith-3"),
        # of what was replaced six digits stay, or two could have one key
        ("a b", set(), "a_b-c8687a"), (".a", set(), "a-36797c"), ("", set(), "Ann_Lee-a36e14"),
    ],
)  # fmt: skip
def test_a_key_is_nobody_elses(id: str, taken: set[str], key: str) -> None:
    assert key_of((Student(id=id, name="Ann Lee"),), taken) == key
    assert key.casefold() in taken


def test_where_files_can_lie() -> None:
    deep = ("d",) * (MOST_LEVELS - 1)
    long = "x" * (LONGEST_PATH - 2)
    fits, too_deep = (*deep, "a"), (*deep, "d", "a")
    files = [
        fits,
        too_deep,
        ("a", long),
        ("b", f"{long}x"),
        ("c",),
        ("c", "d"),
        ("e", "f"),
        ("e", "f", "g", "h"),
        ("e",),
    ]
    found = misplaced(files)
    assert sorted(found) == [1, 3, 5, 6, 7]
    assert {reason for reason, _ in found.values()} == {"misplaced"}
    assert found[1][1].endswith(": 31 levels deep or of a very long name: left out")
    assert found[3][1].endswith(": 2 levels deep or of a very long name: left out")
    assert found[7][1] == "e/f/g/h is said to lie in e, which is a file: left out"
    assert path_text(("a", "b\nc")) == "a/b c"
    assert path_text(("d",) * 31) == "/".join(("d",) * 30)
    assert len(path_text(("a" * 300,))) == 200
    assert path_text(("a" * 200,)) == "a" * 200
