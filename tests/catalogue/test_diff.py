"""What differs between two catalogues."""

from dataclasses import replace

import pytest

from kadr.catalogue.diff import MOST_SHOWN, Change, Diff, diff, settled
from kadr.film import Description, Film


def film(number: int, **fields: object) -> Film:
    return Film(**({"id": f"web:{number:03}", "title": f"Лента {number}", "year": 2000} | fields))  # type: ignore[arg-type]


def test_films_are_new_changed_gone_or_the_same() -> None:
    old = [film(1), film(2), film(3, fetched_at="2026-01-01"), film(4)]
    longer = replace(old[3], year=2001, descriptions=(Description("Длиннее."),))
    new = [film(5), longer, replace(old[2], fetched_at="2026-02-02"), old[0]]
    found = diff(old, new)
    assert found == Diff(new=(film(5),), changed=(Change(longer, ("year", "descriptions")),), gone=(old[1],), same=2)
    assert found.summary() == "1 new, 1 changed, 1 gone, 2 as before"
    assert diff(new, new) == Diff((), (), (), 4)


def test_a_film_that_was_only_looked_at_again_is_as_it_was() -> None:
    old = [film(1, fetched_at="2026-01-01"), film(2, fetched_at="2026-01-01")]
    again = [replace(each, fetched_at="2026-02-02") for each in old]
    longer = replace(again[1], tagline="Слоган")
    assert settled(again, old) == tuple(old)
    assert settled([again[0], longer, film(3)], old) == (old[0], longer, film(3))
    assert settled(again, ()) == tuple(again)


def test_the_text_names_the_films_and_what_changed() -> None:
    text = diff([film(1), film(2)], [film(2, tagline="Слоган"), film(3, year=None)]).to_text()
    assert text.splitlines() == [
        "1 new, 1 changed, 1 gone, 0 as before",
        "  new:",
        "    Лента 3",
        "  changed:",
        "    Лента 2 (2000): tagline",
        "  gone:",
        "    Лента 1 (2000)",
    ]


def test_long_parts_are_cut_in_the_text_and_whole_in_the_json() -> None:
    found = diff([], [film(number) for number in range(MOST_SHOWN + 5)])
    assert found.to_text().splitlines()[-1] == "    and 5 more"
    assert len(found.to_json()["new"]) == MOST_SHOWN + 5
    assert found.to_json()["new"][0] == {"id": "web:000", "title": "Лента 0", "year": 2000}


@pytest.mark.parametrize("title", ["[x](javascript:alert(1))", "<img src=x>", "**Жирно** | ячейка", "`x` <b>"])
def test_a_title_is_no_markup_in_the_summary(title: str) -> None:
    summary = diff([], [film(1, title=title)]).to_markdown()
    (line,) = [line for line in summary.splitlines() if line.startswith("- ")]
    assert line.startswith("- `")
    assert line.endswith("`")
    assert line.count("`") == 2
