"""The API put together: routes, layers, errors."""

import re

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Match, Mount
from starlette.types import Scope

from app.api.desk import Desk
from app.api.meters import Meters
from app.api.routes import catalogue, films, models, predicting, recommending, search, service
from kadr import __version__
from kadr.errors import QueryError
from kadr.live import Live
from kadr.settings import Settings
from kadr.web.cors import Cors
from kadr.web.described import Api
from kadr.web.guard import Guard
from kadr.web.heads import Heads
from kadr.web.problems import Problem
from kadr.web.refusing import on_http, on_problem, on_query, on_values, once
from kadr.web.trace import Trace

__all__ = ["PREFIX", "create", "mount"]

PREFIX = "/api/v1"
"""Where the API stands, beside the pages and alone."""
LEAST_GZIP = 500
"""Bytes: below it packing saves no packet."""
GZIP_LEVEL = 4
"""A page of films gets 6 % larger than by level 9, in 40 % of the time, which is the event loop's."""
DESCRIPTION = """Find films by description, in Russian or English, and build on it.

Answers about the catalogue carry an `ETag`; ask again with `If-None-Match` and you get 304 for as long as the same
bundle serves. Every error is a problem after RFC 9457 with a code, the field and what is allowed. A search answers in
time (`timeout_ms`): a hosted model that is slow or away is not waited for, and `degraded` says so."""


def create(live: Live, settings: Settings) -> FastAPI:
    """Return the API; `mount` brings it to its place.

    Args:
        live: gives the bundle of the moment; what has none yet answers 503 where it is asked to search.
        settings: keys, limits, proxies, origins, the log, and the size of a page.
    """
    api = Api(
        title="Kadr",
        version=__version__,
        description=DESCRIPTION,
        servers=[{"url": PREFIX}],
        root_path_in_servers=False,
        docs_url=None,  # its page takes scripts from elsewhere; ours is in routes.service
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_name,
        dependencies=[Depends(once)],
        exception_handlers={
            Problem: on_problem,
            HTTPException: on_http,
            QueryError: on_query,
            RequestValidationError: on_values,
        },
    )
    meters = Meters()
    api.state.desk = Desk(live, settings, meters)
    for module in (search, films, recommending, models, predicting, catalogue, service):
        api.include_router(module.router)
    # The last one added is the outermost: a refused request, too, has its id, and its answer reaches a page elsewhere.
    api.add_middleware(Guard, settings=settings)
    api.add_middleware(GZipMiddleware, minimum_size=LEAST_GZIP, compresslevel=GZIP_LEVEL)
    if settings.api_origins:
        api.add_middleware(Cors, origins=settings.api_origins)
    api.add_middleware(Heads)  # around the packing, which tells by the whole body how long it is
    api.add_middleware(Trace, count=meters.answered, log_queries=settings.log_queries)
    return api


class Place(Mount):
    """Where the API stands; its address without the slash at the end is its, too, and not of what stands beside it."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether a request is the API's, and what it is told of it."""
        if scope["type"] != "http" or scope["path"].removeprefix(scope.get("root_path", "")) != self.path:
            return super().matches(scope)
        path = scope["path"] + "/"
        match, told = super().matches({**scope, "path": path})
        return match, {**told, "path": path}


def mount(live: Live, settings: Settings) -> Mount:
    """Return the API at its place, for the routes of an application that serves other things beside it."""
    place = Place(PREFIX, app=create(live, settings))
    # A path may hold a line's end, which a dot does not match: that, too, is the API's to answer.
    place.path_regex = re.compile(place.path_regex.pattern, re.DOTALL)
    return place


def _name(route: APIRoute) -> str:
    return route.name
