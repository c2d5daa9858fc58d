"""Ratings of the session's films by people who like either comedies or dramas, and trainings from them."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from starlette.testclient import TestClient

from kadr.engine import Engine
from kadr.recommend.train.store import Store
from kadr.trainer.arriving import Arrived
from kadr.trainer.jobs import Jobs, Watched
from kadr.trainer.learning import Lesson

KEY = "a-key-of-the-trainers-own"
TRAIN = "/train?model_name=ease-uw"
USERS = 40
SEED = 7

Client = Callable[[Store], TestClient]
"""Makes a client of a training server of its own, which shows the key."""


def opinions(engine: Engine, users: int = USERS) -> dict[str, list[Any]]:
    """Return the arrays of a request for training: even users like comedies, odd ones dramas, and not the others."""
    films = [(film.id, "комедия" in film.genres, "драма" in film.genres) for film in engine.films()]
    draw = np.random.default_rng(SEED)
    rows = []
    for user in range(users):
        for film, comedy, drama in films:
            mine, other = (comedy, drama) if user % 2 == 0 else (drama, comedy)
            if (mine or other) and draw.random() < 0.7:
                rows.append((user, film, 9.0 if mine else 3.0))
    return {"users": [row[0] for row in rows], "movies": [row[1] for row in rows], "ratings": [row[2] for row in rows]}


def came(body: dict[str, list[Any]]) -> Arrived:
    """Return arrays as a request brings them, with the catalogue's ids."""
    users, films = (tuple(dict.fromkeys(map(str, body[name]))) for name in ("users", "movies"))
    return Arrived(
        users,
        films,
        np.array([users.index(str(each)) for each in body["users"]], dtype=np.int32),
        np.array([films.index(each) for each in body["movies"]], dtype=np.int32),
        np.array(body["ratings"], dtype=np.float32),
    )


def lesson(engine: Engine, body: dict[str, list[Any]], **values: Any) -> Lesson:
    """Return a lesson of these ratings, on a model that begins where nothing else is said."""
    given = {"name": "ease-uw", "kind": "ease-uw", "base": None, "share": 0.0, "patience": 3}
    return Lesson(came=came(body), catalogue=tuple(engine.films()), **{**given, **values})


def silent() -> Watched:
    jobs = Jobs()
    return Watched(jobs, jobs.start("nothing", lambda _: {}).id)


def body(users: Any = (1,), movies: Any = (), ratings: Any = (9,), **more: Any) -> dict[str, Any]:
    return {"users": list(users), "movies": list(movies), "ratings": list(ratings), **more}


def over(client: TestClient, answer: Any, seconds: float = 60) -> dict[str, Any]:
    """Return the job that an answer names, once it is over."""
    assert answer.status_code == 202, answer.text
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        job: dict[str, Any] = client.get(answer.headers["location"]).json()
        if job["state"] != "running":
            return job
        time.sleep(0.02)
    raise AssertionError(job)
