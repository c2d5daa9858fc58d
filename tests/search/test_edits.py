"""How likely a mistake is."""

import pytest

from kadr.search.edits import LIKELY, OTHER, SECOND, mistake


@pytest.mark.parametrize(
    ("typed", "meant", "errors", "cost"),
    [
        ("маяк", "маяк", 0, 0.0),
        ("маек", "маяк", 1, LIKELY),  # sounds alike
        ("маык", "маяк", 1, LIKELY),  # the key beside it
        ("майк", "маяк", 1, OTHER),
        ("мяак", "маяк", 1, LIKELY),  # exchanged
        ("маякк", "маяк", 1, LIKELY),  # doubled
        ("касса"[:3] + "а", "касса", 1, LIKELY),  # one of two
        ("маямк", "маяк", 1, OTHER),
        ("мая", "маяк", 1, OTHER),
        ("маалк", "маяк", 2, 2 * OTHER + SECOND),
    ],
)
def test_costs(typed: str, meant: str, errors: int, cost: float) -> None:
    assert mistake(typed, meant, errors) == cost


def test_the_first_letter_is_seldom_wrong() -> None:
    assert mistake("щаяк", "маяк", 1) > mistake("маящ", "маяк", 1)
