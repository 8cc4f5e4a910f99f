"""Moodle's two files in the languages in which Moodle writes them."""

import csv
import io
import json
import tomllib
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.lms import Grade, choose_column, formats, read_roster, write_grades
from autograder.lms.formats.moodle_words import heading, headings, note, value_of, view_of
from autograder.model import Id, Space
from tests import ROOT
from tests.lms import lms_importers as importers

FILES = ROOT / "tests" / "lms" / "files"
LANGUAGES = json.loads((FILES / "moodle-languages.json").read_text(encoding="utf-8"))
"""What Moodle 4.5 writes with each language pack: the worksheet's headings (identifier, name, e-mail, status, due date,
group, grade, maximum, can be changed, submitted, graded, comments), what a participant's cell begins with, "no",
3 October 2026 19:05, the status of work that is two days late, and the gradebook's headings of people and of an
assignment."""
OURS = "autograder: 7.25 of 10 points; q1 2 of 2; q2 1,5 of 2; q3 0 of 2"


def table(header, *rows, delimiter=",", quoting=csv.QUOTE_MINIMAL):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n", quoting=quoting).writerows([header, *rows])
    return text.getvalue()


def worksheet(language, *, comments=("", "", ""), **form):
    said = LANGUAGES[language]
    came, name = said["when"], said["participant"]
    # the English word and a few others are followed by a blank
    gap = " " if name.isascii() else ""
    on_time = said["late"].partition(" - ")[0]
    rows = [
        ["Rosa Uhl", "r@u.edu", said["late"], "", "Blue", "", "10.00", "–", came, came, comments[0]],
        ["Ivo Benk", "i@u.edu", on_time, "", "Blue", "4.00", "10.00", "–", came, came, comments[1]],
        ["Mia Qadir", "m@u.edu", "–", "", "Red", "", "10.00", said["no"], "-", "-", comments[2]],
    ]
    rows = [[f"{name}{gap}70{at}", *row] for at, row in enumerate(rows)]
    return table(said["worksheet"], *rows, **form)


def read(tmp_path, text, name="moodle.csv", **more):
    (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
    return read_roster(tmp_path / name, **more)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_worksheet_is_read_and_written_in_every_language(tmp_path, language):
    roster = read(tmp_path, worksheet(language))
    assert roster.layout.form == "Moodle grading worksheet"
    rosa, ivo, mia = roster.students
    assert [(one.student.id, one.student.name) for one in roster.students] == [
        ("700", "Rosa Uhl"), ("701", "Ivo Benk"), ("702", "Mia Qadir"),
    ]  # fmt: skip
    assert rosa.student.ids[-1] == Id(Space.EMAIL, "r@u.edu")
    assert (rosa.submitted, rosa.late) == ("2026-10-03T19:05:00", True)
    assert (ivo.submitted, ivo.late) == ("2026-10-03T19:05:00", False)
    assert (mia.submitted, mia.late) == (None, None)
    assert roster.columns[0].possible == 10
    grades = {"700": Grade(score=Decimal("7.25"), comment=OURS), "702": Grade(score=Decimal(3))}
    written = write_grades(roster, grades, out=tmp_path / "out.csv", assignment="hw01")
    assert [change.student.id for change in written.changes] == ["700"]
    assert "cannot be changed" in written.left[-1].why
    rows = list(csv.reader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8"))))
    assert rows[0] == LANGUAGES[language]["worksheet"]
    assert len(rows) == 2
    assert (rows[1][6], rows[1][11]) == ("7.25", OURS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_our_comments_come_back_in_a_second_round(tmp_path, language, delimiter):
    by_hand = "see me;\nat noon; in 12; with both; of your; notebooks"
    text = worksheet(language, comments=(OURS, by_hand, ""), delimiter=delimiter)
    roster = read(tmp_path, text)
    assert [one.student.id for one in roster.students] == ["700", "701", "702"]
    grades = {
        "700": Grade(score=Decimal(8), comment="autograder: 8 of 10 points"),
        "701": Grade(score=Decimal(5), comment=OURS),
    }
    written = write_grades(roster, grades, out=tmp_path / "out.csv", assignment="hw01")
    assert [(change.old, change.new) for change in written.changes] == [("", "8"), ("4.00", "5")]
    again = read_roster(tmp_path / "out.csv").table.rows
    assert [row.cell(11) for row in again[1:]] == ["autograder: 8 of 10 points", by_hand]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_gradebook_is_read_and_written_in_every_language(tmp_path, language, delimiter):
    said = LANGUAGES[language]
    header = [*said["people"], *(view.format(title) for title in ("hw 1", "hw 10: ~x") for view in said["item"])]
    rows = [
        ["Rosa", "Uhl", "0020", "ros@u.edu", "-", "-", "", "9.50", "95.00 %", "well done"],
        ["Ivo", "Benk", "0021", "ivo@u.edu", "2.50", "25.00 %", OURS.replace("; ", ";\n"), "-", "-", ""],
    ]
    roster = read(tmp_path, table(header, *rows, delimiter=delimiter))
    assert roster.layout.form == "Moodle gradebook export"
    assert [column.title for column in roster.columns] == ["hw 1", "hw 10: ~x"]
    assert [one.student.name for one in roster.students] == ["Rosa Uhl", "Ivo Benk"]
    grades = {
        "0020": Grade(score=Decimal("7.25"), comment=OURS),
        "0021": Grade(score=Decimal(3), comment="autograder: 3"),
    }
    write_grades(roster, grades, out=tmp_path / "out.csv", assignment="hw01")
    written = (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert list(csv.reader(io.StringIO(written), delimiter=delimiter)) == [
        [*said["people"], said["item"][0].format("hw 1"), said["item"][2].format("hw 1")],
        ["Rosa", "Uhl", "0020", "ros@u.edu", "7.25", OURS],
        ["Ivo", "Benk", "0021", "ivo@u.edu", "3", "autograder: 3"],
    ]
    # the whole heading names a column, whichever blanks it is typed with
    assert choose_column(roster, said["item"][0].format("hw 1").replace("\xa0", " "), None).title == "hw 1"


def test_a_language_that_is_not_known_is_read_by_what_stands_where(tmp_path):
    text = worksheet("de")
    for word in (*LANGUAGES["de"]["worksheet"], LANGUAGES["de"]["participant"]):
        text = (
            text.replace(word, f"Sz{len(word)}{word[:2]}ő", 1)
            if word != "Teilnehmer/in"
            else text.replace(word, "Tag ")
        )
    roster = read(tmp_path, text.replace("Tag", "Tagok"))
    assert [one.student.id for one in roster.students] == ["700", "701", "702"]
    assert roster.columns[0].index == 6
    hungarian = "Név,Vezeték,Azonosító,E-mail cím,Feladat: hw01 (Valós),Feladat: hw01 (Visszajelzés)\n"
    roster = read(tmp_path, hungarian + "Rosa,Uhl,0020,r@u.edu,-,\nIvo,Benk,0021,i@u.edu,2.00,\n")
    assert roster.layout.comments == {4: 5}


def test_an_own_due_date_and_an_extension_are_the_students(tmp_path):
    rows = list(csv.reader(io.StringIO(worksheet("en"))))
    usual, own = "Monday, 5 October 2026, 11:59 PM", "Wednesday, 7 October 2026, 11:59 PM"
    for row, due in zip(rows[1:], (usual, own, usual), strict=True):
        row[4] = due
    rows[3][3] += " - Extension granted until: Friday, 9 October 2026, 8:00 AM"
    roster = read(tmp_path, table(*rows))
    assert [one.due for one in roster.students] == [None, "2026-10-07T23:59:00", "2026-10-09T08:00:00"]


def test_who_handed_in_nothing_is_overdue_and_not_late(tmp_path):
    # the release of 2014 said "Trabalho está '2 dias' atrasado", which ends as the words for late work do
    rows = list(csv.reader(io.StringIO(worksheet("pt"))))
    rows[3][3] = "Nenhuma submissão efetuada - Trabalho está '2 dias' atrasado"
    assert [one.late for one in read(tmp_path, table(*rows)).students] == [True, False, None]


def test_columns_that_cannot_be_told_are_listed_with_their_whole_headings(tmp_path):
    text = "First name,Last name,Email address,Assignment: hw 1 (Real),Quiz: HW-1 (Real)\nA,B,a@u.edu,-,-\n"
    with pytest.raises(
        UsageError, match=r"several columns fit 'hw01': 'Assignment: hw 1 \(Real\)'; 'Quiz: HW-1 \(Real\)'"
    ):
        choose_column(read(tmp_path, text), None, "hw01")
    assert choose_column(read(tmp_path, text), "Quiz: HW-1 (Real)", "hw01").index == 4


def test_every_wording_of_every_release_is_known():
    """Each is put where the newest stands; the file is read as before."""
    table = tomllib.loads((Path(formats.__file__).parent / "moodle.toml").read_text(encoding="utf-8"))
    places = (
        "identifier", "name", "email", "status", "duedate", "group", "grade", "maximum", "changeable", "submitted",
        "graded", "comments",
    )  # fmt: skip
    assert set(table) == set(LANGUAGES)
    for language, words in table.items():
        newest = LANGUAGES[language]["worksheet"]
        for at, field in enumerate(places):
            for wording in words[field]:
                header = [*newest[:at], f" {wording} ", *newest[at + 1 :]]
                assert headings(header, places).columns == {field: n for n, field in enumerate(places)}, (
                    language,
                    wording,
                )
        for view in ("points", "percentage", "feedback"):
            for wording in words[view]:
                assert view_of(f"{words['assignment'][0]}\xa0: x ({wording})").view == view, (language, wording)


@pytest.mark.parametrize("language", ["en", "de", "ja"])
def test_a_second_round_outside_english_needs_a_tick(tmp_path, language):
    said = LANGUAGES[language]
    roster = read(tmp_path, worksheet(language, comments=(OURS, "", "")))
    write_grades(roster, {"701": Grade(score=Decimal(5))}, out=tmp_path / "out.csv", assignment="hw01")
    head, prefix = said["worksheet"], said["participant"] + (" " if said["participant"].isascii() else "")
    now = {"700": (None, OURS), "701": (4.0, ""), "702": (None, "")}
    options = {
        "language": (head[0], head[6], head[10]),
        "feedback": head[11],
        "prefix": prefix,
        "comma": language == "de",
    }
    options["graded"] = {"701": datetime(2026, 10, 3, 19, 5, 20)}
    content = (tmp_path / "out.csv").read_bytes()
    assert importers.moodle_worksheet(content, now, **options) == ({"701": 5.0} if language == "en" else {}, {})
    assert importers.moodle_worksheet(content, now, **options, ignore_modified=True) == ({"701": 5.0}, {})
    assert ("tick that records may be updated" in roster.layout.upload) is (language != "en")
    fresh = worksheet(language).replace(f'"{said["when"]}",\n', "-,\n").replace(f"{said['when']},\n", "-,\n")
    assert "tick" not in read(tmp_path, fresh).layout.upload


def test_no_comment_opens_a_cell_that_php_does_not_close(tmp_path):
    roster = read(tmp_path, worksheet("en"))
    comment = 'autograder: 3 of 10 points; "C:\\" and \\'
    grades = {id: Grade(score=Decimal(3), comment=comment) for id in ("700", "701")}
    write_grades(roster, grades, out=tmp_path / "out.csv", assignment="hw01")
    now = dict.fromkeys(("700", "701", "702"), (None, ""))
    got = importers.moodle_worksheet((tmp_path / "out.csv").read_bytes(), now)
    assert got == ({"700": 3.0, "701": 3.0}, {"700": comment, "701": comment})


def test_moodle_in_lithuanian_is_said_to_refuse_its_own_worksheet(tmp_path):
    assert any("switch your Moodle to English" in warning for warning in read(tmp_path, worksheet("lt")).warnings)
    assert read(tmp_path, worksheet("sv")).warnings == ()


@pytest.mark.parametrize("missing", ["Last modified (grade)", "Grade"])
def test_a_worksheet_without_a_column_that_moodle_needs_is_refused(tmp_path, missing):
    text = worksheet("en").replace(f",{missing},", ",x,", 1)
    with pytest.raises(UsageError, match="without which Moodle refuses the worksheet"):
        read(tmp_path, text)


def test_comments_of_a_language_that_is_not_known_stand_under_the_last_heading(tmp_path):
    words = LANGUAGES["en"]
    first, _, rest = worksheet("en", comments=(OURS, "", "")).partition("\n")
    unknown = first
    for number, known in enumerate(words["worksheet"]):
        named = "Kommentaro pri la laboro" if number == len(words["worksheet"]) - 1 else f"Kolumno {number}"
        unknown = unknown.replace(known, named, 1)
    text = f"{unknown}\n{rest.replace(words['participant'], 'Partoprenanto')}"
    roster = read(tmp_path, text)
    assert roster.layout.comments == {6: 11}


@pytest.mark.parametrize(
    ("text", "language", "field", "found"),
    [
        ("2 days late", "en", "late", "2 days"), ("2 days LATE.", "en", "late", "2 days"), ("late", "en", "late", None),
        ("2 Tage zu sp\u00e4t", "en", "late", None), ("2 Tage zu sp\u00e4t", "de", "late", "2 Tage"),
        ("2 Tage zu sp\u00e4t", None, "late", "2 Tage"), ("2 days late", None, "late", "2 days"),
        ("2 days late", "de", "late", None), ("En retard de 2 jours", "fr", "late", "2 jours"),
        ("'2 dias' atrasado", "pt", "late", "2 dias"), ("x late x", "en", "late", None),
        ("2 days late", "xx", "late", None),
        ("Extension granted until: Monday", "en", "extension", "monday"),
        ("Extension granted until:", "en", "extension", None),
    ],
)  # fmt: skip
def test_what_a_sentence_of_moodles_says(text, language, field, found):
    assert value_of(text, language, field) == (None if found is None else found.casefold())


@pytest.mark.parametrize(
    ("cell", "title", "view", "named"),
    [
        ("Assignment: hw01 (Real)", "hw01", "points", True), ("hw01 (Real)", "hw01", "points", False),
        ("hw01 (Letter)", "hw01", "letter", False), ("Quiz: a: b (Percentage)", "a: b", "percentage", True),
        ("Quiz: a (b) (Feedback)", "a (b)", "feedback", True), ("Quiz: a  b\n c (x)", "a b c", None, True),
        ("Devoir\u202fhw (Brut)", "hw", "points", True), ("Room\u202fhw (Brut)", "Room hw", "points", False),
        (": hw (Real)", ": hw", "points", False), ("Quiz: (Real)", "Quiz:", "points", False),
    ],
)  # fmt: skip
def test_a_gradebooks_heading_is_taken_apart(cell, title, view, named):
    assert tuple(view_of(cell)) == (title, view, named)


@pytest.mark.parametrize("cell", ["Room (3)", "hw01", "hw01 ()", "(Real)", "hw01 (Real) x", ""])
def test_what_is_no_heading_of_a_grade(cell):
    assert view_of(cell) is None


def test_headings_are_of_the_language_that_most_of_them_are_in():
    fields = ("identifier", "name", "grade", "no")
    assert tuple(headings(["Grade", "x", "Full name"], fields)) == ("en", {"grade": 0, "name": 2})
    # a regional pack words some of them otherwise; one column is one field's
    german = ["Bewertung", "Zuletzt geändert (Bewertung)", "Full name"]
    assert tuple(headings(german, ("grade", "graded", "name"))) == ("de", {"grade": 0, "graded": 1, "name": 2})
    assert tuple(headings(["x", "y"], fields)) == (None, {})
    assert [note(language) for language in ("en", None, "xx")] == ["", "", ""]
    assert note("lt").startswith("Moodle in Lithuanian refuses even its own worksheet")
    assert [heading(text) for text in ("<b>Grade</b> .", "a\u200eb", "\uff21")] == ["grade", "ab", "a"]
