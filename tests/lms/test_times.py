"""Dates as LMSs write them; what could be meant in two ways is not read."""

import json
from datetime import UTC, datetime, timedelta, timezone

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
    # the edges: the years that can be meant, midnight and noon, seconds, how long a text may be, zones
    ("1 January 1990 0:00", datetime(1990, 1, 1, 0, 0)),
    ("31 December 1989 20:05", None),
    ("31 December 2099 23:59", datetime(2099, 12, 31, 23, 59)),
    ("1 January 2100 20:05", None),
    ("7 June 2025 12:00 AM", datetime(2025, 6, 7, 0, 0)),
    ("7 June 2025 12:59 PM", datetime(2025, 6, 7, 12, 59)),
    ("7 June 2025 11:59 AM", datetime(2025, 6, 7, 11, 59)),
    ("7 June 2025 1:00 PM", datetime(2025, 6, 7, 13, 0)),
    ("7 June 2025 19:05 PM", datetime(2025, 6, 7, 19, 5)),
    ("7 June 2025 8:05:59 PM", datetime(2025, 6, 7, 20, 5, 59)),
    ("7 June 2025 24:00", None),
    ("7 June 2025 8:05 AM PM", None),
    ("7 June 2025 8:05 am UTC", datetime(2025, 6, 7, 8, 5, tzinfo=UTC)),
    ("7 June 2025 20:05" + " " * 180 + "x" * 9, datetime(2025, 6, 7, 20, 5)),
    ("x" * 190 + " 7 June 2025 20:05", None),
    ("2025-06-07 20:05", datetime(2025, 6, 7, 20, 5)),
    ("2025-06-07T20:05:06,7", datetime(2025, 6, 7, 20, 5, 6, 700000)),
    ("2025-06-07 20:05 UTC", datetime(2025, 6, 7, 20, 5, tzinfo=UTC)),
    ("2025-06-07T20:05+0200", datetime(2025, 6, 7, 20, 5, tzinfo=timezone(timedelta(hours=2)))),
    ("2025-06-07T20:05:06.1234567+02:00", datetime(2025, 6, 7, 20, 5, 6, 123456, timezone(timedelta(hours=2)))),
    ("2025-06-37 20:05", None),
    ("2025-06-07T25:05", None),
    ("2025/6/7 20:05", datetime(2025, 6, 7, 20, 5)),
    ("12/12/2025 20:05", None),
    ("12/13/2025 20:05", datetime(2025, 12, 13, 20, 5)),
    ("13/12/2025 20:05", datetime(2025, 12, 13, 20, 5)),
    ("3.4.2025 20:05", datetime(2025, 4, 3, 20, 5)),
    ("6 2025 7 20:05", None),
    ("2025 6 20:05", None),
    ("6 7 8 2025 20:05", None),
    ("June 2025 20:05", None),
    ("June 7 8 2025 20:05", None),
    ("June 7 2025 2026 20:05", None),
    ("7 mar 2025 20:05", datetime(2025, 3, 7, 20, 5)),
    ("mar. 4 nov. 2025 20:05", datetime(2025, 11, 4, 20, 5)),
    ("4 mar. nov. 2025 20:05", None),
    ("x mar. 4 nov. 2025 20:05", None),
    ("2025\u5e7412\u67087\u65e5 20:05", datetime(2025, 12, 7, 20, 5)),
    ("7 June 2025 959", datetime(2025, 6, 7, 9, 59)),
    ("1230 7 June 2025", None),
    ("7 June 2025 95", None),
    ("7 June 2025 \u4e0a\u5348 8:05", datetime(2025, 6, 7, 8, 5)),
    ("7 June 2025 8h05", datetime(2025, 6, 7, 8, 5)),
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
