"""BM25F: the scores of the postings against the formula, term by term, in plain Python."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kadr.analysis import stem, stems, telling_words
from kadr.film import Description, Film
from kadr.index.lexical import (
    ANALYSERS,
    FIELDS,
    LexicalIndex,
    LexicalParams,
    analyser,
    build_lexical,
    field_texts,
)
from kadr.index.thesaurus import Thesaurus
from kadr.index.worth import ADJECTIVE, VERB, sort_of
from kadr.text import words
from tests.index.samples import SMALL, catalogues, few, texts

HALF_PRECISION = 2.0**-10
"""float16 keeps eleven bits."""

GROUPS = (("маяк", "lighthouse"), ("шторм", "storm", "море"), ("письмо", "letter"), ("король", "шторм"))
SYNONYMS = Thesaurus.of(GROUPS)

EACH = [analyser(name, SYNONYMS) for name in ANALYSERS]

weights = st.fixed_dictionaries({name: st.sampled_from([0.5, 1.0, 2.0]) for name in FIELDS})
bs = st.fixed_dictionaries({name: st.sampled_from([0.0, 0.3, 0.75, 1.0]) for name in FIELDS})
shares = st.sampled_from(
    [{"stems": 1.0}, {"stems": 0.5, "prefixes": 0.5}, {"stems": 0.6, "concepts": 0.3}, dict.fromkeys(ANALYSERS, 0.5)]
)
params_of_any_kind = st.builds(
    LexicalParams,
    k1=st.sampled_from([0.9, 1.2, 2.0]),
    idf_power=st.sampled_from([0.5, 1.0, 1.5]),
    weights=weights,
    b=bs,
    analysers=shares,
    k3=st.sampled_from([0.0, 3.0]),
    verbs=st.sampled_from([0.5, 1.0]),
    adjectives=st.sampled_from([0.75, 1.0]),
    opening=st.sampled_from([0.0, 0.25]),
    known_names=st.sampled_from([0.0, 0.4, 2.0]),
    own_concept=st.sampled_from([0.0, 0.2, 1.0]),
)


def idf(term: str, held: Sequence[Mapping[str, list[str]]]) -> float:
    df = sum(any(term in found for found in film.values()) for film in held)
    return math.log(1 + (len(held) - df + 0.5) / (df + 0.5))


def slow_scores(films: Sequence[Film], query: str, params: LexicalParams) -> list[float]:
    totals = [0.0] * len(films)
    for name, share in params.analysers.items():
        of = analyser(name, SYNONYMS)
        held = [
            {field: of.held(text) if field in of.fields else [] for field, text in field_texts(film).items()}
            for film in films
        ]
        worth = worth_of_terms(films, name, query, params)
        for term, times in Counter(of.asked(query)).items():
            heard = worth[term] * times * (params.k3 + 1) / (params.k3 + times)
            heard *= left_of(term, films, held, params) if name == "stems" and "concepts" in params.analysers else 1
            for row, film in enumerate(held):
                tf = sum(weighted(term, field, film, held, params) for field in FIELDS)
                impact = idf(term, held) ** params.idf_power * tf * (params.k1 + 1) / (params.k1 + tf)
                totals[row] += share * heard * impact
    return totals


def left_of(term: str, films: Sequence[Film], held: Sequence[Mapping[str, list[str]]], params: LexicalParams) -> float:
    """What a stem counts beside its concepts: they say of its films what they count beyond `own_concept`."""
    concepts = [{field: SYNONYMS.concepts(text) for field, text in field_texts(film).items()} for film in films]
    excess = max(0, params.analysers["concepts"] - params.own_concept) / params.analysers["stems"]
    of_groups = [idf(str(n), concepts) for n, group in enumerate(GROUPS) if term in map(stem, group)]
    said = [float(min(1, each / idf(term, held)) ** params.idf_power) for each in of_groups]
    return max(0, 1 - excess * sum(said))


def worth_of_terms(films: Sequence[Film], name: str, query: str, params: LexicalParams) -> dict[str, float]:
    """What each term of a query counts: as much as the word that it was made of and that counts most.

    Nothing is written with a capital here, so a word is a name the less, the oftener the catalogue has it.
    """
    known = {s for film in films for text in field_texts(film).values() for s in stems(text)}
    seen = Counter(stem(word) for film in films for d in film.descriptions for word in words(d.text)[1:])
    of, found = analyser(name, SYNONYMS), telling_words(query)
    if name == "spellings":
        return dict.fromkeys(of.asked(query), 1.0)
    worth: dict[str, float] = {}
    for at, word in enumerate(found):
        sort = {VERB: params.verbs, ADJECTIVE: params.adjectives}.get(sort_of(word), 1.0)
        sort *= 1 + params.known_names * 0.1 / (seen[stem(word)] + 1) if stem(word) in known else 1
        for term in of.asked(word):
            worth[term] = max(worth.get(term, 0.0), sort * (1 + params.opening * (1 - 2 * at / len(found))))
    return worth


def weighted(
    term: str, field: str, film: Mapping[str, list[str]], held: Sequence[Mapping[str, list[str]]], params: LexicalParams
) -> float:
    lengths = [len(each[field]) for each in held if each[field]]
    if term not in film[field]:
        return 0.0
    b, mean = params.b[field], sum(lengths) / len(lengths)
    return params.weights[field] * film[field].count(term) / (1 - b + b * len(film[field]) / mean)


@few
@given(catalogues, texts, params_of_any_kind)
def test_scores_are_those_of_the_formula(films: list[Film], query: str, params: LexicalParams) -> None:
    scores = build_lexical(films, params, SYNONYMS).scores(query)
    assert scores.dtype == np.float32
    assert scores.tolist() == pytest.approx(slow_scores(films, query, params), rel=HALF_PRECISION, abs=1e-4)


@few
@given(catalogues, texts)
def test_the_same_index_comes_back_from_disk(
    tmp_path_factory: pytest.TempPathFactory, films: list[Film], query: str
) -> None:
    folder, params = tmp_path_factory.mktemp("lexical"), LexicalParams()
    built = build_lexical(films, params, SYNONYMS)
    built.save(folder)
    opened = LexicalIndex.open(folder, len(films), params)
    assert np.array_equal(opened.scores(query), built.scores(query))
    assert np.array_equal(opened.matching(query, 0.7), built.matching(query, 0.7))
    assert opened.idf_quantile(0.3) == built.idf_quantile(0.3)


def test_two_builds_write_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        build_lexical(SMALL, LexicalParams(), SYNONYMS).save(tmp_path / name)
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*.npy"))
    assert len(files) == 5 * len(ANALYSERS) + 11
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


@few
@given(catalogues, texts, st.floats(0, 2))
def test_matching_films_hold_a_telling_term(films: list[Film], query: str, bound: float) -> None:
    terms = [
        [
            {field: of.held(text) if field in of.fields else [] for field, text in field_texts(film).items()}
            for film in films
        ]
        for of in EACH
    ]
    known = [
        {term: idf(term, held) for term in of.asked(query) if any(term in f[n] for f in held for n in FIELDS)}
        for of, held in zip(EACH, terms, strict=True)
    ]
    values = [value for each in known for value in each.values()]
    # A bound that an idf equals but for rounding decides nothing.
    assume(all(abs(value - bound) > 1e-5 for value in values))
    # Where no term of either analyser reaches the bound, the most telling of both decides.
    least = min(bound, max(values, default=0)) - 1e-6
    expected = [False] * len(films)
    for held, each in zip(terms, known, strict=True):
        asked = {term for term, value in each.items() if value >= least}
        for row, film in enumerate(held):
            expected[row] |= any(asked & set(found) for found in film.values())
    assert build_lexical(films, LexicalParams(), SYNONYMS).matching(query, bound).tolist() == expected


def test_common_words_alone_are_answered_by_the_most_telling() -> None:
    index = build_lexical(SMALL, LexicalParams())
    marked = index.matching("смотритель письмо астроном", 99.0)
    assert [SMALL[row].id for row in np.flatnonzero(marked)] == ["c"]
    assert not index.matching("квантовый огурец", 0.0).any()
    assert not index.matching("", 0.0).any()


def test_what_stems_keep_apart_prefixes_bring_in() -> None:
    films = [Film(id="a", title="Расследование"), Film(id="b", title="Луна")]
    both, one = (
        build_lexical(films, LexicalParams(analysers=a)) for a in ({"stems": 0.6, "prefixes": 0.4}, {"stems": 1})
    )
    assert both.matching("расследует", 0.0).tolist() == [True, False]
    assert both.scores("расследует")[0] > 0 == both.scores("расследует")[1]
    assert not one.matching("расследует", 0.0).any()
    assert not one.scores("расследует").any()


@few
@given(catalogues, st.floats(0, 1))
def test_a_share_of_the_words_lies_below_the_quantile(films: list[Film], share: float) -> None:
    held = [{field: stems(text) for field, text in field_texts(film).items()} for film in films]
    count: Counter[str] = Counter(t for film in held for t in {t for found in film.values() for t in found})
    index = build_lexical(films, LexicalParams())
    bound = index.idf_quantile(share)
    if not count:
        assert bound == 0.0
        return
    total = sum(count.values())
    below = sum(n for term, n in count.items() if idf(term, held) < bound - 1e-5)
    up_to = sum(n for term, n in count.items() if idf(term, held) <= bound + 1e-5)
    assert below <= share * total + 1e-9
    assert up_to >= share * total - 1e-9


def test_a_film_whose_fields_are_all_but_empty() -> None:
    # Function words and signs alone: the film has no term in any field.
    films = [Film(id="a", title="The"), Film(id="b", title="Маяк")]
    index = build_lexical(films, LexicalParams())
    assert index.scores("the")[0] == 0
    assert index.scores("маяк")[0] == 0 < index.scores("маяк")[1]


def test_an_empty_catalogue_and_a_single_film() -> None:
    empty = build_lexical([], LexicalParams())
    assert empty.scores("маяк").shape == (0,)
    assert empty.matching("маяк", 0.0).shape == (0,)
    assert empty.idf_quantile(0.5) == 0.0
    one = build_lexical(SMALL[:1], LexicalParams())
    assert one.scores("маяк")[0] > 0
    assert one.matching("маяк", 0.0).tolist() == [True]
    assert one.idf_quantile(0.5) == pytest.approx(math.log(1 + 0.5 / 1.5))


def test_each_field_of_a_film_is_searched() -> None:
    film = Film(
        id="a",
        title="Альфа",
        original_title="Bravo",
        directors=("Чарли",),
        actors=("Дельта",),
        descriptions=(Description("Эхо"), Description("Фокстрот")),
        tags=("гольф",),
        genres=("отель",),
        tagline="Индия",
    )
    index = build_lexical([film, Film(id="b", title="Другой")], LexicalParams())
    for word in ("альфа", "bravo", "чарли", "дельта", "эхо", "фокстрот", "гольф", "отель", "индия"):
        assert index.scores(word)[0] > 0 == index.scores(word)[1], word
    assert list(field_texts(film)) == list(FIELDS)


def test_an_original_title_that_repeats_the_title_counts_once() -> None:
    assert field_texts(Film(id="a", title="Ran", original_title="Ran"))["original_title"] == ""


def test_a_synonym_finds_behind_the_word_itself() -> None:
    films = [Film(id="a", title="Пёс на сене"), Film(id="b", title="Собака на крыше"), Film(id="c", title="Кот")]
    synonyms = Thesaurus.of((("собака", "пёс", "dog"),))
    found = build_lexical(films, LexicalParams(), synonyms).scores("собаку")
    assert found[1] > found[0] > 0 == found[2]
    assert build_lexical(films, LexicalParams()).scores("собаку")[0] == 0
    assert build_lexical(films, LexicalParams(), synonyms).matching("dog", 0.0).tolist() == [True, True, False]


def test_a_concept_that_many_films_hold_tells_nothing() -> None:
    films = [Film(id=str(i), title=f"Номер{i}", tags=("драма",) if i % 5 == 0 else ()) for i in range(600)]
    synonyms = Thesaurus.of((("драма", "печаль"), ("номер7", "седьмой")))
    index = build_lexical(films, LexicalParams(), synonyms)
    assert not index.scores("печаль").any()
    assert np.flatnonzero(index.scores("седьмой")).tolist() == [7]


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("Человек-паук", "человекпаука"),
        ("Spider-Man", "spiderman"),
        ("Супермен", "супер мен"),
        ("Тарантино", "Tarantino"),
        ("Inception", "инсепшн"),
        ("Matrix", "матрикс"),
        ("Терминатор", "terminator"),
    ],
)
def test_titles_are_found_though_they_are_written_otherwise(title: str, query: str) -> None:
    films = [Film(id="a", title="Сторож"), Film(id="b", title=title), Film(id="c", title="Keeper of bees")]
    assert np.flatnonzero(build_lexical(films, LexicalParams()).scores(query)).tolist() == [1]


def test_a_word_of_the_query_that_is_repeated_counts_less_each_time() -> None:
    once, thrice = (
        build_lexical(SMALL, LexicalParams(analysers={"stems": 1.0}, k3=1.0)).scores(q) for q in ("шторм", "шторм " * 3)
    )
    assert thrice[5] == pytest.approx(once[5] * 3 * 2 / 4, rel=1e-3)
