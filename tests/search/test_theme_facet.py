"""Browsing by theme: the filter, and the facet that counts as if no theme were chosen."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kadr.film import Film, Kind
from kadr.index.columns import Columns, build_columns
from kadr.index.themes import NO_THEME, Theme, Themes
from kadr.search.facets import MOST_VALUES, count_facets
from kadr.search.filters import clauses, conjunction
from kadr.search.types import FacetValue, Filters
from tests.index.samples import few

KINDS = (Kind.FILM, Kind.SERIES)


def columns_of(of_film: list[int], n_themes: int) -> Columns:
    """Return the columns of films with these themes, `t00` and so on; every second film is a series."""
    array = np.array(of_film, dtype=np.int32)
    themes = tuple(Theme(f"t{i:02}", f"Тема {i}", f"Theme {i}", (), of_film.count(i)) for i in range(n_themes))
    keys = np.arange(len(of_film), dtype=np.uint64)
    held = Themes(array, themes, np.eye(n_themes, dtype=np.float32), np.zeros(n_themes, dtype=np.float32), keys, keys)
    return build_columns([Film(id=str(i), title="x", kind=KINDS[i % 2]) for i in range(len(of_film))], held)


@few
@given(
    st.lists(st.integers(NO_THEME, 3), max_size=12),
    st.lists(st.sampled_from(["t00", "t01", "t02", "nobody"]), max_size=2),
    st.sampled_from([(), (Kind.FILM,)]),
    st.lists(st.booleans(), min_size=12, max_size=12),
)
def test_the_filter_and_the_facet_agree_with_a_plain_count(
    of_film: list[int], asked: list[str], kinds: tuple[Kind, ...], marks: list[bool]
) -> None:
    columns, filters = columns_of(of_film, 4), Filters(themes=tuple(asked), kinds=kinds)
    masks = clauses(columns, filters)
    ids = [f"t{i:02}" if i != NO_THEME else "" for i in of_film]
    right_kind = [not kinds or KINDS[row % 2] in kinds for row in range(len(ids))]
    allowed = [row for row, id_ in enumerate(ids) if right_kind[row] and (not asked or id_ in asked)]
    assert np.flatnonzero(conjunction(masks.values(), len(ids))).tolist() == allowed
    found = np.array(marks[: len(ids)], dtype=np.bool_)
    facet = count_facets(columns, found, masks, filters)["theme"]
    counted = {
        each: sum(id_ == each and bool(found[row]) and right_kind[row] for row, id_ in enumerate(ids))
        for each in ("t00", "t01", "t02", "t03")
    }
    expected = {FacetValue(e, n, chosen=e in asked) for e, n in counted.items() if n or e in asked}
    assert set(facet) == expected
    assert list(facet) == sorted(facet, key=lambda v: (-v.count, v.value))


def test_the_largest_themes_are_shown_and_the_chosen_one() -> None:
    columns = columns_of([place for place in range(40) for _ in range(40 - place)], 40)
    everything = np.ones(columns.n_films, dtype=np.bool_)
    filters = Filters(themes=("t39",))
    facet = count_facets(columns, everything, clauses(columns, filters), filters)["theme"]
    assert [v.value for v in facet] == [*(f"t{i:02}" for i in range(MOST_VALUES)), "t39"]
    assert [v.value for v in facet if v.chosen] == ["t39"]
