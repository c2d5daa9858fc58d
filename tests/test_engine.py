"""The engine answers from a real bundle: what it finds, in which order, and what it refuses."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kadr.calibrate import nonsense
from kadr.engine import MAX_DEPTH, MAX_K, MAX_QUERY, Engine
from kadr.errors import QueryError
from kadr.index.vectors import MEASURES
from kadr.search.types import Filters, Mode, SearchResult
from tests.samples import BROAD, SHELF, id_of

N_FILMS = len(SHELF) + 1


def titles(result: SearchResult) -> list[str]:
    return [hit.film.title for hit in result.hits]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("Ёлка на крыше", "Ёлка на крыше"),
        ("  ЕЛКА   НА КРЫШЕ!  ", "Ёлка на крыше"),
        ("елка на крыше", "Ёлка на крыше"),
        ("fir on the roof", "Ёлка на крыше"),
        ("Hodinar", "Часовщик из Праги"),
        ("LA FEMME DU CARTOGRAPHE", "The Cartographer's Wife"),
        ("the cartographer s wife", "The Cartographer's Wife"),
        ("Он и она", "Он и она"),  # nothing but function words
        ("двенадцать весел", "Двенадцать вёсел"),
        ("Без слов", "Без слов"),  # a film without a description
    ],
)
@pytest.mark.parametrize("mode", ["hybrid", "semantic", "lexical"])
def test_an_exact_title_wins(engine: Engine, query: str, title: str, mode: str) -> None:
    result = engine.search(query, mode=mode)
    assert titles(result)[0] == title
    assert result.hits[0].why.exact_title
    assert result.hits[0].score == 1
    assert all(hit.score < 1 and not hit.why.exact_title for hit in result.hits[1:])


def test_every_title_and_original_title_finds_its_film_first(engine: Engine) -> None:
    for film in engine.films():
        for title in filter(None, (film.title, film.original_title)):
            first = engine.search(title, facets=False).hits[0]
            assert title in (first.film.title, first.film.original_title)


def test_namesakes_come_together_the_better_known_first(engine: Engine) -> None:
    hits = engine.search("последний трамвай").hits
    assert [(hit.film.year, hit.why.exact_title) for hit in hits[:2]] == [(1968, True), (2016, True)]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("сёстры пекут хлеб с планом побега для отца", "Пекарня напротив тюрьмы"),
        ("смотрители маяков нашли письма в бутылках", "Маяк для двоих"),
        ("сон кита под портом", "Кит под городом"),
        ("detectives hunting a killer in rain", "Rain over Harbor Street"),
        ("robots teaching girls to graft trees", "The Orchard Robot"),
        ("Дмитрий Рустам Каримзаде самолёт", "Тайга не спит"),
    ],
)
def test_a_description_finds_its_film(engine: Engine, query: str, title: str) -> None:
    assert titles(engine.search(query))[0] == title


def test_a_hit_says_why(engine: Engine) -> None:
    hit = engine.search("медведя учат танцам в зоопарке", facets=False).hits[0]
    assert hit.film.title == "Сторож зоопарка"
    assert {("медведя", "description"), ("зоопарка", "title")} <= {(m.word, m.field) for m in hit.why.words}
    assert any(piece.marked and piece.text == "медведя" for piece in hit.snippet)
    assert hit.why.nearness is not None


def test_both_sources_of_a_merged_film_are_searched(engine: Engine) -> None:
    for words in ("смотритель теряет покой", "не дождался на берегу"):
        film = engine.search(words, facets=False).hits[0].film
        assert film.title == "Маяк для двоих"
        assert [link.name for link in film.sources] == ["shelf", "lexicon"]


def test_an_empty_query_gives_the_best_known_films(engine: Engine) -> None:
    result = engine.search("   ", k=MAX_K)
    assert result.mode is Mode.POPULAR
    assert result.total == N_FILMS == len(result.hits)
    assert titles(result)[0] == "Последний трамвай"
    rated = [hit.film.rating is not None for hit in result.hits]
    assert rated == sorted(rated, reverse=True)  # films without a rating come last


def test_nonsense_finds_nothing(engine: Engine) -> None:
    asked = nonsense(1000, seed=20261)
    answered = [query for query in asked if engine.search(query, facets=False).total]
    assert len(answered) <= 50, answered[:10]


@pytest.mark.parametrize("query", ["!!!", "\u200b", "\x00", "\udce9", "🎬", "и в на", "%' OR 1=1 --", "x" * MAX_QUERY])
@pytest.mark.parametrize("mode", ["hybrid", "semantic", "lexical"])
def test_an_odd_query_is_answered_with_nothing(engine: Engine, query: str, mode: str) -> None:
    result = engine.search(query, mode=mode)
    assert (result.total, result.hits) == (0, ())


@settings(max_examples=60, deadline=None)
@given(query=st.text(max_size=60), mode=st.sampled_from(["hybrid", "semantic", "lexical"]))
def test_any_text_gets_an_answer_in_order(engine: Engine, query: str, mode: str) -> None:
    result = engine.search(query, mode=mode)
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert [hit.rank for hit in result.hits] == list(range(1, len(scores) + 1))


def test_modes_ask_the_legs_they_name(engine: Engine) -> None:
    query = next(row["description"] for row in SHELF if row["title"] == "Harbor of Names")
    results = {mode: engine.search(query, mode=mode, k=MAX_K) for mode in ("hybrid", "semantic", "lexical")}
    assert {mode: result.mode.value for mode, result in results.items()} == {mode: mode for mode in results}
    assert all(result.hits for result in results.values())
    assert all(hit.why.nearness is None for hit in results["lexical"].hits)
    assert all(hit.why.nearness is not None for hit in results["semantic"].hits)
    found = {mode: set(engine.found(query, mode=mode).tolist()) for mode in results}
    assert found["hybrid"] == found["semantic"] | found["lexical"]


def test_measures_rank_alike_because_all_vectors_have_length_one(engine: Engine) -> None:
    assert engine.parts.vectors.unit_norms
    row = {film.id: place for place, film in enumerate(engine.films())}
    first = 0
    for film in engine.films():
        query = film.description or film.title
        vector = engine.parts.ladder.ask(query, 0).meant(0).vector
        assert vector is not None
        cosines = engine.parts.vectors.cosines(vector)
        found: dict[str, list[str]] = {}
        for measure in MEASURES:
            similarities = engine.parts.vectors.similarities(vector, measure)
            # Equal but for rounding: what cosine puts clearly first, the others do too.
            assert np.all(np.diff(similarities[np.argsort(cosines)]) > -1e-5)
            hits = engine.search(query, mode="semantic", measure=measure, k=MAX_K, facets=False).hits
            found[measure] = [hit.film.id for hit in hits]
            assert np.all(np.diff(cosines[[row[film_id] for film_id in found[measure]]]) < 1e-5)
        assert sorted(found["cosine"]) == sorted(found["dot"]) == sorted(found["l2"])
        first += found["dot"][:1] == [film.id]
    assert first > N_FILMS / 3  # of so few films many share no word with another, and have no meaning to compare


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"k": 0}, "k:"),
        ({"k": MAX_K + 1}, "k:"),
        ({"k": -1}, "k:"),
        ({"offset": -1}, "offset:"),
        ({"offset": MAX_DEPTH + 1}, "offset:"),
        ({"mode": "psychic"}, "mode:"),
        ({"mode": "popular"}, "mode:"),
        ({"mode": None}, "mode:"),
        ({"sort": "best"}, "sort:"),
        ({"measure": "hamming"}, "measure:"),
        ({"filters": Filters(year_from=2000, year_to=1999)}, "year_from:"),
        ({"filters": Filters(runtime_min=2, runtime_max=1)}, "runtime_min:"),
        ({"filters": Filters(rating_min=11)}, "rating_min:"),
        ({"filters": Filters(rating_min=float("nan"))}, "rating_min:"),
        ({"filters": Filters(votes_min=-1)}, "votes_min:"),
        ({"filters": Filters(age_max=-1)}, "age_max:"),
    ],
)
def test_a_wrong_option_is_refused_by_name(engine: Engine, options: dict[str, Any], name: str) -> None:
    for ask in (engine.search, engine.found):
        with pytest.raises(QueryError) as refusal:
            ask("маяк", **options)
        assert str(refusal.value).startswith(name)
        assert "\n" not in str(refusal.value)


def test_a_query_that_is_too_long_is_refused_by_name(engine: Engine) -> None:
    with pytest.raises(QueryError, match=r"^query: has 10001 characters"):
        engine.search("я" * (MAX_QUERY + 1))


def test_found_is_what_total_counts(engine: Engine) -> None:
    filters = Filters(genres_any=("драма",))
    rows = engine.found(BROAD, filters=filters)
    result = engine.search(BROAD, k=MAX_K, filters=filters)
    assert rows.tolist() == sorted(set(rows.tolist()))
    assert {film.id for film in engine.parts.table.fetch(rows.tolist())} == {hit.film.id for hit in result.hits}


def test_film_by_id(engine: Engine) -> None:
    film = engine.film(id_of("Кит под городом", 2021))
    assert film is not None
    assert film.original_title == "The Whale Below"
    assert engine.film("tffffffffffff") is None
    assert engine.film("\udce9'; DROP TABLE films") is None


def test_ranking_puts_the_result_set_where_the_search_does(engine: Engine) -> None:
    hits = engine.search(BROAD, k=MAX_K, facets=False).hits
    ranked = engine.parts.table.fetch(engine.ranking(BROAD, N_FILMS).tolist())
    assert len({film.id for film in ranked}) == N_FILMS
    found = {hit.film.id for hit in hits}
    assert [film.id for film in ranked if film.id in found] == [hit.film.id for hit in hits]


def test_films_come_in_row_order(engine: Engine) -> None:
    ids = [film.id for film in engine.films()]
    assert ids == sorted(ids)
    assert len(ids) == N_FILMS == engine.manifest.counts["films"]


def test_similar_leaves_the_film_itself_out(engine: Engine) -> None:
    silent = 0
    for row, film in enumerate(engine.films()):
        hits = engine.similar(film.id, k=MAX_K, by="meaning", sequels=True)
        if engine.parts.vectors.is_void(row):
            # Of these the encoder knows no word; they are not near to each other for that.
            assert hits == ()
            silent += 1
            continue
        assert film.id not in {hit.film.id for hit in hits}
        scores = [hit.score for hit in hits]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < hit.score == hit.why.nearness == hit.reasons.nearness for hit in hits)
        assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert silent < N_FILMS / 4


def test_similar_is_near_in_meaning(engine: Engine) -> None:
    robber = engine.similar(id_of("Шахматист и вор", 2008), k=3, by="meaning")
    assert "Пекарня напротив тюрьмы" in [hit.film.title for hit in robber]
    row = engine.parts.table.row_of(id_of("Cold Harvest", 2009))
    assert row is not None
    cosines = engine.parts.vectors.cosines(engine.parts.vectors.vector(row))
    assert cosines[row] == pytest.approx(1, abs=1e-3)
    nearest = int(np.argsort(-np.delete(cosines, row))[0])
    expected = engine.parts.table.fetch([nearest + (nearest >= row)])[0]
    assert engine.similar(id_of("Cold Harvest", 2009), k=1, by="meaning")[0].film == expected


@pytest.mark.parametrize(("film_id", "k", "name"), [("nobody", 5, "film:"), (None, 0, "k:"), (None, MAX_K + 1, "k:")])
def test_similar_refuses_by_name(engine: Engine, film_id: str | None, k: int, name: str) -> None:
    with pytest.raises(QueryError, match=f"^{name}"):
        engine.similar(film_id or id_of("Seven Doors", 2003), k=k)


def test_random_films_follow_the_seed(engine: Engine) -> None:
    first = engine.random(8, seed=1)
    assert first == engine.random(8, seed=1)
    assert first != engine.random(8, seed=2)
    assert len({film.id for film in first}) == 8
    assert len(engine.random(1000, seed=3)) == N_FILMS


def test_sixteen_threads_get_the_answers_of_one(engine: Engine) -> None:
    asked = [title for film in engine.films() for title in (film.title, film.description[:60]) if title]
    options: list[dict[str, Any]] = [{}, {"mode": "lexical"}, {"filters": Filters(genres_any=("драма",))}]

    def ask(at: int) -> object:
        result = engine.search(asked[at % len(asked)], **options[at % 3])
        return replace(result, took_ms={})

    alone = [ask(at) for at in range(160)]
    with ThreadPoolExecutor(16) as pool:
        together = list(pool.map(ask, range(160)))
    assert together == alone
