"""Which words are names: by a query's capitals, and by how a catalogue writes them."""

import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.analysis import stem
from kadr.errors import BundleDamaged
from kadr.film import Description, Film
from kadr.index.arrays import Keys, save
from kadr.index.lexical import LexicalIndex, LexicalParams, build_lexical
from kadr.index.proper import FURTHER, PLAIN, SINGLE, ProperNames, written_names
from tests.index.samples import SMALL, catalogues, few, texts


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Старый смотритель Тимофей чинит фонарь.", {"тимофей": SINGLE}),
        ("Смотритель чинит фонарь. Ночью приходит письмо.", {}),
        ("Смотритель чинит фонарь! Маяк… Шторм? Утро.\nТишина", {}),
        ("Друзья зовут его Семён Лосев, но имя чужое", {"семен": PLAIN, "лосев": FURTHER}),
        ("Комедия про двух сторожей с Олегом Ремизовым", {"олегом": PLAIN, "ремизовым": PLAIN}),
        ("a slow drama about two keepers with Ann Lee", {"ann": PLAIN, "lee": PLAIN}),
        ("there Ruth waits, and goes home with Ruth", {"ruth": SINGLE}),
        ("In Boston the keeper of a lamp meets Ruth.", {"boston": SINGLE, "ruth": SINGLE}),
        ("Там капитан «Ласточки» ищет себе остров Бурь-Камень", {"ласточки": SINGLE, "бурь": PLAIN, "камень": FURTHER}),
        ("Тимофей Лосев теряет память и дом у моря", {"тимофей": PLAIN, "лосев": FURTHER}),
        ("смотритель тимофей чинит фонарь", {}),
        ("Смотритель Тимофей", {}),
        ("СМОТРИТЕЛЬ ЧИНИТ ФОНАРЬ", {}),
        ("", {}),
    ],
)
def test_names_are_written_with_a_capital_where_no_sentence_begins(text: str, names: Mapping[str, int]) -> None:
    assert written_names(text) == names


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert set(written_names(text).values()) <= {PLAIN, SINGLE, FURTHER}
    assert not written_names(text.lower())


def test_a_long_text_is_read_in_bounded_time() -> None:
    for text in ("Тимофей " * 1_250, "маяк Тимофей, " * 714, ". - " * 2_500, "Я" * 10_000):
        began = time.process_time()
        written_names(text)
        assert time.process_time() - began < 0.5


def test_shares_count_where_no_sentence_begins() -> None:
    films = [
        Film(id="a", title="Ветер", descriptions=(Description("Роза пишет. Вечером Роза поёт, а роза вянет."),)),
        Film(id="b", title="Роза", descriptions=(Description("Тихо. Вера спит; над Верой горит свет."),)),
    ]
    terms, places = Keys.of([stem(word) for word in ("роза", "вера", "свет", "шторм")])
    shares = ProperNames.of(films, terms).shares[places]
    # «роза» once of two, «Верой» once of once, «свет» never of once; of «шторм» nothing is told.
    assert shares.tolist() == pytest.approx([1.1 / 3, 1.1 / 2, 0.1 / 2, 0.1], abs=1e-3)


@few
@given(catalogues, texts)
def test_shares_lie_between_nought_and_one_and_come_back(
    tmp_path_factory: pytest.TempPathFactory, films: list[Film], query: str
) -> None:
    folder = tmp_path_factory.mktemp("names")
    built = build_lexical(films, LexicalParams())
    assert ((built.names.shares >= 0) & (built.names.shares <= 1)).all()
    built.save(folder)
    opened = LexicalIndex.open(folder, len(films), LexicalParams())
    assert np.array_equal(opened.names.shares, built.names.shares)
    assert np.array_equal(opened.scores(query.title()), built.scores(query.title()))


def test_shares_of_another_catalogue_are_refused(tmp_path: Path) -> None:
    build_lexical(SMALL, LexicalParams()).save(tmp_path)
    save(tmp_path / "names.npy", np.zeros(3, dtype=np.float16))
    with pytest.raises(BundleDamaged, match=r"names\.npy: does not fit"):
        LexicalIndex.open(tmp_path, len(SMALL), LexicalParams())


FILMS = [
    Film(id="a", title="Ночь", descriptions=(Description("Смотритель спорит с лесником о погоде и о снах."),)),
    Film(id="b", title="День", descriptions=(Description("Однажды утром Тимофей находит на берегу лодку."),)),
    Film(id="c", title="Утро", descriptions=(Description("Целый год Семён Лосев строит дом в лесу."),)),
]


@pytest.mark.parametrize(
    ("query", "louder", "times"),
    [
        ("Там смотритель и Тимофей", 1, 1.4),
        ("Там живёт смотритель, а у него гостит Семён Лосев", 2, None),
        ("смотритель тимофей", 1, 1 + 0.4 * 1.1 / 2),
    ],
)
def test_a_name_is_heard_louder(query: str, louder: int, times: float | None) -> None:
    def ratio(params: LexicalParams) -> float:
        scores = build_lexical(FILMS, params).scores(query)
        return float(scores[louder] / scores[0])

    only = {"analysers": {"stems": 1.0}}
    alike = ratio(LexicalParams(names=1.0, surnames=1.0, known_names=0.0, **only))  # type: ignore[arg-type]  # one field
    told = ratio(LexicalParams(**only))  # type: ignore[arg-type]
    if times is None:  # one of the two names counts as before
        assert 1 < told / alike < 1.2
    else:
        # «смотритель» begins a sentence, which tells nothing: it may be a name as any word may.
        assert told / alike == pytest.approx(times / (1 + 0.4 * 0.1 if query.islower() else 1), rel=2e-3)
