"""Dates as LMSs write them; what could be meant in two ways is not read."""

import json
from datetime import UTC, datetime

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from autograder.lms.times import day_first, read_time
from tests import ROOT

LANGUAGES = json.loads((ROOT / "tests" / "lms" / "files" / "moodle-languages.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_moodles_long_date_is_read_in_every_language_and_every_month(language):
    text = LANGUAGES[language]["when"]
    assert read_time(text) == datetime(2026, 10, 3, 19, 5)
    assert read_time(text.replace(" ", "\xa0")) == datetime(2026, 10, 3, 19, 5)
    months = Locale.parse(language).months
    for number in range(1, 13):
        for width in ("wide", "abbreviated"):
            october, word = months["format"]["wide"][10], months["format"][width][number]
            if october in text and not october[0].isdigit():
                assert read_time(text.replace(october, word)) == datetime(2026, number, 3, 19, 5), word


READ = [
    ("Oct 7, 2025 805 AM", datetime(2025, 10, 7, 8, 5)),
    ("Sept. 30, 2025 1200 AM", datetime(2025, 9, 30, 0, 0)),
    ("June 7, 2025 12_30 PM", datetime(2025, 6, 7, 12, 30)),
    ("7 June, 2025 2005", datetime(2025, 6, 7, 20, 5)),
    ("7 juin 2025 20h05", datetime(2025, 6, 7, 20, 5)),
    ("7. Juni 2025 20:05 Uhr", datetime(2025, 6, 7, 20, 5)),
    ("07.06.2025 20.05", datetime(2025, 6, 7, 20, 5)),
    ("2025-06-07 2005", datetime(2025, 6, 7, 20, 5)),
    ("7 de junio de 2025 8:05 p. m.", datetime(2025, 6, 7, 20, 5)),
    ("2025年6月7日 午後8:05", datetime(2025, 6, 7, 20, 5)),
    ("2025년 6월 7일 오후 8:05", datetime(2025, 6, 7, 20, 5)),
    ("субота 7 червня 2025 00:05 AM", datetime(2025, 6, 7, 0, 5)),
    ("субота 7 червня 2025 12:05 PM", datetime(2025, 6, 7, 12, 5)),
    ("7 June 2025 00:05 PM", None),
    ("6/27/2025 805 PM", datetime(2025, 6, 27, 20, 5)),
    ("27/6/2025 20:05", datetime(2025, 6, 27, 20, 5)),
    ("mar. 2 déc. 2025 2005", datetime(2025, 12, 2, 20, 5)),
    ("2025-06-07T18:05:30.123456789Z", datetime(2025, 6, 7, 18, 5, 30, 123456, UTC)),
    ("Sat, 7 Jun 2025 18:05:30 GMT", datetime(2025, 6, 7, 18, 5, 30, tzinfo=UTC)),
    # the day or the month, no time of day, no such day, two times, nothing
    ("6/7/2025 805 PM", None),
    ("June 7, 2025", None),
    ("31 June 2025 20:05", None),
    ("7 June 2025 20:05 21:05", None),
    ("7 June July 2025 20:05 x", None),
    ("25:70 7 June 2025", None),
    ("7 Floréal 2025 20:05", None),
    ("7 June 25 20:05", None),
    ("-", None),
]


@pytest.mark.parametrize(("text", "moment"), READ)
def test_a_date_is_read_in_one_way_or_not_at_all(text, moment):
    assert read_time(text) == moment


def test_dates_of_one_download_tell_each_other_how_they_are_meant():
    american = ["6/7/2025 805 PM", "6/27/2025 805 PM"]
    assert day_first(american) is False
    assert day_first(["6/7/2025 20:05", "27/6/2025 20:05", "7 June 2025 9:00"]) is True
    assert day_first([american[0], "7 June 2025 9:00"]) is None
    assert day_first([*american, "27/6/2025 20:05"]) is None
    assert read_time(american[0], day_first=False) == datetime(2025, 6, 7, 20, 5)
    assert read_time(american[0], day_first=True) == datetime(2025, 7, 6, 20, 5)


PIECES = st.sampled_from([*"0123456789:/.-_ ,apm年月日", "June", "Mar", "Z", "T", "午後", "2025", "20:05"])


@given(st.lists(PIECES, max_size=30).map("".join))
def test_no_text_breaks_it(text):
    found = read_time(text)
    assert found is None or 1990 <= found.year < 2100
