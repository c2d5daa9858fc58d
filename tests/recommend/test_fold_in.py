import numpy as np
import pytest

from kadr.errors import QueryError
from kadr.recommend.fold_in import FLOOR, HALF_LIFE, MOST, PUSH, WATCHED, Taste, fold, opinion
from kadr.recommend.types import MAX_EVENTS, Event, EventKind, check_history

NUMBERS = {f"f{i}": i for i in range(200)}


def folded(*history: Event, void: int = -1) -> Taste:
    return fold(history, NUMBERS.get, lambda row: row == void)


def said(taste: Taste) -> dict[int, float]:
    return dict(zip(taste.rows.tolist(), taste.weights.tolist(), strict=True))


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        ("liked", None, 1),
        ("disliked", None, -1),
        ("watched", None, WATCHED),
        ("rated", 10, 1),
        ("rated", 6, 0.2),
        ("rated", 5.9, 0),
        ("rated", 4.1, 0),
        ("rated", 4, -0.2),
        ("rated", 0, -1),
    ],
)
def test_what_an_event_says(kind: EventKind, value: float | None, says: float) -> None:
    assert opinion(Event("f1", kind, value)) == pytest.approx(says)


def test_newer_opinions_count_more() -> None:
    taste = folded(*(Event(f"f{i}", "liked") for i in range(51)))
    weights = taste.weights / taste.weights[-1]
    assert taste.weights.sum() == pytest.approx(1)
    assert weights[-1 - int(HALF_LIFE)] == pytest.approx(0.5)
    assert weights[0] == pytest.approx(FLOOR)
    assert (np.diff(weights) >= 0).all()


def test_events_stand_in_the_order_of_their_times() -> None:
    late, early, undated = Event("f1", "liked", at=200.0), Event("f2", "liked", at=100.0), Event("f3", "liked")
    taste = folded(late, undated, early)
    assert taste.rows.tolist() == [3, 2, 1]
    assert (np.diff(taste.weights) > 0).all()


def test_the_last_opinion_of_a_film_counts() -> None:
    assert said(folded(Event("f1", "disliked"), Event("f1", "rated", 9))) == {1: pytest.approx(1)}
    assert said(folded(Event("f1", "rated", 0), Event("f1", "watched"))) == {1: pytest.approx(-PUSH)}
    both = folded(Event("f2", "liked"), Event("f2", "rated", 5))
    assert (both.rows.tolist(), both.seen.tolist(), both.liked) == ([], [2], False)


def test_dislikes_however_many_take_no_more_than_likes_give() -> None:
    taste = folded(Event("f0", "liked"), *(Event(f"f{i}", "disliked") for i in range(1, 150)))
    assert taste.rows[0] == 0
    assert taste.weights[0] == pytest.approx(1)
    assert taste.weights[1:].sum() == pytest.approx(-1)
    assert (np.diff(taste.weights[1:]) <= 0).all()
    one = said(folded(Event("f0", "liked"), Event("f1", "disliked")))
    assert one == {0: pytest.approx(1), 1: pytest.approx(-PUSH * 2 ** (1 / HALF_LIFE))}


def test_what_is_seen_unknown_or_without_a_vector() -> None:
    taste = folded(Event("f1", "liked"), Event("gone", "liked"), Event("gone", "watched"), Event("f7", "liked"), void=7)
    assert (taste.rows.tolist(), taste.seen.tolist(), taste.unknown) == ([1], [1, 7], ("gone",))


def test_of_a_long_history_the_weightiest_films_count() -> None:
    likes = [Event(f"f{i}", "liked") for i in range(100)]
    taste = folded(Event("f150", "rated", 6), *likes)
    assert taste.rows.size == MOST
    assert 150 not in taste.rows
    assert set(range(100 - int(HALF_LIFE), 100)) <= set(taste.rows.tolist())
    assert taste.seen.size == 101


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (Event("", "liked"), "film"),
        (Event(7, "liked"), "film"),  # type: ignore[arg-type]  # what JSON may hold
        (Event("f1", "loved"), "kind"),  # type: ignore[arg-type]  # the same
        (Event("f1", []), "kind"),  # type: ignore[arg-type]  # the same
        (Event("f1", "rated"), "value"),
        (Event("f1", "rated", 10.1), "value"),
        (Event("f1", "rated", -0.1), "value"),
        (Event("f1", "rated", float("nan")), "value"),
        (Event("f1", "liked", "9"), "value"),  # type: ignore[arg-type]  # the same
        (Event("f1", "rated", value=True), "value"),
        (Event("f1", "liked", at=float("inf")), "at"),
        (Event("f1", "liked", at="now"), "at"),  # type: ignore[arg-type]  # the same
    ],
)
def test_events_that_cannot_be_meant(event: Event, field: str) -> None:
    with pytest.raises(QueryError, match=rf"^history\[1\]\.{field}: ") as caught:
        check_history([Event("f0", "liked"), event])
    assert "\n" not in str(caught.value)


def test_a_history_has_an_end() -> None:
    check_history([Event("f1", "watched")] * MAX_EVENTS)
    with pytest.raises(QueryError, match="history: has 1001 events"):
        check_history([Event("f1", "watched")] * (MAX_EVENTS + 1))
