"""What is known of a request from its first moment on: its id, when it came, what is told of it in the log."""

import re
import time
import uuid
from dataclasses import dataclass, field
from typing import Self

from starlette.datastructures import Headers
from starlette.routing import Route
from starlette.types import Scope

__all__ = ["REQUEST_ID", "Asked", "route_of"]

REQUEST_ID = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
"""What a request's id from outside may be: it stands in headers, logs and answers as it is."""
_KEY = "kadr.asked"


@dataclass(slots=True)
class Asked:
    """One request. `arrived`: by `time.perf_counter`. `told`: what its answer adds to the line in the log."""

    id: str
    arrived: float = field(default_factory=time.perf_counter)
    told: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begin(cls, scope: Scope) -> Self:
        """Note a request that just came in; it keeps the id that it brings along, if that is one."""
        given = Headers(scope=scope).get(REQUEST_ID, "")
        asked = cls(given if _SANE.fullmatch(given) else uuid.uuid4().hex)
        scope[_KEY] = asked
        return asked

    @classmethod
    def of(cls, scope: Scope) -> Self:
        """Return what was noted of a request."""
        asked: Self = scope[_KEY]
        return asked

    @property
    def seconds(self) -> float:
        """How long it is here."""
        return time.perf_counter() - self.arrived


def route_of(scope: Scope) -> str:
    """Return the template of the route that took a request, such as `/films/{film_id}`; "unmatched" for none."""
    route = scope.get("route")
    return route.path_format if isinstance(route, Route) else "unmatched"  # a mount is the place of the whole API
