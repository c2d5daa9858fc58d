"""The description of the API (OpenAPI): what FastAPI gathers, with the problems and the keys that it does not see."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from kadr.web.models import ProblemOut
from kadr.web.problems import MEDIA_TYPE

__all__ = ["Api", "describe", "problems", "sent"]

MEANINGS = {
    304: "What the client keeps still holds",
    400: "The request cannot be read, is too long, or has a parameter that there is not",
    401: "The server asks for a key, and this is none of its keys",
    404: "There is nothing of this id, or no bundle",
    409: "A training runs already; `Retry-After` says when to ask again",
    413: "The body is too large",
    422: "A value is not allowed; the problem says which are",
    429: "The client asked too often, or all ask too much; `Retry-After` says when to ask again",
    503: "There is no bundle to answer from",
}
EVERYWHERE = (400, 401, 404, 413, 422, 429)
"""What any route about the catalogue may answer: 404 where there is no bundle at all."""
UNREADABLE = {"schema": {"type": "string"}, "example": "Invalid HTTP request received."}
"""What the server under the API says itself where the head of a request is no HTTP, or has more than 64 kB."""
TEMPLATE = "#/components/schemas/{model}"
REF = {"$ref": TEMPLATE.format(model="ProblemOut")}


class Api(FastAPI):
    """An application that describes itself as `describe` does, once."""

    def openapi(self) -> dict[str, Any]:
        """Return the description."""
        if self.openapi_schema is None:
            self.openapi_schema = describe(self)
        return self.openapi_schema


def problems(*statuses: int, everywhere: bool = True) -> dict[int | str, dict[str, Any]]:
    """Return the descriptions of what a route may answer beside what it is for.

    Args:
        statuses: of this route.
        everywhere: whether those of every route about the catalogue are among them.
    """
    told = sorted({*statuses, *(EVERYWHERE if everywhere else (400, 413))})
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
    schemas = {**components.get("schemas", {}), **_schemas(ProblemOut), **_sent_schemas(told)}
    components["schemas"] = dict(sorted(schemas.items()))
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


def sent(model: type[BaseModel]) -> dict[str, Any]:
    """Return the description of a body that a route reads itself, for its `openapi_extra`."""
    schema = model.model_json_schema(ref_template=TEMPLATE)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _schemas(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template=TEMPLATE)
    return {**schema.pop("$defs", {}), model.__name__: schema}


def _sent_schemas(told: dict[str, Any]) -> dict[str, Any]:
    """Take the definitions out of the bodies that `sent` described, and return them."""
    found: dict[str, Any] = {}
    for methods in told["paths"].values():
        for operation in methods.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                found |= content["schema"].pop("$defs", {})
    return found
