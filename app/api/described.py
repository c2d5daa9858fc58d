"""The description of the API (OpenAPI): what FastAPI gathers, with the problems and the keys that it does not see."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.api.models import ProblemOut
from app.api.problems import MEDIA_TYPE

__all__ = ["describe", "problems"]

MEANINGS = {
    304: "What the client keeps still holds",
    400: "The request cannot be read, or has a parameter that there is not",
    401: "The server asks for a key, and this is none of its keys",
    404: "There is no such film, or no bundle",
    413: "The body is too large",
    414: "The address is too long",
    422: "A value is not allowed; the problem says which are",
    429: "The client asked too often, or all ask too much; `Retry-After` says when to ask again",
    503: "There is no bundle to answer from",
}
EVERYWHERE = (400, 401, 404, 413, 414, 422, 429)
"""What any route about the catalogue may answer: 404 where there is no bundle at all."""
UNREADABLE = {"schema": {"type": "string"}, "example": "Invalid HTTP request received."}
"""What the server under the API says itself where the head of a request is no HTTP, or has more than 64 kB."""
REF = {"$ref": "#/components/schemas/ProblemOut"}


def problems(*statuses: int, everywhere: bool = True) -> dict[int | str, dict[str, Any]]:
    """Return the descriptions of what a route may answer beside what it is for.

    Args:
        statuses: of this route.
        everywhere: whether those of every route about the catalogue are among them.
    """
    told = sorted({*statuses, *(EVERYWHERE if everywhere else (400, 413, 414))})
    return {status: _told(status) for status in told}


def describe(api: FastAPI) -> dict[str, Any]:
    """Return the description of an API as JSON values."""
    told = get_openapi(
        title=api.title,
        version=api.version,
        description=api.description,
        routes=api.routes,
        tags=api.openapi_tags,
        servers=api.servers,
    )
    components = told.setdefault("components", {})
    components["schemas"] = dict(sorted({**components.get("schemas", {}), **_problem_schemas()}.items()))
    components["securitySchemes"] = {
        "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        "bearer": {"type": "http", "scheme": "bearer"},
    }
    told["security"] = [{}, {"key": []}, {"bearer": []}]  # the empty one: most servers ask for none
    return told


def _told(status: int) -> dict[str, Any]:
    if status == 304:
        return {"description": MEANINGS[status]}
    content: dict[str, Any] = {MEDIA_TYPE: {"schema": REF}}
    if status == 400:
        content["text/plain"] = UNREADABLE
    return {"description": MEANINGS[status], "content": content}


def _problem_schemas() -> dict[str, Any]:
    schema = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "ProblemOut": schema}
