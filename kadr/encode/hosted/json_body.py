"""The body of an answer of status 200 as JSON, or a fault that says what it is instead."""

import json
from typing import Any, NoReturn

from kadr.encode.hosted.faults import Asked

__all__ = ["read_json"]


class _NotANumber(ValueError):
    """JSON with NaN or Infinity, which Python's parser would let pass."""


def read_json(body: bytes, asked: Asked) -> Any:
    """Return the JSON of an answer of status 200.

    Raises:
        ServiceBusy: it is none: a proxy's page, or a body cut short.
        ServiceWrong: it holds NaN or Infinity, or lists or digits without end.
    """
    try:
        return json.loads(body, parse_constant=_refuse)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        kind = "a page of HTML" if body.lstrip()[:1] == b"<" else "something that is no JSON, or is cut short"
        raise asked.busy(f"answered 200 with {kind}") from error
    except _NotANumber as error:
        raise asked.wrong(f"gave {error} for a number") from error
    except (ValueError, RecursionError) as error:
        raise asked.wrong("gave JSON that nobody can read") from error


def _refuse(name: str) -> NoReturn:
    raise _NotANumber(name)
