"""Ratings that come in the body of a request, checked before anything is learned from them.

They may be a million. So they are read as plain JSON and judged by the array; what is told of a wrong one is its place,
never its value.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from kadr.film import MAX_RATING
from kadr.web.predicting import MAX_USER, sayable
from kadr.web.problems import Fault, Problem

__all__ = ["MAX_RATINGS", "Arrived", "TrainBody", "arrived", "read_json", "resolved"]

MAX_RATINGS = 1_000_000
"""Of a request; more come as a file, to `kadr train`."""
MAX_FILM = 1_000
SHOWN = 5
"""Places that are told of each thing that is wrong."""
_NEGATIVE = re.compile(r"-[0-9]+")


class TrainBody(BaseModel):
    """New ratings: the three arrays have one length, and what stands at one place of each is one rating."""

    model_config = ConfigDict(extra="forbid")

    users: list[int | str] = Field(
        min_length=1,
        max_length=MAX_RATINGS,
        description="Ids of users, those of the training data or new ones; numbers are not negative.",
        examples=[[1, 1, 2]],
    )
    movies: list[int | str] = Field(
        min_length=1,
        max_length=MAX_RATINGS,
        description="Films of this catalogue: their id, `imdb:tt0000001`, `tt0000001`, `tmdb:42` and the like, or the"
        " id at their one source.",
        examples=[["mine:42", "imdb:tt0000001", 7]],
    )
    ratings: list[float] = Field(
        min_length=1,
        max_length=MAX_RATINGS,
        description="On the scale that `scale` says, higher is better.",
        examples=[[9, 3.5, 10]],
    )


FIELDS = tuple(TrainBody.model_fields)


@dataclass(frozen=True, slots=True)
class Arrived:
    """New ratings as they came, each user and film once.

    Attributes:
        users: ids of users, in the order in which they came.
        films: films as the request names them, likewise.
        user_at, film_at: int32 (n,), who and what a rating is of, as places in these.
        values: float32 (n,), from 0 to 10.
    """

    users: tuple[str, ...]
    films: tuple[str, ...]
    user_at: NDArray[np.int32]
    film_at: NDArray[np.int32]
    values: NDArray[np.float32]


def read_json(body: bytes) -> Any:
    """Return what a body holds.

    Raises:
        Problem: it is no JSON in UTF-8.
    """
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Problem("malformed_body", Fault("The body must be JSON in UTF-8", "body")) from error


def arrived(body: Any, scale: float) -> Arrived:
    """Return the ratings of a body.

    Args:
        body: JSON values.
        scale: the highest rating that can be given; the lowest is 0.

    Raises:
        Problem: something is wrong with them; it tells what, and at which places.
    """
    arrays = _arrays(body)
    users, movies, ratings = (arrays[name] for name in FIELDS)
    _raise(
        [
            *_faults("users", users, _is_id, "must be a whole number from 0, or a text of up to 200 characters"),
            *_faults("movies", movies, _is_film, "must be the id of a film, a text or a whole number from 0"),
            *_faults("ratings", ratings, _rated(scale), f"must be a number from 0 to {scale:g}, the `scale`"),
        ]
    )
    user_ids, user_at = _coded(users)
    film_ids, film_at = _coded(movies)
    _raise(_twice(user_at, film_at, len(film_ids)))
    values = np.array(ratings, dtype=np.float64) * (MAX_RATING / scale)
    return Arrived(user_ids, film_ids, user_at, film_at, values.astype(np.float32))


def resolved(came: Arrived, ids: Sequence[str | None]) -> Arrived:
    """Return ratings with their films by the catalogue's ids.

    Of several ratings that a user gave one film under two names the last one counts: the catalogue may have merged what
    others take for two.

    Args:
        came: the ratings.
        ids: beside `came.films`, the id of each film; None where the catalogue has no such film.

    Raises:
        Problem: a film is not known.
    """
    unknown = np.array([each is None for each in ids])[came.film_at]
    told = "is no film of this catalogue; name it by its id here, or as imdb:tt0000001 and the like"
    _raise(_at("movies", np.flatnonzero(unknown), told))
    place: dict[str, int] = {}
    to = np.array([place.setdefault(each, len(place)) for each in ids if each is not None], dtype=np.int32)
    film_at = to[came.film_at]
    pair = came.user_at.astype(np.int64) * len(place) + film_at
    _, last = np.unique(pair[::-1], return_index=True)
    kept = np.sort(pair.size - 1 - last)
    return Arrived(came.users, tuple(place), came.user_at[kept], film_at[kept], came.values[kept])


def _arrays(body: Any) -> Mapping[str, list[Any]]:
    """Return the three arrays, which are arrays of one length."""
    if not isinstance(body, dict):
        raise Problem("invalid_value", Fault("Input should be an object with users, movies and ratings", "body"))
    wrong = [Fault("There is no such member", str(name)[:100], {"enum": list(FIELDS)}) for name in body.keys() - FIELDS]
    for name in FIELDS:
        value = body.get(name)
        bounds = {"minItems": 1, "maxItems": MAX_RATINGS}
        if name not in body:
            wrong.append(Fault("Field required", name))
        elif not isinstance(value, list):
            wrong.append(Fault("Input should be an array", name, bounds))
        elif not 1 <= len(value) <= MAX_RATINGS:
            told = "is empty" if not value else f"has {len(value)} items, more than one request may bring"
            wrong.append(Fault(f"The array {told}", name, bounds))
    _raise(wrong)
    lengths = {name: len(body[name]) for name in FIELDS}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise Problem("invalid_value", Fault(f"The arrays must have one length: {told}", "ratings"))
    return body


def _faults(name: str, values: Iterable[Any], fits: Callable[[Any], bool], told: str) -> Iterator[Fault]:
    """Yield the first places of an array where something does not fit."""
    return islice((Fault(told, f"{name}.{at}") for at, each in enumerate(values) if not fits(each)), SHOWN)


def _is_id(value: Any) -> bool:
    if isinstance(value, str):
        return 0 < len(value) <= MAX_USER and not _NEGATIVE.fullmatch(value) and sayable(value)
    return type(value) is int and 0 <= value < 2**63


def _is_film(value: Any) -> bool:
    if isinstance(value, str):
        return 0 < len(value) <= MAX_FILM and sayable(value)
    return type(value) is int and 0 <= value < 2**63


def _rated(scale: float) -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        return type(value) in (int, float) and math.isfinite(value) and 0 <= value <= scale

    return fits


def _coded(values: Iterable[int | str]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Return the different values as texts, and for each value its place among them, int32 (n,)."""
    places: dict[str, int] = {}
    at = np.fromiter((places.setdefault(str(each), len(places)) for each in values), dtype=np.int32)
    return tuple(places), at


def _twice(user_at: NDArray[np.int32], film_at: NDArray[np.int32], n_films: int) -> list[Fault]:
    pair = user_at.astype(np.int64) * n_films + film_at
    _, first = np.unique(pair, return_index=True)
    again = np.setdiff1d(np.arange(pair.size), first, assume_unique=True)
    return _at("movies", again, "was rated by this user before in the same request; send each pair once")


def _at(name: str, places: NDArray[np.integer], told: str) -> list[Fault]:
    """Return faults at the first places, the first of which tells how many there are."""
    counted = f"{told} ({places.size} of the ratings)"
    return [Fault(told if at else counted, f"{name}.{place}") for at, place in enumerate(places[:SHOWN].tolist())]


def _raise(faults: Sequence[Fault]) -> None:
    if faults:
        raise Problem("invalid_value", *faults)


def _no_number(name: str) -> float:
    msg = f"{name} is no JSON"
    raise ValueError(msg)
