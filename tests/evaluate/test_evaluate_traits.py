from collections.abc import Iterator

import pytest

from kadr.errors import ConfigError
from kadr.evaluate.judgments import Judgment
from kadr.evaluate.resolve import Target
from kadr.evaluate.traits import BINS, TRAITS, Sliced, traits_of
from kadr.film import Description, Film
from kadr.search.query_type import query_type

FILMS = (
    Film("a", "Маяк", descriptions=(Description("Смотритель находит письмо в бутылке."),), actors=("Вера Луна",)),
    Film("b", "Хлеб", descriptions=(Description("Сёстры пекут караваи."), Description("План побега спрятан."))),
    Film("c", "Пустыня", tags=("верблюд",), descriptions=(Description("Смотритель едет."),)),
    Film("d", "Смотритель", descriptions=(Description("Смотритель спит."),)),
)
ASKED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("смотритель и письма", ("a",)),
    ("побег и сёстры из пекарни", ("b",)),
    ("Вера Луна, смотритель", ("a",)),
    ("the lighthouse", ("a",)),
    ("и в на", ("b",)),
    ("верблюд и письмо", ("a", "c")),
)


def _films() -> Iterator[Film]:
    return iter(FILMS)


def _targets(columns: tuple[dict[str, str], ...] = ()) -> list[Target]:
    own = columns or ({},) * len(ASKED)
    return [
        Target(Judgment(number, query, columns=cells), tuple(frozenset({film}) for film in films))
        for number, ((query, films), cells) in enumerate(zip(ASKED, own, strict=True), 1)
    ]


def _told(name: str) -> list[str]:
    return [row.get(name, "") for row in traits_of(_targets(), _films, TRAITS)]


def test_length_counts_words_and_language_goes_by_letters() -> None:
    assert _told("length") == ["3", "5", "3", "2", "3", "3"]
    assert _told("language") == ["ru", "ru", "ru", "en", "ru", "ru"]


def test_the_type_is_the_one_that_the_search_sees() -> None:
    assert _told("type") == [query_type(query).value for query, _ in ASKED]


def test_overlap_is_the_share_of_stems_that_a_relevant_film_holds() -> None:
    # Of "побег и сёстры из пекарни" the film has "побег" and "сестр", not "пекарн"; of two films the better one counts;
    # without a telling word there is no share.
    overlap = [float(cell) if cell else None for cell in _told("overlap")]
    assert overlap == [1.0, pytest.approx(2 / 3, abs=1e-4), 1.0, 0.0, None, 0.5]


def test_the_field_is_where_the_most_telling_words_stand() -> None:
    # A name is rarer than "смотритель", which three films have; no film has "lighthouse".
    found = _told("field")
    assert found[:5] == ["description", "description", "people", "none", "none"]
    assert found[5] in {"tags", "description"}


def test_the_rarer_word_decides_the_field() -> None:
    # "верблюд" is in one film, "смотритель" in three.
    target = Target(Judgment(1, "смотритель верблюд"), (frozenset({"c"}),))
    assert traits_of([target], _films, ["field"]) == [{"field": "tags"}]


def test_films_are_not_read_for_what_the_query_tells() -> None:
    def none() -> Iterator[Film]:
        raise AssertionError

    assert len(traits_of(_targets(), none, ["length", "language", "type"])) == len(ASKED)


def _slices(sliced: Sliced, answered: tuple[dict[str, str], ...] = ({},) * len(ASKED)) -> dict[str, tuple[int, ...]]:
    return {each.name: each.places for each in sliced.after(answered)}


def test_numbers_are_parted_by_bounds_and_bounded_by_signs() -> None:
    found = _slices(Sliced(_targets(), _films, ["length", "overlap", "length<4"]))
    assert list(found) == [
        "all",
        "length<4",
        "4<=length<9",
        "overlap<0.2",
        "0.5<=overlap<0.8",
        "overlap>=0.8",
        "no overlap",
    ]
    assert found["length<4"] == (0, 2, 3, 4, 5)
    assert found["overlap>=0.8"] == (0, 2)
    assert found["no overlap"] == (4,)
    assert all(list(bounds) == sorted(bounds) for bounds in BINS.values())


def test_words_are_sliced_by_value() -> None:
    found = _slices(Sliced(_targets(), _films, ["language", "field=people"]))
    assert (found["language=ru"], found["language=en"]) == ((0, 1, 2, 4, 5), (3,))
    assert found["field=people"] == (2,)


def test_a_column_of_that_name_goes_before_for_all_rows() -> None:
    columns: tuple[dict[str, str], ...] = ({"language": "deutsch"}, *({},) * 4, {"overlap": "0.05"})
    found = _slices(Sliced(_targets(columns), _films, ["language", "overlap"]))
    assert found["language=deutsch"] == (0,)
    assert found["no language"] == (1, 2, 3, 4, 5)
    assert (found["overlap"], found["no overlap"]) == ((5,), (0, 1, 2, 3, 4))  # as any column of numbers


def test_answers_are_sliced_by_after_they_came() -> None:
    answered = ({"mode": "hybrid", "encoder": "hosted"},) * 4 + ({"mode": "lexical", "encoder": "none"},) * 2
    found = _slices(Sliced(_targets(), _films, ["mode", "encoder=hosted", "language=en"]), answered)
    assert found["mode=lexical"] == (4, 5)
    assert found["encoder=hosted"] == (0, 1, 2, 3)
    assert found["language=en"] == (3,)


def test_a_slice_that_cannot_be_made_is_told_before_anything_is_asked() -> None:
    for spec in ("colour", "length<soon", "language=fr"):
        with pytest.raises(ConfigError, match="slice"):
            Sliced(_targets(), _films, [spec])
