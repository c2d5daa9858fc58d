"""The training server put together: routes, layers, errors."""

from pathlib import Path

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from kadr import __version__
from kadr.errors import QueryError
from kadr.live import Live
from kadr.recommend.train.store import Store
from kadr.settings import Settings
from kadr.trainer.desk import Desk
from kadr.trainer.jobs import Jobs
from kadr.trainer.routes import router
from kadr.trainer.workshop import Workshop
from kadr.web.described import Api
from kadr.web.guard import Guard
from kadr.web.heads import Heads
from kadr.web.problems import Problem
from kadr.web.refusing import on_http, on_problem, on_query, on_values, once
from kadr.web.trace import Trace

__all__ = ["MAX_BODY", "create"]

MAX_BODY = 64 * 1024 * 1024
"""Bytes: a million ratings, ids of films of forty characters among them."""
LEAST_GZIP = 500
"""Bytes: below it packing saves no packet."""
DESCRIPTION = """Predict for the users of the training data, and learn from new ratings.

Every request but that for `/health` and this page needs the key. A training answers 202 at once, with where to look at
it; its model is a new version, and those before it stay as they are. Every error is a problem after RFC 9457 with a
code, the field and what is allowed."""


def create(store: Store, live: Live, key: str) -> FastAPI:
    """Return the training server.

    Args:
        store: the trained models.
        live: gives the bundle of the moment, whose films are recommended.
        key: who shows it is let in.
    """
    api = Api(
        title="Kadr training",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,  # its page takes scripts from elsewhere; ours is in routes
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
    api.state.desk = Desk(Workshop(store, live), Jobs())
    api.include_router(router)
    # The outermost is the last one, as in the public API. No limit of rate: whoever has the key is one of us.
    settings = Settings(bundle=Path(), results=1, api_keys=(key,), api_rate=0)
    api.add_middleware(Guard, settings=settings, max_body=MAX_BODY)
    api.add_middleware(GZipMiddleware, minimum_size=LEAST_GZIP)
    api.add_middleware(Heads)
    api.add_middleware(Trace, count=_uncounted, log_queries=False)
    return api


def _name(route: APIRoute) -> str:
    return route.name


def _uncounted(_route: str, _method: str, _status: int, _seconds: float) -> None:
    """Take no note of an answer: the log has it, and there is one who asks."""
