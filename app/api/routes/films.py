"""Films by their id, near to one, and drawn by lot."""

import secrets
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from app.api.desk import DeskHere, Told
from app.api.models import FilmsOut, HitsOut
from app.api.parameters import MAX_SEED, Drawn, Near
from kadr.film import Film
from kadr.live import Opened
from kadr.recommend.types import Similar
from kadr.search.output import film_to_json, hit_to_json
from kadr.web.described import problems
from kadr.web.models import FilmOut
from kadr.web.parameters import Nothing
from kadr.web.problems import Fault, Problem

__all__ = ["router"]

router = APIRouter(tags=["films"])
MAX_ID = 1_000
"""Characters of a film's id: the name of a source, and what stands for the film there."""

FilmId = Annotated[
    str,
    Path(
        max_length=MAX_ID,
        description="As answers name it; a slash in it may stand as it is, but before a last word `similar` as `%2F`.",
        examples=["mine:42"],
    ),
]


class Suffixed(APIRoute):
    """A route whose last word an id may end in as well: it is the id's where the slash before it is written `%2F`."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether a request is this route's, and what it is told of it."""
        word = self.path.rpartition("/")[2].encode()
        if scope.get("raw_path", b"").lower().endswith(b"%2f" + word):
            return Match.NONE, {}
        return super().matches(scope)


near = APIRouter(route_class=Suffixed)


# An id may hold slashes, so this one must be looked at before the next.
@near.get("/films/{film_id:path}/similar", responses={200: {"model": HitsOut}, **problems(304)})
async def similar(film_id: FilmId, asked: Annotated[Near, Query()], request: Request, desk: DeskHere) -> Response:
    """Find films like one, the most alike first, each with what makes it so.

    A film of which nothing is known in the way that is asked has none that is like it.
    """

    def work(opened: Opened) -> Told:
        _film(opened, film_id)
        found = opened.engine.similar(film_id, asked.k, asked.by, asked.filters(), sequels=asked.sequels)
        return Told({"hits": [_similar(each) for each in found]})

    return await desk.tell_keeping(request, asked.said(), work)


router.include_router(near)


@router.get("/films/{film_id:path}", responses={200: {"model": FilmOut}, **problems(304)})
async def film(film_id: FilmId, asked: Annotated[Nothing, Query()], request: Request, desk: DeskHere) -> Response:
    """Get one film with all that is known of it."""
    return await desk.tell_keeping(request, asked.said(), lambda opened: Told(film_to_json(_film(opened, film_id))))


@router.get("/random", responses={200: {"model": FilmsOut}, **problems(304)})
async def random(asked: Annotated[Drawn, Query()], request: Request, desk: DeskHere) -> Response:
    """Draw films by lot."""
    seed = secrets.randbelow(MAX_SEED) if asked.seed is None else asked.seed

    def work(opened: Opened) -> Told:
        drawn = opened.engine.random(asked.k, seed)
        return Told({"films": [film_to_json(each) for each in drawn]})

    if asked.seed is None:
        return await desk.tell(work)
    return await desk.tell_keeping(request, asked.said(), work)


def _similar(each: Similar) -> dict[str, Any]:
    return {
        **hit_to_json(each),
        "reasons": asdict(each.reasons),
        "series": [asdict(one) for one in each.series],
    }


def _film(opened: Opened, film_id: str) -> Film:
    found = opened.engine.film(film_id)
    if found is None:
        raise Problem("film_not_found", Fault("This catalogue has no film of this id", "film_id"))
    return found
