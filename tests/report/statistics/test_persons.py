"""Who is one person over a course: a table of claims, and SciPy's connected components on people by chance."""

import random
from collections import defaultdict

import msgspec
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from autograder.model import Id, Run, Space, Student
from autograder.report.statistics.course import students
from autograder.report.statistics.persons import Persons
from tests.report.report_samples import result, run

MAIL, SIS, USER = Space.EMAIL, Space.CANVAS_SIS, Space.CANVAS_USER
COUNTED, GIVEN_OUT = Space.MOODLE_PARTICIPANT, Space.GRADESCOPE_SUBMISSION


def person(name: str, *ids: tuple[Space, str]) -> Student:
    made = tuple(Id(space, value) for space, value in ids)
    return Student(id=made[0].value, name=name, ids=made)


def course(*lists: tuple[Student, ...]) -> list[Run]:
    runs = []
    for people in lists:
        works = []
        for number, one in enumerate(people):
            work = result(number, one.name, (2.0,))
            works.append(
                msgspec.structs.replace(work, submission=msgspec.structs.replace(work.submission, students=(one,)))
            )
        runs.append(msgspec.structs.replace(run(), results=tuple(works)))
    return runs


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (person("Ann", (MAIL, "a")), person("Ann", (MAIL, "a")), True),
        # an id that lasts says so whatever the name is
        (person("Ann", (MAIL, "a")), person("Dr. A", (MAIL, "a")), True),
        (person("Ann", (USER, "1"), (MAIL, "a")), person("Ann", (SIS, "7"), (MAIL, "a")), True),
        # two that last and differ are two, of one name too
        (person("Ann", (MAIL, "a")), person("Ann", (MAIL, "b")), False),
        (person("Ann", (USER, "1")), person("Ann", (SIS, "1")), False),
        # a number of one assignment says nothing; there a name does, however it is written
        (person("Ann", (COUNTED, "1")), person("Bo", (COUNTED, "1")), False),
        (person("Ann Lee", (COUNTED, "1")), person(" ann  LEE", (COUNTED, "2")), True),
        (person("Ann", (COUNTED, "1")), person("Ann", (MAIL, "a")), True),
        (person("Ann", (GIVEN_OUT, "1")), person("Ann", (GIVEN_OUT, "2")), True),
        (person("", (COUNTED, "1")), person("", (COUNTED, "1")), False),
        (person("Ann", (Space.NAME, "Ann")), person("Ann", (Space.NAME, "Ann")), True),
        (person("Ann", (Space.NAME, "Ann")), person("Bo", (Space.NAME, "Ann")), False),
    ],
)
def test_two_in_two_assignments_are_one(first: Student, second: Student, same: bool) -> None:
    runs = course((first,), (second,))
    found = Persons(runs)
    assert (found.key(0, first) == found.key(1, second)) is same
    assert found.key(0, first) == (0, first.own)
    assert len(students(runs)) == (1 if same else 2)


@pytest.mark.parametrize("seed", range(8))
def test_whoever_is_joined_by_ids_that_last_is_one(seed: int) -> None:
    """The same in a graph of people and ids, whose components SciPy counts."""
    draw = random.Random(seed)

    def mail() -> tuple[Space, str]:
        return MAIL, f"m{draw.randrange(30)}"

    people = [
        [
            person(f"{at} {number}", (USER, f"{at} {9 - number}"), mail(), mail())
            for number in range(draw.randrange(3, 9))
        ]
        for at in range(4)
    ]
    nodes = [(at, one) for at, own in enumerate(people) for one in own]
    numbers: dict[Id, int] = {}
    edges = [
        (place, len(nodes) + numbers.setdefault(each, len(numbers)))
        for place, (_, one) in enumerate(nodes)
        for each in one.ids
    ]
    size = len(nodes) + len(numbers)
    rows, columns = zip(*edges, strict=True)
    graph = coo_array(([1] * len(edges), (rows, columns)), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    found = Persons(course(*map(tuple, people)))
    keys = [found.key(at, one) for at, one in nodes]
    by_key, by_label = defaultdict(list), defaultdict(list)
    for place, key in enumerate(keys):
        by_key[key].append(place)
        by_label[labels[place]].append(place)
    assert sorted(by_key.values()) == sorted(by_label.values())
    # the earliest of them gives the id and the name
    assert {key[0] for key in by_key} <= {0, 1, 2, 3}
    assert all(key[0] == min(nodes[place][0] for place in places) for key, places in by_key.items())


def test_a_name_of_two_in_one_assignment_joins_nobody() -> None:
    ann = [person("Ann", (COUNTED, str(number))) for number in range(5)]
    assert len(students(course((ann[0], ann[1]), (ann[2],)))) == 3
    assert len(students(course((ann[0],), (ann[2],), (ann[3],)))) == 1
    assert len(students(course((ann[0],), (ann[2], ann[3]), (ann[4],)))) == 4


def test_names_join_only_where_somebody_has_no_id_that_lasts() -> None:
    """Two mail addresses under one name are two people, until a list has that name and a number of its own alone."""
    first, second = person("Ann", (MAIL, "a")), person("Ann", (MAIL, "b"))
    assert len(students(course((first,), (second,)))) == 2
    assert len(students(course((first,), (person("Ann", (COUNTED, "1")),)))) == 1
