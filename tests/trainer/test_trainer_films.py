"""Films of new ratings may be named by their id, by that of another catalogue, or by their number at their source."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from kadr.engine import Engine
from kadr.film import Film, Kind
from kadr.live import Live
from kadr.recommend.train.store import Store
from kadr.trainer.factory import create
from kadr.trainer.naming import Names
from tests.builds import build_from
from tests.samples import write_config, write_films
from tests.trainer.trainings import KEY, TRAIN, body, over

ROWS = (
    {"id": "1", "title": "Первый причал", "year": "1991", "imdb": "tt0000011"},
    {"id": "2", "title": "Второй причал", "year": "1992", "imdb": "tt0000012"},
    {"id": "3", "title": "Третий причал", "year": "1993"},
)
OTHERS = ({"id": "3", "title": "Четвёртый причал", "year": "1994"},)


@pytest.fixture(scope="module")
def quays(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("quays")
    write_films(folder / "quays.jsonl", ROWS)
    write_films(folder / "more.jsonl", OTHERS)
    live = Live(build_from(write_config(folder, quays="quays.jsonl", more="more.jsonl")).folder, Engine.open, 3600)
    yield live
    live.close()


@pytest.fixture
def client(quays: Live, tmp_path: Path) -> TestClient:
    return TestClient(create(Store(tmp_path / "models"), quays, KEY), headers={"X-API-Key": KEY})


@pytest.mark.parametrize("name", ["imdb:tt0000012", "tt0000012", 2])
def test_films_by_each_of_their_names(client: TestClient, tmp_path: Path, name: str | int) -> None:
    job = over(client, client.post(TRAIN, json=body([7] * 4, [1, name, "quays:3", "more:3"], [9] * 4)))
    assert job["state"] == "done", job["error"]
    learned = Store(tmp_path / "models").load("ease-uw").learned
    assert [learned.films[at] for at in learned.ratings.items] == ["quays:1", "quays:2", "quays:3", "more:3"]


def test_of_two_names_of_one_film_the_last_rating_counts(client: TestClient, tmp_path: Path) -> None:
    over(client, client.post(TRAIN, json=body([7, 7, 7], ["imdb:tt0000011", 2, 1], [2, 9, 8])))
    learned = Store(tmp_path / "models").load("ease-uw").learned
    told = zip([learned.films[at] for at in learned.ratings.items], learned.ratings.values.tolist(), strict=True)
    assert dict(told) == {"quays:1": 8.0, "quays:2": 9.0}


def test_a_number_of_tmdb_is_the_films_where_a_series_has_it_too() -> None:
    film = Film(id="z:1", title="Фильм", kind=Kind.FILM, external_ids={"tmdb": "603"})
    series = Film(id="a:1", title="Сериал", kind=Kind.SERIES, external_ids={"tmdb": "603"})
    assert Names.of([series, film]).ids(["tmdb:603"]) == ["z:1"]
    assert Names.of([series]).ids(["tmdb:603"]) == ["a:1"]


@pytest.mark.parametrize(
    ("movies", "field"),
    [
        ([1, 3], "movies.1"),
        ([1, "quays:4"], "movies.1"),
        (["imdb:tt0000013", 1], "movies.0"),
        (["imdb:", 1], "movies.0"),
        ([1, 1], "movies.1"),
    ],
    ids=("of two sources", "none", "none elsewhere", "nothing", "twice"),
)
def test_films_that_are_none_or_may_be_several_or_stand_twice(client: TestClient, movies: Any, field: str) -> None:
    answer = client.post(TRAIN, json=body([1, 1], movies, [9, 8]))
    assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text
