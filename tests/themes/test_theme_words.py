"""How terms are chosen and shown, and what themes are called."""

from collections.abc import Sequence

import numpy as np
import pytest

from kadr.film import Description, Film
from kadr.themes.forms import Forms, genre_terms, tag_terms
from kadr.themes.names import MAX_NAME, Draft, Subject, named, renamed
from kadr.themes.terms import Teller


def told(number: int, text: str, **fields: tuple[str, ...]) -> Film:
    return Film(id=f"f{number:03}", title="Без слов", descriptions=(Description(text),), **fields)  # type: ignore[arg-type]  # named by the caller


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        (["он ищет планету", "у планеты", "на планете", "с планетой", "та планета"], "планета"),
        (["нет агента", "вот агент", "с агентом", "два агента"], "агент"),
        (["его убийства", "с убийством", "это убийство"], "убийство"),
        (["ради преступлений", "эти преступления", "за преступление"], "преступление"),
        (["к военному", "о военных", "он военный"], "военный"),
        (["его ищет ФБР", "для ФБР"], "ФБР"),
        (["после мирового", "в мировой", "у мировых"], "мировой"),
        (["у дома", "этот дом", "с домом", "дома"], "дом"),
        (["без родителей", "их родители", "для родителей", "к родителям"], "родители"),
        (["его трущобы", "из трущоб", "наши трущобы", "те трущобы"], "трущобы"),
        (["для детектива", "с детективом", "два детектива", "эти детективы"], "детективы"),
        (["её месть", "ради мести", "для мести"], "месть"),
        (["the robbers", "of robbers", "a robber"], "robbers"),
    ],
)
def test_a_term_is_shown_in_the_first_case(texts: list[str], shown: str) -> None:
    films = [told(i, f"и {text}") for i, text in enumerate(texts)]
    forms = Forms(films)
    (term,) = set.intersection(*(set(forms.terms(film)) for film in films))
    assert forms.shown(term) == shown


def test_names_verbs_and_words_of_style_are_no_terms() -> None:
    film = told(0, "И вот Аркадий зовёт. А маяк Аркадия светится, и режиссёр рассказывает. Маяк горит; Он там.")
    terms = Forms([film]).terms(film)
    assert "маяк" in terms
    assert not {"аркад", "аркадий", "режиссер", "рассказыва", "свет"} & terms
    assert not any(term.startswith(("аркад", "режисс", "рассказ")) for term in terms)


def test_genres_and_tags_are_whole_terms() -> None:
    film = told(0, "и", genres=("Western", "научная фантастика"), tags=("Нью-Йорк", "погоня", "Film"))
    assert genre_terms(film) == {"вестерн", "western", "фантастик", "science fiction"}
    assert tag_terms(film) == {"нью йорк", "погон"}
    assert Forms([film]).shown("нью йорк") == "Нью-Йорк"


def a_dozen() -> list[Film]:
    """Return six films of the sea and six of trains, one of which is Russian and English at once."""
    sea = [told(i, "и там маяк, шторм и чайка", genres=("драма",), tags=("кругосветное плавание",)) for i in range(6)]
    rail = [told(6 + i, "и там вокзал, вагон и чайка", genres=("вестерн",)) for i in range(6)]
    return [*sea, *rail]


def test_what_few_others_hold_tells_and_what_all_hold_does_not() -> None:
    labels = np.repeat([0, 1, -1], [6, 1, 5]).astype(np.int32)
    sea, lone = Teller(a_dozen()).tell(labels)
    assert set(sea.terms["ru"]) == {"маяк", "шторм", "кругосветное плавание"}
    assert sea.terms["en"] == ()
    # One film is a group of chance: no term is held by three.
    assert (lone.lead, lone.terms["ru"]) == ("", ())


def test_a_group_that_is_like_all_others_tells_nothing() -> None:
    labels = np.tile([0, 1], 6).astype(np.int32)
    assert [telling.lead for telling in Teller(a_dozen()).tell(labels)] == ["", ""]


def draft(*terms: str, title: str = "Маяк", en: tuple[str, ...] = ()) -> Draft:
    return Draft({"ru": terms, "en": en}, (Film(id=f"id-{title}", title=title),))


def test_names_are_distinct_in_each_language() -> None:
    drafts = [draft("а1", "б1", "в1", "г1", title=t) for t in ("Раз", "Два", "Три")]
    themes = named([*drafts, draft("а1", en=("war", "sea"))], {})
    assert [t.name_ru for t in themes] == ["а1, б1, в1", "а1, б1, в1, г1", "а1 (Три)", "а1"]
    assert themes[3].name_en == "war, sea"
    assert themes[3].terms == ("а1", "war", "sea")
    assert len({t.id for t in themes}) == 4


def test_a_language_without_words_is_named_by_a_genre_and_a_film() -> None:
    films = (
        Film(id="a", title="Маяк", genres=("драма", "Мелодрама")),
        Film(id="b", title="Шторм", original_title="Storm", genres=("мелодрама",)),
    )
    (theme,) = named([Draft({"ru": ("жена", "муж"), "en": ()}, films)], {})
    assert (theme.name_ru, theme.name_en) == ("жена, муж", "romance: Storm")
    taken = [Draft({"ru": (f"жена{i}",), "en": ("love",)}, films) for i in range(2)]
    assert [theme.name_en for theme in named(taken, {})] == ["love", "romance: Storm"]
    (theme,) = named([Draft({"ru": ("жена", "муж"), "en": ()}, films[:1])], {})
    assert theme.name_en == "жена, муж", "no title here is English"


def test_ids_are_kept_and_never_given_twice() -> None:
    (first,) = named([draft("а1")], {})
    kept, fresh = named([draft("б1", title="Иной"), draft("а1")], {0: first.id})
    assert kept.id == first.id != fresh.id


@pytest.mark.parametrize("bad", ["", "   ", "—", "д" * (MAX_NAME + 1)])
def test_a_name_that_cannot_be_shown_is_not_used(bad: str) -> None:
    def namer(subjects: Sequence[Subject]) -> Sequence[tuple[str, str] | None]:
        return [("Море\n и  небо", bad), None][: len(subjects)]

    sea, rail, last = renamed(named([draft("а1"), draft("б1"), draft("в1")], {}), [()] * 3, namer)
    assert (sea.name_ru, sea.name_en) == ("Море и небо", "а1")
    assert (rail.name_ru, last.name_ru) == ("б1", "в1")


def test_a_name_that_another_theme_has_is_not_used() -> None:
    themes = named([draft("а1"), draft("б1"), draft("в1")], {})
    names = renamed(themes, [()] * 3, lambda _: [("Море", "Sea"), (" море", "Land"), ("А1", "б1")])
    assert [theme.name_ru for theme in names] == ["Море", "б1", "в1"]
    assert [theme.name_en for theme in names] == ["Sea", "Land", "в1"]
    assert [(theme.id, theme.terms) for theme in names] == [(theme.id, theme.terms) for theme in themes]
