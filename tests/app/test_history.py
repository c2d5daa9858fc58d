"""What a visitor said of films, as the session keeps it."""

import pytest
from streamlit.testing.v1 import AppTest

from app.history import leaning, stars
from kadr.recommend.types import MAX_EVENTS, Event


def _after(*lines: str) -> dict[str, Event]:
    """Return the history that a session holds when a script has said these things."""
    script = "\n".join(("from app.history import *", "from kadr.recommend.types import Event", *lines, "history()"))
    app = AppTest.from_string(script, default_timeout=10).run()
    assert not app.exception
    return dict(app.session_state["history"])


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
    said = _after("like('a', False)", "bring(Event('a', 'liked'), Event('b', 'liked'))")
    assert list(_kinds(said).items()) == [("b", "liked"), ("a", "disliked")]


def test_the_oldest_go_where_there_are_too_many() -> None:
    many = f"remember(*(Event(str(n), 'watched') for n in range({MAX_EVENTS})))"
    assert list(_after(many, "like('new', True)"))[:: MAX_EVENTS - 1] == ["1", "new"]
    kept = _after("like('now', True)", f"bring(*(Event(str(n), 'watched') for n in range({MAX_EVENTS})))")
    assert list(kept)[:: MAX_EVENTS - 1] == ["1", "now"]


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
