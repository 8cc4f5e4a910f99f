"""A whole class held against its list: who has a row, who is missing, who may be, and what is said of each."""

from typing import Any

import msgspec
import pytest

from autograder.errors import UsageError
from autograder.lms.people import Roster, match_submissions, together, who_is_who
from autograder.lms.people.roster import Match
from autograder.model import Id, Refused, Space, Student, Submission
from tests.lms.people.test_finding import FILE, LIST, LOGIN, MAIL, SID, SIS, TA, USER, person, roster

ANN, BO, CY = (
    person("Lee, Ann", (USER, "501"), (SIS, "7"), (LOGIN, "alee")),
    person("Orr, Bo", (USER, "502"), (SIS, "8"), (LOGIN, "borr")),
    person("Kim, Cy", (USER, "503"), (SIS, "9"), (LOGIN, "ckim")),
)


def summed(match: Match) -> dict[str, Any]:
    """A match by ids; what is empty is left out."""
    found = {
        "rows": {one.id: [entry.student.id for entry in entries] for one, entries in match.rows.items()},
        "by_name": [(one.id, other.id) for one, other in match.by_name],
        **{field: [one.id for one in getattr(match, field)] for field in ("missing", "doubtful", "unknown", "titled")},
        "said": list(match.warnings),
        "groups": list(match.group_notes),
    }
    return {field: value for field, value in found.items() if value}


def test_whoever_is_found_has_a_row_and_the_others_are_missing_or_unknown() -> None:
    listed = roster(ANN, BO, CY)
    asked = [person("", (USER, "501")), person("Bo Orr", (Space.NAME, "Bo Orr")), person("", (USER, "999"))]
    assert summed(listed.match([*asked, asked[0]])) == {
        "rows": {"501": ["501"], "Bo Orr": ["502"]},
        "by_name": [("Bo Orr", "502")],
        "missing": ["503"],
        "unknown": ["999"],
        "said": ["Bo Orr: matched Orr, Bo (502) by name only; please check"],
    }
    # work that names nobody may be of whoever is left
    assert summed(listed.match(asked, nameless=True))["doubtful"] == ["503"]
    assert summed(listed.match([person("", (FILE, "Bo Orr"))]))["said"] == [
        "Bo Orr: matched Orr, Bo (502) by name only; please check"
    ]
    # an id of a kind that not all have, or that groups have in a download, may be anybody's
    for space in (LIST, MAIL, Space.BRIGHTSPACE_FOLDER):
        found = summed(listed.match([person("", (space, "999"))]))
        assert (found["doubtful"], "missing" in found) == (["501", "502", "503"], False)
    assert summed(listed.match([person("", (SIS, "999"))]))["missing"] == ["501", "502", "503"]


def test_what_a_spreadsheet_changed_is_matched_and_said() -> None:
    listed = roster(person("Lee, Ann", (SIS, "12")), person("Orr, Bo", (SIS, "13")))
    assert summed(listed.match([person("", (FILE, "0012"))])) == {
        "rows": {"0012": ["12"]},
        "missing": ["13"],
        "said": ["0012: matched Lee, Ann (12), line 2 of list.csv, as a spreadsheet changes numbers; please check"],
    }


def test_a_row_by_an_id_is_not_anothers_by_name() -> None:
    listed = roster(ANN, BO)
    asked = [person("Ann Lee", (Space.NAME, "Ann Lee")), person("annlee", (USER, "501"))]
    for order in (asked, asked[::-1]):
        assert summed(listed.match(order)) == {
            "rows": {"501": ["501"]},
            "doubtful": ["502"],
            "unknown": ["Ann Lee"],
            "said": ["Ann Lee: not matched: the name fits Lee, Ann (501), whose submission came under Canvas ID 501"],
        }


def test_two_who_have_a_name_have_nothing_and_only_its_row_is_doubtful() -> None:
    listed = roster(*(person(one.name, (MAIL, f"{one.id}@u.edu")) for one in (ANN, BO)))
    asked = [person("Ann Lee", (MAIL, "x@u.edu")), person("Lee, Ann", (MAIL, "y@u.edu"))]
    found = summed(listed.match(asked))
    settle = "give a list with e-mail addresses as the first --roster"
    assert found == {
        "unknown": ["x@u.edu", "y@u.edu"],
        "doubtful": ["501@u.edu"],
        "missing": ["502@u.edu"],
        "said": [
            f"{one.name} (e-mail address {one.id}): not matched: Lee, Ann (501@u.edu) (line 2 of list.csv) may be any "
            f"of x@u.edu, y@u.edu: {settle}"
            for one in asked
        ],
    }


def test_two_people_who_are_one_row_by_their_ids() -> None:
    listed = roster(ANN, BO)
    two = [person("Ann Lee", (SIS, "7")), person("Anna Lee", (SIS, "7"))]
    found = summed(listed.match(two))
    # both are under one id, but one has the row's name
    assert found["rows"] == {"7": ["501"]}
    assert found["said"] == [
        "Anna Lee (SIS User ID 7): not matched: Ann Lee (SIS User ID 7), Anna Lee (SIS User ID 7) cannot all be Lee, "
        "Ann (501): grade the submission under the student's id"
    ]
    neither = [person("Annie Lee", (SIS, "7")), person("Anna Lee", (SIS, "7"))]
    found = summed(listed.match(neither))
    assert (found.get("rows"), found["doubtful"], len(found["said"])) == (None, ["501"], 2)
    # by several ids of one kind they are two, whatever they are called
    both = [person("Ann Lee", (LOGIN, "alee"), (SID, "1")), person("Ann Lee", (SIS, "7"), (SID, "2"))]
    assert summed(listed.match(both)).get("rows") is None
    same = [person("Ann Lee", (LOGIN, "alee"), (SID, "1")), person("Ann Lee", (SIS, "7"), (SID, "1"))]
    assert summed(listed.match(same))["rows"] == {"alee": ["501"], "7": ["501"]}
    # a row of a group is all its members'
    group = Id(Space.SAKAI_GROUP, "g")
    members = [Student(id=id, name=id, ids=(Id(Space.SAKAI_EID, id), group)) for id in ("a", "b")]
    assert len(roster(Student(id="g", name="Red", ids=(group,))).match(members).rows) == 2


def download(*names: str, numbered: bool = True) -> list[Student]:
    return [person(name, (Space.MOODLE_DOWNLOAD, str(at) if numbered else name)) for at, name in enumerate(names)]


@pytest.mark.parametrize(
    ("names", "numbered", "matched"),
    [
        (["Ann Lee"], True, 1), (["Ann Lee", "Red"], True, 0), (["Ann Lee", "Bo Orr"], True, 2),
        (["Ann Lee", "Bo Orr", "Red"], True, 2), (["Ann Lee", "Bo Orr", "Red", "Blue"], True, 0),
        (["Ann Lee", "Bo Orr", "Cy Kim", "Red", "Blue", "Black"], True, 3), (["Ann Lee", "Bo Orr"], False, 0),
        (["Red"], True, 0),
    ],
)  # fmt: skip
def test_groups_that_are_called_as_somebody_is(names: list[str], numbered: bool, matched: int) -> None:
    listed = roster(*(person(one.name, (MAIL, f"{one.id}@u.edu")) for one in (ANN, BO, CY)))
    match = listed.match(download(*names, numbered=numbered))
    assert len(match.rows) == matched
    said = (
        "this may be a group that is called so: give this assignment's own grading worksheet, which has a column Group"
    )
    assert sum(said in line for line in match.warnings) == (
        0 if matched else min(len(names), sum(" " in n for n in names))
    )


# --- sections -------------------------------------------------------------------------------------------------------


def test_sections_of_one_form_are_one_class_and_another_form_is_none() -> None:
    one, two = roster(ANN, BO), roster(person("Bo Orr", (USER, "502"), (SIS, "8")), CY)
    two = Roster(two.table._replace(name="two.csv"), two.layout)
    other = Roster(two.table, msgspec.structs.replace(two.layout, form="other"))
    both = together([one, other, two])
    assert both.name == "list.csv and two.csv"
    assert [(entry.student.id, entry.student.name, entry.row) for entry in both.students] == [
        ("501", "Lee, Ann", 0), ("502", "Orr, Bo", 1), ("503", "Kim, Cy", 2),
    ]  # fmt: skip
    assert together([one, other]) is one
    wrong = roster(person("Di Ng", (USER, "501")))
    with pytest.raises(UsageError) as raised:
        together([one, Roster(wrong.table._replace(name="x.csv"), wrong.layout)])
    assert str(raised.value) == (
        "list.csv: line 2: Canvas ID 501 is Lee, Ann here and Di Ng on another --roster: these are lists of different "
        "assignments or courses, so grade and export them one by one"
    )


def work(student: Student, key: str = "k", **more: Any) -> Submission:
    return Submission(**{"key": key, "students": (student,), "file": "f", "path": f"{key}.ipynb"} | more)


def test_the_list_with_the_downloads_own_ids_says_who_is_who() -> None:
    gradebook = roster(person("Lee, Ann", (MAIL, "a@u.edu")))
    worksheet = roster(person("Lee, Ann", (Space.MOODLE_PARTICIPANT, "7")))
    worksheet = Roster(worksheet.table, msgspec.structs.replace(worksheet.layout, form="worksheet"))
    moodle = [work(person("", (Space.MOODLE_DOWNLOAD, "7")))]
    mail = [work(person("", (MAIL, "7")))]
    assert who_is_who([gradebook, worksheet], moodle).layout.form == "worksheet"
    assert who_is_who([gradebook, worksheet], mail).layout.form == "form"
    assert who_is_who([gradebook, worksheet], []).layout.form == "form"
    assert who_is_who([worksheet, gradebook], moodle).layout.form == "worksheet"
    assert who_is_who([worksheet, gradebook], mail + moodle).layout.form == "worksheet"
    assert who_is_who([gradebook], moodle).layout.form == "form"
    # of a list that has not every number, the first row tells
    mixed = roster(person("Lee, Ann", (SID, "7")), person("Orr, Bo", (MAIL, "b@u.edu")))
    mixed = Roster(mixed.table, msgspec.structs.replace(mixed.layout, form="gradescope"))
    canvas = roster(ANN, BO)
    assert who_is_who([canvas, mixed], [work(person("", (SID, "7")))]).layout.form == "gradescope"
    assert who_is_who([canvas, mixed], mail).layout.form == "form"
    more = Roster(worksheet.table._replace(name="2.csv"), worksheet.layout)
    assert who_is_who([gradebook, worksheet, more], moodle).name == "list.csv and 2.csv"


# --- submissions ----------------------------------------------------------------------------------------------------


def test_a_submission_has_the_lists_name_and_all_ids() -> None:
    listed = roster(ANN, BO)
    asked = person("annlee", (USER, "501"), (SID, "x"), (Space.NAME, "n"), (TA, "p"))
    (one,) = match_submissions(listed, [work(asked)]).submissions
    assert (one.key, one.students) == ("501", (msgspec.structs.replace(ANN, ids=(*ANN.ids, Id(SID, "x"))),))
    # whoever is not on it stays who they are, under a key that nobody on it would have
    strangers = [work(person("Zed", (SID, "501")), "a"), work(person("Yan", (SID, "7-x")), "b")]
    assert [one.key for one in match_submissions(listed, strangers).submissions] == ["501-2", "7-x"]
    matched = match_submissions(listed, [work(person("", (USER, "501"))), *strangers])
    assert [one.key for one in matched.submissions] == ["501", "501-2", "7-x"]


def test_members_have_keys_and_are_named_once() -> None:
    listed = roster(ANN, BO, CY)
    members = (person("", (USER, "502")), person("", (SIS, "8")), person("", (USER, "501")))
    (one,) = match_submissions(listed, [work(members[0], students=members)]).submissions
    assert [(student.id, student.name) for student in one.students] == [("502", "Orr, Bo"), ("501", "Lee, Ann")]
    assert (one.key, one.member_keys) == ("502", ("501",))


def test_the_number_of_a_groups_download_is_not_its_members() -> None:
    people = (person("Lee, Ann", (Space.MOODLE_PARTICIPANT, "7")), person("Orr, Bo", (Space.MOODLE_PARTICIPANT, "8")))
    grouped = roster(*people, grouped=True, groups=("Red", "Blue"))
    (one,) = match_submissions(grouped, [work(person("Red", (Space.MOODLE_DOWNLOAD, "99")))]).submissions
    assert one.students == (people[0],)
    (one,) = match_submissions(roster(*people), [work(person("", (Space.MOODLE_DOWNLOAD, "7")))]).submissions
    assert one.students[0].ids == (*people[0].ids, Id(Space.MOODLE_DOWNLOAD, "7"))
    # a group of Sakai's stays who its members are
    group = Id(Space.SAKAI_GROUP, "g")
    member = Student(id="a", name="Ann", ids=(Id(Space.SAKAI_EID, "a"), group))
    (one,) = match_submissions(roster(Student(id="g", name="Red", ids=(group,))), [work(member)]).submissions
    assert one.students == (member,)


def test_two_works_of_one_row_are_settled_and_refused_ones_count_as_handed_in() -> None:
    listed = roster(ANN, BO, CY)
    refused = Refused(file="x", reason="empty", message="", students=(person("", (LOGIN, "borr")),))
    works = [work(person("", (USER, "501")), "a"), work(person("", (SIS, "7")), "b")]
    matched = match_submissions(listed, works, [refused])
    assert matched.submissions == ()
    assert [(one.reason, one.students[0].id) for one in matched.refused] == [
        ("empty", "502"), ("several-submissions", "501"), ("several-submissions", "501"),
    ]  # fmt: skip
    assert [one.id for one in matched.match.missing] == ["503"]
    later = msgspec.structs.replace(works[1], submitted="2025-03-04T10:00:00")
    first = msgspec.structs.replace(works[0], submitted="2025-03-03T10:00:00")
    (one,) = match_submissions(listed, [first, later]).submissions
    assert one.path == "b.ipynb"
    own = msgspec.structs.replace(works[1], own=True)
    matched = match_submissions(listed, [works[0], own])
    assert matched.match.warnings == ("Lee, Ann: left out f of : , as it was given, is this student's own",)
    nameless = Refused(file="x", reason="empty", message="")
    assert [one.id for one in match_submissions(listed, [], [nameless]).match.doubtful] == ["501", "502", "503"]
