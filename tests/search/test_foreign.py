"""A query in an alphabet that hardly any film is described in, and one of which no word is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.calibrate import nonsense, scale_of
from kadr.film import Description, Film
from kadr.index.lexical import LexicalParams, build_lexical
from kadr.index.thesaurus import Thesaurus
from kadr.index.titles import build_titles
from kadr.search.ladder import Meant
from kadr.search.params import Leg, Scale, SearchParams
from kadr.search.query_type import RARE, QueryType, is_foreign, is_other
from kadr.search.request import Request
from kadr.search.scoring import Words, scored
from kadr.search.types import Mode
from kadr.synonyms import read_synonyms
from kadr.weigh import in_memory
from tests.commands import ROOT

FILMS = [
    Film(id="a", title="Пекарня", descriptions=(Description("две сестры пекут хлеб в пекарне"),)),
    Film(id="b", title="Маяк", descriptions=(Description("смотритель ждёт корабль у моря"),)),
    Film(id="c", title="Астероид", descriptions=(Description("учёные следят за небом"),)),
]
TABLE = Thesaurus.of(read_synonyms(ROOT / "data" / "synonyms.toml"))
TITLES, LEXICAL = build_titles(FILMS), build_lexical(FILMS, LexicalParams(), TABLE)
VECTORS = in_memory(np.eye(3, 4, dtype=np.float32))
NOISE = "zqxkw wvrtp kjhgf"
ENGLISH, RUSSIAN = "two sisters bake bread in a town", "две сестры пекут хлеб в городе"


def words(query: str, cyrillic: float = 1.0) -> Words:
    return Words(query, TITLES, LEXICAL, SearchParams(0.0, 0.3, cyrillic))


@pytest.mark.parametrize(
    ("query", "cyrillic", "foreign"),
    [
        (ENGLISH, 1.0, True),
        (ENGLISH, 1 - RARE / 2, True),
        (ENGLISH, 1 - RARE * 2, False),
        (ENGLISH, 0.0, False),
        (RUSSIAN, 0.0, True),
        (RUSSIAN, RARE / 2, True),
        (RUSSIAN, RARE * 2, False),
        (RUSSIAN, 1.0, False),
        ("две сестры and bread", 0.0, True),  # more of it is Russian
        ("две sisters bake bread", 1.0, True),
        ("1 2 3 4 5 6", 0.0, False),
        ("1 2 3 4 5 6", 1.0, False),
        ("", 0.0, False),
        ("二人の姉妹 と パン と 町", 0.0, True),
        ("二人の姉妹", 1.0, True),
        ("אחיות", 0.5, True),
        ("二人の sisters", 0.0, False),
    ],
)
def test_a_query_is_foreign_by_the_share_of_its_alphabet(query: str, cyrillic: float, foreign: bool) -> None:
    assert is_foreign(query, cyrillic) is foreign
    assert words(query, cyrillic).foreign is foreign


@pytest.mark.parametrize("query", ["Lighthouse", "the lighthouse", "Keepers of the Northern Light", "«the old bakery»"])
def test_a_title_never_is(query: str) -> None:
    assert not is_foreign(query, 1.0)


@given(st.text(), st.floats(0, 1))
def test_no_text_is_foreign_where_both_alphabets_are_at_home(query: str, cyrillic: float) -> None:
    both = min(max(cyrillic, 0.2), 0.8)
    assert is_foreign(query, both) is is_other(query)
    assert is_foreign(query, cyrillic) in {True, False}


@pytest.mark.parametrize("query", ["хлеб", "хлеба и зрелищ", "сестрами", "маяк qwrtp", "QWRTP ХЛЕБ"])
def test_a_query_with_one_word_of_a_film_is_known(query: str) -> None:
    assert words(query).known


def test_random_letters_are_not_known() -> None:
    assert not any(words(text).known for text in nonsense(200, seed=8))
    assert not words("").known
    assert not words("в и на").known


def test_how_a_word_sounds_is_no_word() -> None:
    heard = Words("asteroid", TITLES, build_lexical(FILMS, LexicalParams()), SearchParams(0.0, 0.3, 1.0))
    assert heard.shares.argmax() == 2, "its spelling in the other alphabet finds the film"
    assert not heard.known


def test_words_that_no_film_has_are_words_in_another_alphabet_alone() -> None:
    """The table of synonyms tells how English is written; of a Russian query over Russian films a word must be met."""
    known = {}
    for query in ("bringing lesters marking", "zqxkw wvrtp kjhgf", "пересмотрение заводность поджидаться"):
        asked = words(query)
        known[query] = (LEXICAL.letters.make_words(query), asked.foreign, asked.known)
    assert [*known.values()] == [(True, True, True), (False, True, False), (True, False, False)]


def test_of_other_letters_it_cannot_be_told_what_is_a_word() -> None:
    assert words("銀行強盗").known
    assert not words("銀行強盗 qwrtp").known
    assert not words("12:30").known


def found(query: str, cosine: float, scale: Scale, cyrillic: float = 1.0) -> list[bool]:
    """Return what a query finds whose vector has this cosine with the second film, and none with the others."""
    leg = Leg(dict.fromkeys(QueryType, Scale(0.0, 0.0, 1.0, 2.0, 2.0)) | {QueryType.FOREIGN: scale})
    vector = np.array([0, cosine, 0, np.sqrt(1 - cosine**2)], dtype=np.float32)
    request = Request(query, mode=Mode.SEMANTIC)
    mask = scored(request, words(query, cyrillic), Meant(vector, "local"), VECTORS, {"local": leg}).found
    return [bool(each) for each in mask]


def test_a_foreign_query_is_measured_by_its_own_scale() -> None:
    scale = Scale(0.8, 0.0, 1.0, 0.3, 0.0)
    assert found(ENGLISH, 0.5, scale) == [False, True, False]
    assert found(ENGLISH, 0.2, scale) == [False, False, False]
    assert found(ENGLISH, 0.5, scale, cyrillic=0.5) == [False, False, False]  # not foreign there


def test_where_no_word_is_known_more_nearness_is_asked_for() -> None:
    scale = Scale(0.8, 0.0, 1.0, 0.3, 0.6)
    assert not words(NOISE).known
    assert found(NOISE, 0.5, scale) == [False, False, False]
    assert found(NOISE, 0.7, scale) == [False, True, False]
    assert words(ENGLISH).known
    assert words(ENGLISH).foreign
    assert found(ENGLISH, 0.5, scale) == [False, True, False]
    assert found(NOISE, 0.2, Scale(0.8, 0.0, 1.0, 0.3, 0.0)) == [False, False, False], "never less than of a known"
    assert found(NOISE, 1.0, Scale(0.8, 0.0, 1.0, 0.3, 1.1)) == [False, False, False]


def test_what_nonsense_asks_for_is_measured_by_itself() -> None:
    """It may be less than what strange films ask for, which a foreign query is not measured by."""
    best, strange = [0.8] * 50, np.linspace(0, 0.5, 500, dtype=np.float32)
    scales = [scale_of(best, strange, nothing) for nothing in (-1.0, 0.3, 0.6)]
    assert len({scale.near for scale in scales}) == 1
    assert [scale.sure for scale in scales] == pytest.approx([0, 0.05 / 0.55, 0.35 / 0.55], abs=0.01)
    assert scales[1].sure < scales[1].near < scales[2].sure
