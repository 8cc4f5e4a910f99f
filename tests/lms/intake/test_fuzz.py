"""Whatever a download and a class list hold: no row is given to a person whose name or id is not in the work.

Numbers are drawn from a handful, so that one person's student number is another's Canvas ID in most classes; names from
two handfuls, so that there are namesakes and people with half a name in common.
"""

import csv
import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from autograder.errors import UsageError
from autograder.lms import collect, grades_of, match_submissions, onto, read_roster
from autograder.lms.people import finding
from autograder.lms.people.identity import Likeness
from autograder.model import Run, RunFacts, Status, SubmissionResult
from tests.lms.intake.intake_samples import NB

NUMBERS = ("7", "07", "12", "0012", "301", "20417", "41")
FIRST, LAST = ("Ann", "Bo", "Cy", "Zoë"), ("Kim", "O'Neil", "Müller", "Lee-Ng")
SOME = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


class Human(NamedTuple):
    """One real person: who they are is the place in the class, and nothing that is written anywhere."""

    first: str
    last: str
    internal: str
    """What this LMS counts its users, participants or folders by."""
    number: str
    login: str

    @property
    def mail(self):
        return f"{self.login}@u.edu"

    @property
    def name(self):
        return f"{self.first} {self.last}"


@st.composite
def classes(draw, size=5):
    unique = {"min_size": size, "max_size": size, "unique": True}
    internal = draw(st.lists(st.sampled_from(NUMBERS), **unique))
    numbers = draw(st.lists(st.sampled_from(NUMBERS), **unique))
    logins = draw(st.lists(st.sampled_from((*NUMBERS, "akim", "boneil", "cym", "zoe")), **unique))
    names = draw(st.lists(st.tuples(st.sampled_from(FIRST), st.sampled_from(LAST)), min_size=size, max_size=size))
    return [Human(*name, *ids) for name, *ids in zip(names, internal, numbers, logins, strict=True)]


def table(header, rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


ROSTERS = {
    "canvas": lambda c: table(
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "hw01 (1)"],
        [["    Points Possible", "", "", "", "", "10"]]
        + [[f"{h.last}, {h.first}", h.internal, h.number, h.login, "L", ""] for h in c],
    ),
    "canvas without SIS": lambda c: table(
        ["Student", "ID", "Section", "hw01 (1)"],
        [["    Points Possible", "", "", "10"], *([f"{h.last}, {h.first}", h.internal, "L", ""] for h in c)],
    ),
    "worksheet": lambda c: table(
        [
            "Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade", "Grade can be changed",
            "Last modified (submission)", "Last modified (grade)", "Feedback comments",
        ],
        [[f"Participant {h.internal}", h.name, h.mail, "x", "", "10.00", "Yes", "-", "-", ""] for h in c],
    ),
    "moodle": lambda c: table(
        ["First name", "Last name", "ID number", "Email address", "Assignment: hw01 (Real)"],
        [[h.first, h.last, h.number, h.mail, "-"] for h in c],
    ),
    "blackboard": lambda c: table(
        ["Last Name", "First Name", "Username", "Student ID", "hw01 [Total Pts: 10 Score] |5"],
        [[h.last, h.first, h.login, h.number, ""] for h in c],
    ),
    "brightspace": lambda c: table(
        ["OrgDefinedId", "Username", "Last Name", "First Name", "hw01 Points Grade", "End-of-Line Indicator"],
        [[f"#{h.number}", f"#{h.login}", h.last, h.first, "", "#"] for h in c],
    ),
    "gradescope": lambda c: table(
        ["First Name", "Last Name", "SID", "Email", "Sections", "Total Score", "Max Points"],
        [[h.first, h.last, h.number, h.mail, "", "", "10"] for h in c],
    ),
    "sakai": lambda c: table(
        ["Student ID", "Name", "hw01 [10]", "* hw01"], [[h.login, f"{h.last}, {h.first}", "", ""] for h in c]
    ),
}  # fmt: skip


def metadata(people):
    return "".join(
        f"submission_{at}:\n  :submitters:\n  - :name: {json.dumps(h.name)}\n"
        f"    :sid: '{h.number}'\n    :email: {h.mail}\n"
        for at, h in enumerate(people)
    )


def squeezed(human):
    return "".join(c for c in f"{human.last}{human.first}".lower() if c.isalnum())


STAMP = "attempt_2025-03-03-10-00-00"
DOWNLOADS = {
    # whose work each file is, is in the notebook
    "canvas": lambda c: {f"{squeezed(h)}_{h.internal}_{900 + n}_hw01.ipynb": h for n, h in enumerate(c)},
    "moodle": lambda c: {f"{h.name.replace(chr(39), '')}_{h.internal}_assignsubmission_file_/hw01.ipynb": h for h in c},
    "brightspace": lambda c: {f"{h.internal}-5 - {h.name} - Mar 3, 2025 959 AM/hw01.ipynb": h for h in c},
    "gradescope": lambda c: {f"submission_{n}/hw01.ipynb": h for n, h in enumerate(c)},
    "sakai": lambda c: {f"HW 1/{h.last}, {h.first}({h.login})/Submission attachment(s)/hw01.ipynb": h for h in c},
    "blackboard": lambda c: {f"HW 1_{h.login}_{STAMP}_hw01.ipynb": h for h in c},
    "names": lambda c: {f"{h.name}.ipynb": h for h in c},
    "numbers": lambda c: {f"{h.number}/hw01.ipynb": h for h in c},
    "logins": lambda c: {f"{h.login}.ipynb": h for h in c},
}
NAMELESS = ("blackboard", "numbers", "logins")


def words(human):
    return {"".join(c for c in word.lower() if c.isalnum()) for word in human.name.replace("-", " ").split()}


def bare(human):
    return {text.lstrip("0") for text in (human.number, human.login, human.internal)}


def may_be(owner, row, download, roster):
    """Whether a row can be given the owner's work: what the two have in common in writing, said simply."""
    if download in NAMELESS:
        return bool(bare(owner) & bare(row))
    if download == roster == "canvas" and owner.internal == row.internal:
        return True
    return bool(words(owner) & words(row))


def as_run(matched):
    facts = RunFacts(
        assignment="hw01", assignment_digest="", package_version="", versions={}, sandbox="bwrap", seed=0, jobs=1,
        started="", seconds=0.0,
    )  # fmt: skip
    results = tuple(
        SubmissionResult(submission=one, status=Status.GRADED, score=float(at), possible=100.0)
        for at, one in enumerate(matched.submissions)
    )
    lists = {"missing": matched.match.missing, "unknown": matched.match.unknown, "doubtful": matched.match.doubtful}
    return Run(facts=facts, questions={"q1": 100.0}, results=results, refused=matched.refused, **lists)


def given_rows(everybody, submitting, listed, download, rosters):
    """(whose work it is, to whom it goes) for each list in turn, as grade with the first and export onto the others."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        people = [everybody[at] for at in sorted(submitting)]
        files = DOWNLOADS[download](people)
        with zipfile.ZipFile(place / "s.zip", "w") as made:
            for name, human in files.items():
                made.writestr(name, json.dumps({**json.loads(NB), "whose": everybody.index(human)}))
            if download == "gradescope":
                made.writestr("submission_metadata.yml", metadata(people))
        lists = []
        for at, kind in enumerate(rosters):
            (place / f"{at}.csv").write_text(ROSTERS[kind]([everybody[one] for one in sorted(listed)]), "utf-8")
            lists.append(read_roster(place / f"{at}.csv"))
        students = [entry.student for entry in lists[0].students]
        intake = collect([place / "s.zip"], workdir=place / "w", assignment="hw01", people=students)
        matched = match_submissions(lists[0], intake.submissions, intake.refused)
        run = as_run(matched)
        whose = [json.loads(Path(one.path).read_text())["whose"] for one in matched.submissions]
        for kind, roster in zip(rosters, lists, strict=True):
            order = [entry.student.id for entry in roster.students]
            for student, grade in onto(roster, grades_of(run), run).grades.items():
                if grade.score is not None:
                    yield kind, everybody[whose[int(grade.score)]], everybody[sorted(listed)[order.index(student)]]


CASES = st.tuples(
    classes(),
    st.sets(st.integers(0, 4), min_size=1),
    st.sets(st.integers(0, 4), min_size=1),
    st.sampled_from(sorted(DOWNLOADS)),
    st.lists(st.sampled_from(sorted(ROSTERS)), min_size=1, max_size=3),
)


def nobody_gets_what_is_not_theirs(case):
    for roster, owner, row in given_rows(*case):
        assert owner == row or may_be(owner, row, case[3], roster), f"{owner}'s work for {row} on {roster}"


@SOME
@given(CASES)
def test_no_row_is_given_to_somebody_who_is_not_in_the_work(case):
    nobody_gets_what_is_not_theirs(case)


OWN = {
    "canvas": "canvas",
    "moodle": "worksheet",
    "gradescope": "gradescope",
    "sakai": "sakai",
    "blackboard": "blackboard",
}
OF_ONE_LMS = st.tuples(
    classes(),
    st.sets(st.integers(0, 4), min_size=1),
    st.sets(st.integers(0, 4), min_size=1),
    st.sampled_from(sorted(OWN.items())),
)


def everybody_gets_their_own_and_a_namesake_nothing(case):
    everybody, submitting, listed, (download, roster) = case
    found = {(owner, row) for _, owner, row in given_rows(everybody, submitting, listed, download, [roster])}
    theirs = {(everybody[at], everybody[at]) for at in submitting & listed}
    assert theirs <= found
    # what a spreadsheet takes zeros of is recognised, so in no real class do two people differ by them alone
    assert all(bare(owner) & bare(row) for owner, row in found - theirs)


@SOME
@given(OF_ONE_LMS)
def test_everybody_gets_their_own_where_the_list_is_that_lmss_own(case):
    """Rules that give nothing to anybody would pass the other test."""
    everybody_gets_their_own_and_a_namesake_nothing(case)


BROKEN = {
    "an equal number is believed whatever its kind": (
        "likeness", lambda one, other: Likeness.SAME, CASES, nobody_gets_what_is_not_theirs,
    ),
    "nothing contradicts a name": (
        "contradict", lambda one, other: None, OF_ONE_LMS, everybody_gets_their_own_and_a_namesake_nothing,
    ),
}  # fmt: skip


SLOW = {"nothing contradicts a name"}
"""It takes four hundred classes until two namesakes meet."""


@pytest.mark.parametrize("how", [pytest.param(how, marks=pytest.mark.slow if how in SLOW else ()) for how in BROKEN])
def test_the_search_finds_what_it_looks_for(monkeypatch, how):
    name, broken, cases, claim = BROKEN[how]
    monkeypatch.setattr(finding, name, broken)
    search = settings(SOME, max_examples=400, phases=[Phase.generate], database=None, derandomize=True)
    with pytest.raises(AssertionError):
        search(given(cases)(claim))()


# --- bytes ------------------------------------------------------------------------------------------------------------

PIECES = (
    "akim", "Kim, Ann", "annkim", "Ann Kim", "301", "20417", "0012", "_", "-", " - ", "/", "(", ")", "LATE", "hw01",
    ".ipynb", ".zip", "assignsubmission_file_", "attempt_2025-03-03-10-00-00", "submission_", "submission_metadata.yml",
    "members.txt", "timestamp.txt", "Submission attachment(s)", "grades.csv", "Mar 3, 2025 959 AM", "anon_", "\u202e",
    "\x00", "..", "a@u.edu",
)  # fmt: skip
NAMES = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), min_size=1, max_size=7).map("".join)
BYTES = st.one_of(
    st.just(NB.encode()),
    st.binary(max_size=60),
    st.lists(
        st.sampled_from((*PIECES, "submission_1:\n", "  :submitters:\n", "  - :name: ", "\n", "&a ", "*a", "[", "]"))
    )
    .map("".join)
    .map(lambda text: text.encode(errors="replace")),
)
LISTS = st.one_of(
    classes().flatmap(lambda people: st.sampled_from(sorted(ROSTERS)).map(lambda kind: ROSTERS[kind](people).encode())),
    st.binary(max_size=200),
    st.lists(st.sampled_from((*PIECES, ",", ";", "\t", "\n", '"', "Student,ID,Section,x (1)\n", "Identifier,Grade\n")))
    .map("".join)
    .map(lambda text: text.encode(errors="replace")),
)


def listed_in(path):
    """The class list in a file, or the sentence that says why there is none."""
    try:
        return read_roster(path), ""
    except UsageError as error:
        return None, str(error)


@settings(SOME, max_examples=80)
@given(st.dictionaries(NAMES, BYTES, min_size=1, max_size=6), LISTS)
def test_whatever_the_bytes_the_worst_is_a_sentence(entries, listed):
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with zipfile.ZipFile(place / "s.zip", "w") as made:
            # a zip's names end at the first NUL
            for name, content in {name.partition("\0")[0]: content for name, content in entries.items()}.items():
                made.writestr(zipfile.ZipInfo(name), content)
        (place / "list.csv").write_bytes(listed)
        roster, said = listed_in(place / "list.csv")
        assert "\n" not in said
        people = [] if roster is None else [entry.student for entry in roster.students]
        intake = collect([place / "s.zip"], workdir=place / "w", assignment="hw01", people=people)
        for one in intake.refused:
            assert one.message.partition("\n")[2] == ""
            assert one.reason
        if roster is None:
            return
        matched = match_submissions(roster, intake.submissions, intake.refused)
        written = " ".join((*entries, *(content.decode(errors="replace") for content in entries.values()))).casefold()
        run_together = "".join(c for c in written if c.isalnum())
        for entries_of in matched.match.rows.values():
            for entry in entries_of:
                ids = [one.value.casefold() for one in entry.student.ids]
                ids += [one.partition("@")[0] for one in ids] + [one.lstrip("0") for one in ids]
                parts = ["".join(c for c in word if c.isalnum()) for word in entry.student.name.casefold().split()]
                assert any(one and one in written for one in ids) or all(part in run_together for part in parts)
