"""What a hosted build keeps, forgets and measures with."""

import io
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pytest

from kadr.config import load_config
from kadr.encode.distilled import DistilledEncoder
from kadr.encode.encoder import Role
from kadr.encode.hosted.cache import UNUSED_RUNS
from kadr.film import Description, Film
from kadr.progress import Lines
from kadr.vectorise import Questions, vectorise
from kadr.vectorise.price import estimate
from tests.samples import SHELF
from tests.vectorise.shop import Shop, opened_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with opened_shop(tmp_path) as opened:
        yield opened


def test_probes_are_asked_of_an_encoder_that_has_not_seen_them(shop: Shop, tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    words = [f"{a}{b}к" for a in ("бар", "вод", "гор", "дом", "зем", "лун", "мор", "пол") for b in "аеиоу"]
    films = [
        Film(
            id=f"{i:03}",
            title=f"Фильм {i}",
            descriptions=tuple(Description(" ".join(rng.choice(words, 14)) + ".") for _ in range(2)),
        )
        for i in range(60)
    ]
    questions = Questions.of(films, paid=True)
    config = load_config(tmp_path / "catalogue.toml")
    made = vectorise(films, questions, config, tmp_path / "encoder", Lines(io.StringIO()), shop.access)
    encoder = DistilledEncoder.open(tmp_path / "encoder" / "distilled", made.profile)
    asked = made.legs["distilled"]
    np.testing.assert_array_equal(encoder.encode(questions.pieces.texts, Role.QUERY), asked.pieces)
    known = np.isfinite(asked.probes).all(axis=1)
    assert known.sum() > 20
    assert not np.array_equal(encoder.encode(questions.probe_queries, Role.QUERY), asked.probes, equal_nan=True)


def test_what_no_build_needed_for_long_is_forgotten_and_what_this_one_needs_is_not(shop: Shop) -> None:
    shop.build()
    shop.asked()
    with duckdb.connect(str(shop.folder / "vectors.duckdb")) as connection:
        connection.execute("UPDATE about SET run = run + $1", [UNUSED_RUNS + 1])
    shop.write(SHELF[1:])
    shop.build()
    shop.asked()
    shop.build()
    assert shop.server.requests == [], "what it needs was marked"
    shop.write(SHELF)
    shop.build()
    assert any(SHELF[0]["title"] in text for text in shop.asked()), "the film's vector was dropped"


def test_the_plan_names_the_licence_of_a_model_that_is_known(shop: Shop) -> None:
    films = [Film(id="1", title="Маяк", descriptions=(Description("Смотритель маяка и письмо."),))]
    told = estimate(films, Questions.of(films, paid=True), load_config(shop.folder / "catalogue.toml")).to_text()
    assert told.partition("\n")[0].endswith(", licence MIT, reads 512 tokens of a text")
