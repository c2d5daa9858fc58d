"""Searching: films for a description, and what may be chosen next."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.desk import DeskHere, Told, left_ms
from app.api.models import FacetsOut, SearchOut
from app.api.parameters import Narrowing, SearchParameters
from kadr.live import Opened
from kadr.search.output import to_json
from kadr.search.types import SearchResult
from kadr.web.asked import Asked
from kadr.web.described import problems

__all__ = ["router"]

router = APIRouter(tags=["search"])


@router.get("/search", responses={200: {"model": SearchOut}, **problems(304, 503)})
async def search(asked: Annotated[SearchParameters, Query()], request: Request, desk: DeskHere) -> Response:
    """Find films by a description or a title, with filters, facets, and why each film is there.

    Where a hosted model is slow or away, the answer comes in time without it, says so in `degraded`, and is not to be
    kept.
    """
    results = desk.settings.results

    def work(opened: Opened) -> Told:
        options = asked.page(left_ms(request, asked.timeout_ms), results)
        result = opened.engine.search(asked.q, **options)
        _note(desk, request, result)
        return Told(to_json(result), lasting=_lasting(result))

    return await desk.tell_keeping(request, {**asked.said(), "k": asked.k or results}, work, status=503)


@router.get("/facets", responses={200: {"model": FacetsOut}, **problems(304)})
async def facets(asked: Annotated[Narrowing, Query()], request: Request, desk: DeskHere) -> Response:
    """Count what may be chosen next: genres, countries, decades, people, themes, with the filters as they are."""

    def work(opened: Opened) -> Told:
        options = asked.options(left_ms(request, asked.timeout_ms))
        options["k"] = 1
        result = opened.engine.search(asked.q, **options)
        _note(desk, request, result)
        told = to_json(result)
        return Told({"total": told["total"], "facets": told["facets"]}, lasting=_lasting(result))

    return await desk.tell_keeping(request, asked.said(), work)


def _note(desk: DeskHere, request: Request, result: SearchResult) -> None:
    """Count a search, and tell the log how it was answered."""
    desk.meters.searched(result)
    Asked.of(request.scope).told |= {"mode": result.mode.value, "encoder": result.encoder, "degraded": result.degraded}


def _lasting(result: SearchResult) -> bool:
    """Return whether the same search gets the same answer again: no service failed it."""
    return not result.degraded and not any(result.refined.values())
