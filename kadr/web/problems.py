"""Every error that the API answers, as RFC 9457 has it: what happened, in which field, and what is allowed there."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from fastapi.responses import JSONResponse
from starlette.types import Scope

from kadr.web.asked import Asked

__all__ = ["CODES", "MEDIA_TYPE", "Fault", "Problem", "response"]

MEDIA_TYPE = "application/problem+json"

CODES: Mapping[str, tuple[int, str]] = {
    "malformed_body": (400, "The body cannot be read"),
    "unknown_parameter": (400, "There is no such parameter"),
    "too_many_parameters": (400, "There are too many parameters"),
    "repeated_parameter": (400, "The parameter may be given once"),
    "page_refused": (400, "Pages of other sites may not ask this"),
    "key_required": (401, "A key is needed"),
    "not_found": (404, "There is nothing at this address"),
    "no_model": (404, "There is no such model"),
    "film_not_found": (404, "There is no such film"),
    "method_not_allowed": (405, "The method is not served here"),
    "training_runs": (409, "A training runs already"),
    "body_too_large": (413, "The body is too large"),
    "address_too_long": (400, "The address is too long"),
    "invalid_value": (422, "A value is not allowed"),
    "too_many_requests": (429, "Too many requests"),
    "server_busy": (429, "The server is at its limit"),
    "fault": (500, "The program has a fault"),
    "no_bundle": (503, "There is no catalogue to answer from"),
}
"""By code: the HTTP status, and the title. Where there is no bundle, only a search and `/ready` say 503, others 404."""


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a request.

    `field`: the parameter, or the path into the body with dots, "" where it is neither. `allowed`: what would be right,
    in the words of JSON Schema. Never holds the value that was given.
    """

    detail: str
    field: str = ""
    allowed: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class Problem(Exception):
    """An answer that is an error.

    Args:
        code: one of CODES.
        faults: what is wrong, the first one first; at least one.
        status: where it is not that of the code.
        headers: to be sent with it.
    """

    def __init__(self, code: str, *faults: Fault, status: int = 0, headers: Mapping[str, str] | None = None) -> None:
        self.code, self.faults, self.headers = code, faults, dict(headers or {})
        self.status = status or CODES[code][0]
        super().__init__(code)

    def to_json(self, request_id: str) -> dict[str, Any]:
        """Return the members of the answer's body."""
        first = self.faults[0]
        return {
            "type": f"urn:kadr:problem:{self.code}",
            "title": CODES[self.code][1],
            "status": self.status,
            "detail": first.detail,
            "instance": f"urn:kadr:request:{request_id}",
            "code": self.code,
            "field": first.field,
            "allowed": dict(first.allowed),
            "errors": [
                {"detail": each.detail, "field": each.field, "allowed": dict(each.allowed)} for each in self.faults
            ],
        }


def response(problem: Problem, scope: Scope) -> JSONResponse:
    """Return a problem as the answer to a request."""
    headers = {"Cache-Control": "no-store", **problem.headers}
    body = problem.to_json(Asked.of(scope).id)
    return JSONResponse(body, problem.status, headers, media_type=MEDIA_TYPE)
