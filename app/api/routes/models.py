"""The models that recommend: what each learned from, and how good it was."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.api.desk import DeskHere, Told
from app.api.models import ModelsOut
from app.api.told import created
from kadr.live import Opened
from kadr.recommend.types import ModelInfo
from kadr.web.described import problems
from kadr.web.parameters import Nothing

__all__ = ["router"]

router = APIRouter(tags=["models"])


@router.get("/models", responses={200: {"model": ModelsOut}, **problems(304)})
async def models(asked: Annotated[Nothing, Query()], request: Request, desk: DeskHere) -> Response:
    """List the models of this bundle: name, kind, what it was trained on, and its figures on a validation split.

    "content" and "popular" are always there, "fusion" and "collaborative" where the bundle was built with ratings. The
    best comes first.
    """

    def work(opened: Opened) -> Told:
        at = created(opened.engine.path)
        return Told({"models": [_model(each, at) for each in opened.engine.models()]})

    return await desk.tell_keeping(request, asked.said(), work)


def _model(each: ModelInfo, at: str) -> dict[str, Any]:
    return {
        "name": each.name,
        "kind": each.kind,
        "at": at,
        "trained_on": dict(each.trained_on),
        "figures": dict(each.figures),
    }
