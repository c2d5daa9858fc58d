"""What the parameters of any address have in common: unknown ones are refused, and numbers are digits."""

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

__all__ = ["NUMBER", "WHOLE", "Flag", "Nothing", "Parameters", "Unsaid"]


def _whole(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,15}", value, re.ASCII):
        raise PydanticCustomError("whole_number", "must be a whole number in digits")
    return value


def _number(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(
        r"-?[0-9]{1,400}(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,3})?", value, re.ASCII
    ):
        raise PydanticCustomError("number", "must be a number such as 7.5")
    return value


def _flag(value: object) -> object:
    if isinstance(value, str) and value not in {"true", "false"}:
        raise PydanticCustomError("flag", "must be true or false")
    return value


WHOLE, NUMBER = BeforeValidator(_whole), BeforeValidator(_number)
Flag = Annotated[bool, BeforeValidator(_flag)]
Unsaid = SkipJsonSchema[None]
"""What a parameter is that was not given; an address has no word for it, so neither has the description."""


class Parameters(BaseModel):
    """Parameters of a route; others are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def said(self) -> dict[str, Any]:
        """Return those that make a difference to the answer, by name; the order of a filter's values makes none."""
        values = self.model_dump(exclude_defaults=True, exclude={"timeout_ms"})
        return {name: sorted(set(v)) if isinstance(v, tuple) else v for name, v in values.items()}


class Nothing(Parameters):
    """A route that takes no parameter."""
