import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.collect.durations import MIN_WHOLE, is_duration, runtime_of

HOURS = [
    "1h37",
    "1H37",
    "01h37",
    "1 h 37",
    "1 ч 37",
    "1 ч. 37",
    "1ч37",
    "1h37'",
    "1 h 37 mn",
    "1 h 37 - VOST",
    "1h37 VF",
]
TWICE = [
    "97 min (1h37)",
    "1h37 (97 min)",
    "97 мин. / 01:37",
    "1 ч. 37 мин. (97 мин.)",
    "97 мин (1 ч 37)",
    "1 ч 37 / 97",
]
MINUTES = [
    "97'",
    "97\u2019",
    "97\u2032",
    "97 \u00b4",
    "97mn",
    "97 mns",
    "97 мин.",
    "97.5 min",
    "ca. 97 Minuten",
    "97分",
]
OTHERS = [
    "1:37 Std.",
    "1:37:20 ч",
    "PT1H37M",
    "P0DT1H37M",
    "1 hour and 37 minutes",
    "1 година 37 хвилин",
    "1 год. 37 хв",
]


@pytest.mark.parametrize("text", HOURS + TWICE + MINUTES + OTHERS)
def test_one_hour_thirty_seven(text: str) -> None:
    assert runtime_of(text) == 97


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1h08", 68),
        ("2h05", 125),
        ("1h 05'", 65),
        ("1 h 05 mn", 65),
        ("1 ч 5", 65),
        ("2 ч", 120),
        ("2 часа, 12+", 120),
        ("2 ч 12+", 120),
        ("1,5 часа", 90),
        ("45 мин x 8 серий", 45),
        ("8 x 45 min", 45),
        ("PT0H125M", 125),
        ("0", None),
        (135, 135),
        (7_200, 120),
    ],
)
def test_other_times(text: object, minutes: int | None) -> None:
    assert runtime_of(text) == minutes


@pytest.mark.parametrize("text", ["1 ч 10 серий", "1h 37 VF", "97''", "1h75", "1987 год", "скоро", "1 h 2.5"])
def test_what_may_be_something_else_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        runtime_of(text)


@given(
    st.integers(1, 9),
    st.integers(0, 59),
    st.sampled_from(["{}h{:02}", "{} h {:02}", "{} ч. {:02}", "{} ч {} мин", "{} h {} mn", "{}h{:02}'", "{}:{:02} ч"]),
    st.sampled_from(["{}", " {} ", "{}.", "({})", "{}, цветной", "{0} ({1} мин)", "{1} min ({0})", "{} | 16+"]),
)
def test_any_time_in_any_form_is_its_minutes(hours: int, minutes: int, form: str, around: str) -> None:
    whole = hours * 60 + minutes
    assert runtime_of(around.format(form.format(hours, minutes), whole)) == whole


@given(st.text("0123456789 hчмm'.:()", max_size=300))
def test_any_text_is_a_time_or_none(text: str) -> None:
    try:
        minutes = runtime_of(text)
    except ValueError:
        return
    assert minutes is None or minutes > 0


@pytest.mark.parametrize("text", ["97 min", "1h37", "1 ч 37", "97'", " 97 мин. ", "1 ч 37 мин"])
def test_a_time_alone_is_one(text: str) -> None:
    assert is_duration(text)


@pytest.mark.parametrize("text", ["97", "01:37", "97 min left", f"{MIN_WHOLE - 1} мин", "трейлер 2 мин"])
def test_what_else_stands_alone_is_none(text: str) -> None:
    assert not is_duration(text)
