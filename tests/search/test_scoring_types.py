"""Scoring: how a query is asked decides what its vector may say."""

import numpy as np
import pytest

from kadr.film import Description, Film
from kadr.index.lexical import LexicalParams, build_lexical
from kadr.index.titles import build_titles
from kadr.search.ladder import Meant
from kadr.search.params import Leg, Scale, SearchParams
from kadr.search.query_type import QueryType, query_type
from kadr.search.request import Request
from kadr.search.scoring import Words, scored
from kadr.weigh import in_memory

FILMS = [
    Film(id="a", title="Пекарня", descriptions=(Description("две сестры пекут хлеб"),)),
    Film(id="b", title="Маяк", descriptions=(Description("смотритель ждёт корабль"),)),
]
PARAMS = SearchParams(0.0, 0.3, 1.0)
VECTORS = np.eye(2, 4, dtype=np.float32)
QUERIES = {
    QueryType.TITLE: "сестры хлеб",
    QueryType.KEYWORDS: "сестры пекут хлеб",
    QueryType.SENTENCE: "две сестры, которые пекут хлеб и не спят",
    QueryType.LONG: "сестры " * 40,
}


@pytest.mark.parametrize("kind", QUERIES)
@pytest.mark.parametrize("trusted", list(QueryType))
def test_the_scale_of_the_type_is_taken(kind: QueryType, trusted: QueryType) -> None:
    """The words say one film and the vector the other; only for one type the vector has the say."""
    query = QUERIES[kind]
    assert query_type(query) is kind
    leg = Leg({each: Scale(0.9 if each is trusted else 0.1, 0.0, 1.0, 0.5, 0.5) for each in QueryType})
    words = Words(query, build_titles(FILMS), build_lexical(FILMS, LexicalParams()), PARAMS)
    found = scored(Request(query), words, Meant(VECTORS[1], "hosted"), in_memory(VECTORS), {"hosted": leg})
    assert int(found.scores.argmax()) == (1 if kind is trusted else 0)


def test_the_threshold_of_the_type_lets_films_in() -> None:
    for kind, query in QUERIES.items():
        leg = Leg({each: Scale(0.5, 0.0, 1.0, 0.9 if each is kind else 0.3, 0.0) for each in QueryType})
        words = Words(query, build_titles(FILMS), build_lexical(FILMS, LexicalParams()), PARAMS)
        near = np.array([0, 0.6, 0.8, 0], dtype=np.float32)
        found = scored(Request(query), words, Meant(near, "hosted"), in_memory(VECTORS), {"hosted": leg})
        assert found.found.tolist() == [True, False]  # the other is nearer than .3, and not than .9
