"""Films of a long plot through hosted inference: a passage a window, and the price of each."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kadr.config import Config, load_config
from kadr.encode.passages import Passages, windows
from kadr.film import Film
from kadr.harvesting import ALL, gather
from kadr.index.lexical import LexicalParams, build_lexical
from kadr.index.vectors import VectorIndex, write_vectors
from kadr.progress import Lines
from kadr.search.query_type import QueryType
from kadr.vectorise import Questions, legs_of, vectorise
from kadr.vectorise.price import estimate
from tests.samples import SHELF
from tests.vectorise.shop import Shop, opened_shop

SCENE = "Водолаз Прохор поднимает со дна граммофон, и тот играет под водой."
LONG = {
    "title": "Хроника пристани",
    "description": " ".join(
        SCENE if i == 31 else f"На пристани номер {i} грузчики считают мешки и спорят о погоде." for i in range(60)
    ),
}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with opened_shop(tmp_path) as opened:
        opened.write([*SHELF, LONG])
        yield opened


def gathered(shop: Shop) -> tuple[tuple[Film, ...], Config, Questions]:
    config = load_config(shop.folder / "catalogue.toml")
    films = tuple(gather(config, Lines(io.StringIO()), ALL, {}).whole().films)
    return films, config, Questions.of(films, paid=True)


def test_a_scene_of_a_long_plot_is_found_by_the_window_that_tells_it(shop: Shop, tmp_path: Path) -> None:
    films, config, questions = gathered(shop)
    made = vectorise(films, questions, config, tmp_path / "encoder", Lines(io.StringIO()), shop.access)
    (row,) = (i for i, film in enumerate(films) if windows(film))
    told = windows(films[row])
    assert made.starts is not None
    assert np.diff(made.starts).tolist() == [1 + len(told) if i == row else 1 for i in range(len(films))]
    path = tmp_path / "films.usearch"
    norms = write_vectors(path, made.vectors, [film.id for film in films], made.void, made.starts)
    index = VectorIndex.open(path, norms)
    assert f"passage: Хроника пристани. {told[0]}" in shop.asked()

    asked = next(iter(made.legs.values()))
    assert asked.probes.shape[0] == len(questions.probe_queries)
    scene = made.vectors[int(made.starts[row]) + 1 + next(i for i, window in enumerate(told) if SCENE in window)]
    assert int(index.cosines(scene).argmax()) == row
    assert SCENE in told[index.nearest_passage(scene, row) - 1]

    legs, quality = legs_of(films, made, questions, index, build_lexical((), LexicalParams()))
    assert [*legs] == ["hosted", "distilled"] == [*quality["legs"]]
    assert all(set(leg.scales) == set(QueryType) for leg in legs.values())


def test_the_price_follows_the_number_of_passages(shop: Shop) -> None:
    films, config, questions = gathered(shop)
    due = estimate(films, questions, config).to_json()["passage"]
    texts = Passages.of(films).texts
    assert len(texts) > len(films)
    assert due["to_send"] == len({*texts, *questions.reduced.texts})
