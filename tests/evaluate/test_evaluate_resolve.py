from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from kadr.evaluate.judgments import Judgment, Named
from kadr.evaluate.resolve import Resolution, resolve
from kadr.film import Film, SourceLink


def _film(
    own: str, title: str, year: int | None = None, sources: Iterable[str] = ("полка",), original: str = ""
) -> Film:
    links = tuple(SourceLink(name, own) for name in sources)
    return Film(id=own, title=title, original_title=original, year=year, sources=links)


FILMS = [
    _film("m94", "Маяк", 1994, ["полка", "Склад.рф"], original="The Lighthouse"),
    _film("m07", "Маяк!", 2007, ["полка"]),
    _film("m", "Маяк", None, ["чердак"]),
    _film("h90", "Хлеб", 1990, ["склад.рф"]),
]


def _relevant(judgment: Judgment) -> set[str]:
    found = resolve([judgment], FILMS)
    return set(found.targets[0].relevant) if found.targets else set()


def test_title_year_and_source_decide() -> None:
    assert _relevant(Judgment(1, "q", title="МАЯК")) == {"m94", "m07", "m"}
    assert _relevant(Judgment(1, "q", title="маяк", year=1995)) == {"m94", "m"}
    assert _relevant(Judgment(1, "q", title="маяк", year=1996)) == {"m"}
    assert _relevant(Judgment(1, "q", title="маяк", year=1994, source="полка")) == {"m94"}
    assert _relevant(Judgment(1, "q", title="маяк", source="полка")) == {"m94", "m07"}
    assert _relevant(Judgment(1, "q", title="маяк", source="склад рф")) == {"m94"}
    assert _relevant(Judgment(1, "q", title="the lighthouse")) == {"m94"}
    assert _relevant(Judgment(1, "q", title="маяки")) == set()


def test_namesakes_are_one_answer_and_ids_are_several() -> None:
    titled, listed = resolve([Judgment(1, "q", title="Маяк"), Judgment(2, "q", ids=("m94", "h90"))], FILMS).targets
    assert titled.answers == (frozenset({"m94", "m07", "m"}),)
    assert listed.answers == (frozenset({"m94"}), frozenset({"h90"}))


def test_a_row_is_known_by_its_id_in_any_source_it_was_merged_from() -> None:
    both = Judgment(1, "q", ids=("полка:m94", "Склад.рф:m94"))
    (target,) = resolve([both], FILMS).targets
    assert target.answers == (frozenset({"m94"}),)


def test_a_source_that_lacks_the_title_leaves_it_to_the_others_and_is_counted() -> None:
    found = resolve([Judgment(1, "q", title="Хлеб", year=1990, source="полка")], FILMS)
    assert found.targets[0].relevant == {"h90"}
    assert found.any_source == 1
    assert resolve([Judgment(1, "q", title="Хлеб", source="склад.рф")], FILMS).any_source == 0


def test_each_of_several_titles_is_an_answer_of_its_own() -> None:
    several = (Named(title="Маяк", year=1994), Named(title="Хлеб", year=1991), Named(title="Пекарня"), Named(id="m07"))
    found = resolve([Judgment(1, "q", title="Маяк", year=1994, relevant=several)], FILMS)
    assert found.targets[0].answers == (frozenset({"m94", "m"}), frozenset({"h90"}), frozenset({"m07"}))
    assert found.targets[0].relevant == {"m94", "m", "h90", "m07"}
    assert found.missing == 1


def test_two_titles_of_one_film_are_one_answer() -> None:
    twice = (Named(title="The Lighthouse"), Named(id="m94"), Named(title="Хлеб"))
    (target,) = resolve([Judgment(1, "q", relevant=twice)], FILMS).targets
    assert target.answers == (frozenset({"m94"}), frozenset({"h90"}))


def test_a_row_of_several_titles_that_are_all_unknown_is_unresolved() -> None:
    found = resolve([Judgment(1, "q", title="Пекарня", relevant=(Named(title="Пекарня"), Named(id="zz")))], FILMS)
    assert (len(found.targets), len(found.unresolved)) == (0, 1)


def test_what_is_missing_is_listed() -> None:
    gone = Judgment(2, "q", title="Пекарня")
    partly = Judgment(3, "q", ids=("m94", "m95"))
    lost_ids = Judgment(4, "q", ids=("x1",), title="Хлеб")
    found = resolve([Judgment(1, "q", title="Хлеб", year=1900), gone, partly, lost_ids], FILMS)
    assert [each.number for each in found.unresolved] == [1, 2]
    assert [target.judgment.number for target in found.targets] == [3, 4]
    assert found.missing == 1
    assert found.targets[1].relevant == {"h90"}


@given(st.permutations(FILMS))
def test_the_order_of_films_plays_no_part(films: list[Film]) -> None:
    asked = [Judgment(1, "q", title="Маяк", source="полка"), Judgment(2, "q", ids=("полка:m07",))]
    assert resolve(asked, iter(films)) == resolve(asked, FILMS)


def test_nothing_judged_resolves_to_nothing() -> None:
    assert resolve([], FILMS) == Resolution((), (), 0, 0)
