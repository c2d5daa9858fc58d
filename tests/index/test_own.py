"""Words beside their concepts: who says another word of the group is found better, who says the very word is not."""

from dataclasses import replace

import numpy as np
import pytest

from kadr.film import Film
from kadr.index.lexical import LexicalIndex, LexicalParams, build_lexical
from kadr.index.own import fainter
from kadr.index.thesaurus import Thesaurus

FILMS = [
    Film(id=f"{title}{i}", title=title) for title, n in (("Маяк", 2), ("Фонарь", 1), ("Огород", 9)) for i in range(n)
]
LIGHTS = Thesaurus.of((("маяк", "фонарь"), ("дача", "дом")))
ITSELF, OTHERWISE, STRANGE = 0, 2, 3
"""Rows of films that say «маяк», another word of its group, and neither."""
HALF_PRECISION = 2.0**-10


def index_of(share: float, own: float, synonyms: Thesaurus = LIGHTS) -> LexicalIndex:
    params = LexicalParams(analysers={"stems": 0.6, "concepts": share}, own_concept=own)
    return build_lexical(FILMS, params, synonyms)


def test_a_concept_counts_its_share_for_another_word_and_less_for_the_word_itself() -> None:
    once, more = (index_of(share, own=0.2).scores("маяк") for share in (0.2, 0.4))
    assert more[OTHERWISE] == pytest.approx(2 * once[OTHERWISE], rel=HALF_PRECISION)
    assert more[ITSELF] == pytest.approx(once[ITSELF], rel=HALF_PRECISION)
    assert more[ITSELF] > more[OTHERWISE] > more[STRANGE] == 0


def test_a_word_is_never_heard_less_than_not_at_all() -> None:
    index = index_of(9.0, own=0.0)
    assert all((postings.impacts >= 0).all() for postings in index.postings.values())
    assert index.scores("маяк")[ITSELF] > 0
    assert index.matching("маяк", 0.0).tolist() == [True] * 3 + [False] * 9


@pytest.mark.parametrize(("share", "own"), [(0.3, 0.3), (0.3, 1.0)])
def test_nothing_is_fainter_where_a_concept_counts_as_much_beside_the_word(share: float, own: float) -> None:
    found = index_of(share, own).postings["stems"].impacts
    assert np.array_equal(found, index_of(share, own, Thesaurus.of(())).postings["stems"].impacts)


def test_other_words_and_groups_without_postings_change_nothing() -> None:
    plain, index = index_of(0.7, 0.2, Thesaurus.of(())), index_of(0.7, own=0.2)
    assert plain.scores("огород").tolist() == index.scores("огород").tolist()
    concepts = index.postings["concepts"]
    none = replace(concepts, rows=replace(concepts.rows, starts=np.zeros_like(concepts.rows.starts)))
    same = fainter(plain.postings["stems"], none, LIGHTS, excess=0.5, idf_power=2.0)
    assert np.array_equal(same.impacts, plain.postings["stems"].impacts)
