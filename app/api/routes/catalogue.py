"""The catalogue: what somebody who types may mean, themes, and the bundle itself."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.api.desk import DeskHere, Told
from app.api.models import BundleOut, SuggestionsOut, ThemesOut
from app.api.parameters import Typed
from app.api.told import created
from kadr.live import Opened
from kadr.search.types import Suggestion
from kadr.web.described import problems
from kadr.web.parameters import Nothing

__all__ = ["router"]

router = APIRouter(tags=["catalogue"])


@router.get("/suggest", responses={200: {"model": SuggestionsOut}, **problems(304)})
async def suggest(asked: Annotated[Typed, Query()], request: Request, desk: DeskHere) -> Response:
    """Complete what somebody is typing: titles, people, genres, queries, slips and wrong layouts included."""

    def work(opened: Opened) -> Told:
        found = opened.engine.suggest(asked.q, asked.k, asked.recent)
        return Told({"suggestions": [_suggestion(each) for each in found]})

    return await desk.tell_keeping(request, asked.said() | {"recent": asked.recent}, work)


@router.get("/themes", responses={200: {"model": ThemesOut}, **problems(304)})
async def themes(asked: Annotated[Nothing, Query()], request: Request, desk: DeskHere) -> Response:
    """List what the films tell of, the largest theme first."""
    return await desk.tell_keeping(
        request, asked.said(), lambda opened: Told({"themes": [asdict(each) for each in opened.engine.themes()]})
    )


@router.get("/bundle", responses={200: {"model": BundleOut}, **problems()})
async def bundle(_asked: Annotated[Nothing, Query()], desk: DeskHere) -> Response:
    """Tell which bundle serves: its version, sources and their notices, quality, encoders, age."""
    return await desk.tell(lambda opened: Told(_bundle(opened, newer_refused=desk.newer_refused)))


def _suggestion(each: Suggestion) -> Mapping[str, Any]:
    """Return a suggestion without its rows, which mean nothing outside of the engine."""
    return {name: value for name, value in asdict(each).items() if name != "rows"}


def _bundle(opened: Opened, *, newer_refused: bool) -> Mapping[str, Any]:
    manifest, state = opened.engine.manifest, opened.engine.encoder_state()
    profile = manifest.encoder
    return {
        "version": manifest.version,
        "created": created(opened.engine.path),
        "opened": datetime.fromtimestamp(opened.since, UTC).isoformat(timespec="seconds"),
        "counts": dict(manifest.counts),
        "years": opened.years,
        "sources": [asdict(source) for source in manifest.sources],
        "encoder": {
            **{name: profile[name] for name in ("provider", "model", "dim")},
            "legs": state.legs,
            "lack": state.lack,
        },
        "quality": dict(manifest.quality),
        "newer_refused": newer_refused,
    }
