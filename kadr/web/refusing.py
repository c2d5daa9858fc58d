"""What is wrong with a request, from the errors of those who read it: FastAPI, pydantic, the router."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kadr.errors import QueryError
from kadr.recommend.types import EVENT_KINDS
from kadr.web.asked import route_of
from kadr.web.problems import Fault, Problem, response

__all__ = ["on_http", "on_problem", "on_query", "on_values", "once"]

MOST_PARAMETERS = 500
"""Of one request, each value counted: a dozen filters of 20 values each are half of it."""
MOST_FAULTS = 20
"""Of one request, what is told; a body may have thousands."""
SAID = frozenset(
    {
        "type",
        "enum",
        "const",
        "pattern",
        "format",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
    }
)
"""What of a parameter's schema tells what is allowed."""
BOUNDS = {"ge": "minimum", "le": "maximum", "max_length": "maxLength", "min_length": "minLength", "pattern": "pattern"}
"""How JSON Schema calls what pydantic's errors name."""


async def once(request: Request) -> None:
    """Refuse a request that gives a parameter twice where one value counts, or more of them than anyone needs.

    Raises:
        Problem: it does.
    """
    given = Counter(name for name, _ in request.query_params.multi_items())
    if given.total() > MOST_PARAMETERS:
        detail = f"The address has {given.total()} parameters, at most {MOST_PARAMETERS} are taken"
        raise Problem("too_many_parameters", Fault(detail, allowed={"maxItems": MOST_PARAMETERS}))
    for name, schema in _parameters(request).items():
        if given[name] > 1 and schema.get("type") != "array":
            raise Problem("repeated_parameter", Fault("This parameter takes one value", name))


async def on_problem(request: Request, error: Exception) -> Response:
    """Answer a problem that a route found."""
    if not isinstance(error, Problem):
        raise error
    return response(error, request.scope)


async def on_http(request: Request, error: Exception) -> Response:
    """Answer what the router refuses: an address or a method that there is not, a body that cannot be read."""
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 405:
        allowed = sorted(each.strip() for each in (error.headers or {}).get("Allow", "").split(",") if each.strip())
        if "GET" in allowed:
            allowed = sorted({*allowed, "HEAD"})  # which `Heads` serves; no route knows of it
        fault = Fault("This address serves other methods", allowed={"enum": allowed})
        return response(Problem("method_not_allowed", fault, headers={"Allow": ", ".join(allowed)}), request.scope)
    if error.status_code == 404:
        return response(Problem("not_found", Fault("No route has this address; /docs lists all")), request.scope)
    return response(Problem("malformed_body", Fault("The body must be JSON in UTF-8")), request.scope)


async def on_query(request: Request, error: Exception) -> Response:
    """Answer what the engine refuses; its message begins with the name of the field."""
    if not isinstance(error, QueryError):
        raise error
    field, _, detail = str(error).partition(": ")
    return response(Problem("invalid_value", Fault(detail, field)), request.scope)


async def on_values(request: Request, error: Exception) -> Response:
    """Answer values that are not as their description has them; no value is told again."""
    if not isinstance(error, RequestValidationError):
        raise error
    # What may be left out may be None to pydantic; no client can send that.
    errors: Sequence[Mapping[str, Any]] = [each for each in error.errors() if each["type"] != "none_required"]
    parameters = _parameters(request)
    faults = [_fault(each, parameters) for each in errors[:MOST_FAULTS]]
    if any(each["loc"] == ("body",) for each in errors) and not _is_json(request):
        faults = [Fault("Send JSON, with Content-Type: application/json", "body")]
    kinds = {(each["type"], each["loc"][0]) for each in errors}
    if any(kind == "json_invalid" for kind, _ in kinds):
        return response(Problem("malformed_body", Fault("The body must be JSON in UTF-8", "body")), request.scope)
    unknown = ("extra_forbidden", "query") in kinds
    if unknown:
        faults.sort(key=lambda fault: "enum" not in fault.allowed or fault.field in parameters)
    return response(Problem("unknown_parameter" if unknown else "invalid_value", *faults), request.scope)


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


def _fault(error: Mapping[str, Any], parameters: Mapping[str, Mapping[str, Any]]) -> Fault:
    place, *path = error["loc"]
    if error["type"] == "extra_forbidden" and place == "query":
        # The name is the client's own text: it is told, cut to a length, so that a slip can be found.
        return Fault("This route has no such parameter", str(path[0])[:100], {"enum": sorted(parameters)})
    name = str(path[0]) if path else place
    return _of_body(error, path) if place == "body" else Fault(error["msg"], name, _allowed(parameters.get(name, {})))


def _of_body(error: Mapping[str, Any], path: Sequence[str | int]) -> Fault:
    """Return what is wrong in a body, at the place that who sent it knows: an event's kind is no part of it."""
    context = error.get("ctx", {})
    steps = [
        str(step)[:100]
        for before, step in zip(("", *path), path, strict=False)
        if not (isinstance(before, int) and step in EVENT_KINDS)
    ]
    if error["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        # Its own message repeats what was sent.
        steps.append(context["discriminator"].strip("'"))
        missing = error["type"] == "union_tag_not_found"
        detail = "Field required" if missing else "Input should be one of the values that are allowed"
        return Fault(detail, ".".join(steps), {"enum": list(EVENT_KINDS)})
    allowed = {word: context[key] for key, word in BOUNDS.items() if key in context}
    return Fault(error["msg"], ".".join(steps), allowed)


def _allowed(schema: Mapping[str, Any]) -> dict[str, Any]:
    told = {key: value for key, value in schema.items() if key in SAID}
    if "items" in schema:
        told["items"] = _allowed(schema["items"])
    return told


def _parameters(request: Request) -> dict[str, Mapping[str, Any]]:
    """Return the schemas of the parameters of the route that took a request, by name."""
    paths = request.app.openapi()["paths"]
    route = paths.get(route_of(request.scope), {})
    return {each["name"]: each["schema"] for each in route.get(request.method.lower(), {}).get("parameters", ())}
