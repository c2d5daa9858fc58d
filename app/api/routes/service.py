"""The service itself: whether it lives, whether it can answer, how it does."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse

from app.api.desk import NOT_KEPT, DeskHere
from app.api.models import ReadyOut
from app.api.told import created
from kadr.web.described import problems
from kadr.web.models import HealthOut
from kadr.web.page import page
from kadr.web.parameters import Nothing
from kadr.web.problems import Problem

__all__ = ["EXAMPLES", "router"]

router = APIRouter(tags=["service"])

EXAMPLES = {
    "search": "/search?q=робот и мальчик&k=3",
    "facets": "/facets?q=робот&genre=фантастика",
    "suggest": "/suggest?q=мал",
    "random": "/random?k=2",
    "themes": "/themes",
    "models": "/models",
    "bundle": "/bundle",
    "health": "/health",
    "ready": "/ready",
    "metrics": "/metrics",
}
"""By operation, an address to click: one that any catalogue has an answer to."""


@router.get("/health", responses={200: {"model": HealthOut}, **problems(422, everywhere=False)})
async def health(_asked: Annotated[Nothing, Query()]) -> Response:
    """Tell that the process runs: for what restarts it where it does not."""
    return JSONResponse({"status": "live"}, headers=NOT_KEPT)


@router.get("/ready", responses={200: {"model": ReadyOut}, **problems(422, 503, everywhere=False)})
async def ready(_asked: Annotated[Nothing, Query()], desk: DeskHere) -> Response:
    """Tell whether a bundle is open: for what sends visitors here, or waits with it."""
    opened = await desk.watch(lambda: desk.opened(503))
    return JSONResponse({"status": "ready", "version": opened.engine.manifest.version}, headers=NOT_KEPT)


@router.get(
    "/metrics",
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Prometheus text format"},
        **problems(401, 422, 429, everywhere=False),
    },
)
async def metrics(_asked: Annotated[Nothing, Query()], desk: DeskHere) -> Response:
    """Give the figures that an operator watches, in the format of Prometheus."""

    def text() -> bytes:
        try:
            opened = desk.opened()
        except Problem:
            return desk.meters.text(None, None)
        built = created(opened.engine.path)
        return desk.meters.text(opened, datetime.fromisoformat(built).timestamp() if built else None)

    return Response(await desk.watch(text), headers=NOT_KEPT, media_type=CONTENT_TYPE_LATEST)


@router.get("/docs", include_in_schema=False)
async def docs(request: Request) -> Response:
    """Show the description as a page to read."""
    return HTMLResponse(page(request.app.openapi(), request.scope.get("root_path", ""), EXAMPLES))


@router.get("/", include_in_schema=False)
async def start(request: Request) -> Response:
    """Lead who only knows the API's address to its description."""
    return RedirectResponse(f"{request.scope.get('root_path', '')}/docs")
