"""What the training server is asked: parameters and bodies."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, RootModel, ValidationError
from starlette.requests import Request

from kadr.recommend.types import Event
from kadr.trainer.arriving import read_json
from kadr.web.parameters import NUMBER, WHOLE, Parameters, Unsaid
from kadr.web.predicting import MAX_VISITORS, ModelName, UserId, Visitor, Visitors
from kadr.web.problems import Fault, Problem

__all__ = ["MAX_USERS", "PredictBody", "TrainParameters", "asked_about", "json_of"]

Model = TypeVar("Model", bound=BaseModel)

MAX_USERS = MAX_VISITORS
MAX_PATIENCE = 100
MOST_HELD = 0.5
"""Beyond it, more is kept from the model than is learned from."""
MAX_SCALE = 100


class TrainParameters(Parameters):
    """Which model learns, and how it is checked."""

    model_name: ModelName = Field(
        description="A model that `/models` lists, or one of its `trainable` names for a new one.", examples=["ease-uw"]
    )
    validation_split: Annotated[float, Field(ge=0, le=MOST_HELD, allow_inf_nan=False), NUMBER] = Field(
        0.1, description="Share of the new likes that the model is measured on before it learns from them, too."
    )
    patience: Annotated[int, Field(ge=1, le=MAX_PATIENCE), WHOLE] = Field(
        3, description="Rounds without a better figure after which a model that iterates stops; others solve at once."
    )
    scale: Annotated[float, Field(ge=1, le=MAX_SCALE, allow_inf_nan=False), NUMBER] | Unsaid = Field(
        None,
        description="The highest rating that can be given; the lowest is 0. Where it is not given, that of the ratings"
        " which the model learned from, else 10.",
    )


class Users(RootModel[list[UserId]]):
    """Users of the training data."""

    root: list[UserId] = Field(min_length=1, max_length=MAX_USERS)


class PredictBody(RootModel[list[UserId] | list[Visitor]]):
    """Users of the training data, or histories."""

    root: (
        Annotated[list[UserId], Field(min_length=1, max_length=MAX_USERS)]
        | Annotated[list[Visitor], Field(min_length=1, max_length=MAX_VISITORS)]
    ) = Field(examples=[[1, 2]])


async def json_of(request: Request) -> bytes:
    """Return the body of a request that says it is JSON.

    Raises:
        Problem: it says something else.
    """
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if said != "application/json":
        raise Problem("invalid_value", Fault("Send JSON, with Content-Type: application/json", "body"))
    return await request.body()


def asked_about(body: bytes) -> tuple[Sequence[str], Mapping[str, list[Event]]]:
    """Return the users whom a body asks about, or, where it holds histories, these by user.

    Raises:
        Problem: it is no JSON.
        RequestValidationError: it is no such list.
    """
    value = read_json(body)
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        return (), _valid(Visitors, value).asked()
    return tuple(dict.fromkeys(_valid(Users, value).root)), {}


def _valid(kind: type[Model], value: Any) -> Model:
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        told = [{**each, "loc": ("body", *each["loc"])} for each in error.errors(include_url=False)]
        raise RequestValidationError(told) from error
