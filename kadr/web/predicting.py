"""Predictions for several visitors at once: what is asked, and what is answered, by the public API and in training."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, RootModel, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from kadr.film import Film
from kadr.recommend.types import Event
from kadr.search.output import film_to_json
from kadr.web.histories import Body, History
from kadr.web.models import FilmOut, Out
from kadr.web.parameters import WHOLE, Parameters
from kadr.web.problems import Fault, Problem

__all__ = [
    "MAX_FILMS",
    "MAX_NAME",
    "MAX_USER",
    "MAX_VISITORS",
    "ModelName",
    "PredictParameters",
    "PredictedOut",
    "Prediction",
    "UserId",
    "Visitor",
    "Visitors",
    "check_model",
    "predictions",
    "sayable",
]

MAX_VISITORS = 20
"""Histories of a request: a fold-in takes a few milliseconds and its page of films is read from the database, so that
one request holds a thread for a tenth of a second."""
MAX_FILMS = 100
MAX_USER = 200
MAX_NAME = 64


def sayable(text: str) -> bool:
    """Return whether UTF-8 has a text: half of a pair of surrogates, which JSON may hold, it has not."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def _text(value: object) -> object:
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise PydanticCustomError("user_id", "must be a whole number or a text")
    if not sayable(str(value)):
        raise PydanticCustomError("user_id", "must be a text in UTF-8")
    return str(value)


UserId = Annotated[
    str,
    BeforeValidator(_text),
    StringConstraints(min_length=1, max_length=MAX_USER),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "minLength": 1, "maxLength": MAX_USER}]}),
]
"""A user's id as ratings name it, a number or a text; 7 and "7" are the same one."""
ModelName = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME)]


class PredictParameters(Parameters):
    """Which model predicts, and how much of it is told."""

    model_name: ModelName = Field(description="One of those that `/models` lists.", examples=["content"])
    top_k: Annotated[int, Field(ge=1, le=MAX_FILMS), WHOLE] = Field(10, description="Films wanted of each user.")


class Visitor(History, Body):
    """Somebody, and what he told of films; the id is only there to tell the answers apart."""

    user: UserId = Field(description="Any id.", examples=[7])


class Visitors(RootModel[list[Visitor]]):
    """Who is asked about."""

    root: list[Visitor] = Field(min_length=1, max_length=MAX_VISITORS)

    def asked(self) -> dict[str, list[Event]]:
        """Return the history of each user; what stands in several places is one history, in its order."""
        histories: dict[str, list[Event]] = {}
        for each in self.root:
            histories.setdefault(each.user, []).extend(each.events())
        return histories


class PredictedOut(Out):
    """What is predicted. `predictions` holds a member for each user who was asked about."""

    model_name: str = Field(examples=["content"])
    version: str = Field(description="Of the model on a training server, else of the bundle.", examples=["3"])
    predictions: dict[str, list[FilmOut]] = Field(description="By user: films with all that is known, best first.")
    popular: list[str] = Field(description="Users of whom nothing is known: theirs are the best known films.")
    unknown: dict[str, list[str]] = Field(
        description="By user: the films of the history that the model has never heard of; left out where there is none."
    )


@dataclass(frozen=True, slots=True)
class Prediction:
    """Films for one user, best first. `personal`: whether the history decided. `unknown`: its films that nobody has."""

    films: Sequence[Film]
    personal: bool
    unknown: Sequence[str] = ()


def check_model(name: str | None, names: Iterable[str]) -> None:
    """Raise where a model was asked for, and has none of these names.

    Raises:
        Problem: it has; it tells the names that there are.
    """
    if name is not None and name not in (known := set(names)):
        raise Problem("no_model", Fault("There is no model of this name", "model_name", {"enum": sorted(known)}))


def predictions(model_name: str, version: str, made: Mapping[str, Prediction]) -> dict[str, Any]:
    """Return predictions by user as the answer has them."""
    return {
        "model_name": model_name,
        "version": version,
        "predictions": {user: [film_to_json(film) for film in each.films] for user, each in made.items()},
        "popular": [user for user, each in made.items() if not each.personal],
        "unknown": {user: list(each.unknown) for user, each in made.items() if each.unknown},
    }
