"""The words of a catalogue: which it knows, how often, and in what company."""

from pathlib import Path

import pytest

from kadr.film import Description, Film
from kadr.index.words import WordIndex, build_words

FILMS = [
    Film(id="a", title="Белый маяк", descriptions=(Description("Старый смотритель чинит старый фонарь."),)),
    Film(id="b", title="Белый пароход", descriptions=(Description("Старый смотритель не спит."),)),
    Film(id="c", title="Хромой конь"),
]


@pytest.fixture(params=["built", "opened"])
def words(request: pytest.FixtureRequest, tmp_path: Path) -> WordIndex:
    built = build_words(FILMS, ["белый маяк", "белый пароход", "хромой конь"])
    built.save(tmp_path)
    return built if request.param == "built" else WordIndex.open(tmp_path)


def test_words_of_names_and_of_several_films(words: WordIndex) -> None:
    found = [words.texts[i] for i in range(len(words.texts))]
    assert found == ["белый", "конь", "маяк", "пароход", "смотритель", "старый", "хромой"]
    assert [int(words.films[words.find(w)]) for w in ("белый", "маяк", "старый")] == [2, 1, 2]
    assert words.find("фонарь") == -1


def test_a_word_is_known_in_any_form(words: WordIndex) -> None:
    assert all(map(words.knows, ("маяк", "маяками", "фонарь", "фонаря", "старого")))
    assert not any(map(words.knows, ("маек", "фонарик", "кит")))


def test_pairs(words: WordIndex) -> None:
    pair = {
        (a, b): words.pair(words.find(a), words.find(b)) for a in ("старый", "белый") for b in ("смотритель", "маяк")
    }
    assert pair["старый", "смотритель"] == 2  # seen twice
    assert pair["белый", "маяк"] == 2  # a name, and that name in its film
    assert pair["старый", "маяк"] == pair["белый", "смотритель"] == 0
    assert words.pair(words.find("хромой"), words.find("конь")) == 2
    assert words.pair(-1, 0) == words.pair(0, -1) == 0


def test_letters_that_follow_each_other(words: WordIndex) -> None:
    assert words.shape("мая") > words.shape("йьщ")
    assert words.shape("старый") > words.shape("ртыйса")


def test_no_films(tmp_path: Path) -> None:
    build_words([], []).save(tmp_path)
    empty = WordIndex.open(tmp_path)
    assert not empty.knows("маяк")
    assert empty.find("маяк") == -1
