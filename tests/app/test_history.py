"""What a visitor said of films, as the session keeps it."""

import pytest
from streamlit.testing.v1 import AppTest

from app.history import leaning, stars
from app.taken import MAX_WANTED
from kadr.recommend.types import MAX_EVENTS, Event

IMPORTS = (
    "from app.history import *",
    "from app.taken import Brought, Wanted",
    "from kadr.recommend.types import Event",
)


def _session(*lines: str) -> AppTest:
    script = "\n".join((*IMPORTS, *lines, "history()", "wanted()"))
    app = AppTest.from_string(script, default_timeout=10).run()
    assert not app.exception
    return app


def _after(*lines: str) -> dict[str, Event]:
    """Return the history that a session holds when a script has said these things."""
    return dict(_session(*lines).session_state["history"])


def _wanted(*lines: str) -> list[str]:
    """Return the watchlist that a session holds then."""
    return list(_session(*lines).session_state["wanted"])


def _kinds(history: dict[str, Event]) -> dict[str, str]:
    return {film: event.kind for film, event in history.items()}


def test_the_last_word_counts_and_moves_the_film_to_the_end() -> None:
    said = _after("like('a', True)", "like('b', False)", "rate('a', 2)")
    assert [(film, event.kind, event.value) for film, event in said.items()] == [
        ("b", "disliked", None),
        ("a", "rated", 4.0),
    ]
    assert all(event.at for event in said.values())


def test_taking_back() -> None:
    assert _after("like('a', True)", "like('a', None)") == {}
    assert _kinds(_after("rate('a', 5)", "rate('a', None)")) == {"a": "watched"}
    assert _after("mark_watched('a', True)", "mark_watched('a', False)") == {}
    assert _kinds(_after("like('a', True)", "like('b', True)", "forget('a')", "forget('c')")) == {"b": "liked"}
    assert _after("like('a', True)", "forget_all()") == {}


@pytest.mark.parametrize("said", ["like('a', True)", "like('a', False)", "rate('a', 5)"])
@pytest.mark.parametrize("watched", [True, False])
def test_watched_or_not_never_takes_back_what_says_more(said: str, watched: bool) -> None:
    (before,) = _after(said).values()
    (after,) = _after(said, f"mark_watched('a', {watched})").values()
    assert (after.kind, after.value) == (before.kind, before.value) != ("watched", None)


def test_what_is_brought_comes_before_what_was_said_now_and_never_overrules_it() -> None:
    said = _after("like('a', False)", "bring(Brought((Event('a', 'liked'), Event('b', 'liked'))))")
    assert list(_kinds(said).items()) == [("b", "liked"), ("a", "disliked")]


def test_the_oldest_go_where_there_are_too_many() -> None:
    many = f"remember(*(Event(str(n), 'watched') for n in range({MAX_EVENTS})))"
    assert list(_after(many, "like('new', True)"))[:: MAX_EVENTS - 1] == ["1", "new"]
    brought = f"bring(Brought(tuple(Event(str(n), 'watched') for n in range({MAX_EVENTS}))))"
    kept = _after("like('now', True)", brought)
    assert list(kept)[:: MAX_EVENTS - 1] == ["1", "now"]


def test_a_film_comes_on_the_watchlist_and_off_it() -> None:
    assert _wanted("want('a', True)", "want('b', True)", "want('a', True)") == ["b", "a"]
    assert _wanted("want('a', True)", "want('b', True)", "want('a', False)", "want('c', False)") == ["b"]
    assert _wanted("want('a', True)", "forget_all()") == []


@pytest.mark.parametrize("said", ["like('a', True)", "like('a', False)", "rate('a', 5)", "mark_watched('a', True)"])
def test_a_film_leaves_the_watchlist_when_it_is_watched(said: str) -> None:
    assert _wanted("want('a', True)", "want('b', True)", said) == ["b"]
    assert _wanted(said, "want('a', True)") == []
    assert _wanted("want('a', True)", said, "forget('a')") == []


def test_a_watchlist_of_another_time_comes_before_that_of_now_and_leaves_out_what_was_watched_since() -> None:
    brought = "bring(Brought((Event('d', 'liked'),), wanted=(Wanted('a', 1.0), Wanted('b'), Wanted('c'))))"
    assert _wanted("like('a', True)", "want('c', True)", "want('d', True)", brought) == ["b", "c"]


def test_the_oldest_go_from_a_watchlist_that_is_too_long() -> None:
    kept = _wanted(
        f"bring(Brought((), wanted=tuple(Wanted(str(n)) for n in range({MAX_WANTED}))))", "want('new', True)"
    )
    assert (kept[0], kept[-1], len(kept)) == ("1", "new", MAX_WANTED)


@pytest.mark.parametrize(
    ("event", "liked", "given"),
    [
        (None, None, None),
        (Event("a", "watched"), None, None),
        (Event("a", "liked"), True, None),
        (Event("a", "disliked"), False, None),
        (Event("a", "rated", 10.0), True, 5),
        (Event("a", "rated", 6.0), True, 3),
        (Event("a", "rated", 5.0), None, 2),
        (Event("a", "rated", 2.0), False, 1),
        (Event("a", "rated", 0.0), False, 1),
    ],
)
def test_what_an_event_says(event: Event | None, liked: bool | None, given: int | None) -> None:
    assert (leaning(event), stars(event)) == (liked, given)
