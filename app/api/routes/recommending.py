"""Recommendations: a history in, films with reasons out. Nothing of the history stays."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from app.api.desk import DeskHere, Told
from app.api.models import RecommendedOut
from app.api.parameters import RecommendParameters
from kadr.live import Opened
from kadr.recommend.types import Recommendation
from kadr.search.output import film_to_json
from kadr.web.described import problems
from kadr.web.histories import History
from kadr.web.predicting import check_model

__all__ = ["router"]

router = APIRouter(tags=["films"])


@router.post("/recommendations", responses={200: {"model": RecommendedOut}, **problems()})
async def recommendations(asked: Annotated[RecommendParameters, Query()], told: History, desk: DeskHere) -> Response:
    """Recommend films for a history, each with the films of it that speak for it.

    The history comes with each request and is kept nowhere.
    """

    def work(opened: Opened) -> Told:
        check_model(asked.model_name, [each.name for each in opened.engine.models()])
        found = opened.engine.recommend(
            told.events(),
            asked.k,
            offset=asked.offset,
            filters=asked.filters(),
            diversity=asked.diversity,
            model=asked.model_name or "",
            reasons=asked.reasons,
        )
        items = [_item(each) for each in found.items]
        return Told({"mode": found.mode, "items": items, "unknown": found.unknown, "model": found.model})

    return await desk.tell(work)


def _item(each: Recommendation) -> dict[str, Any]:
    return {
        "rank": each.rank,
        "score": round(each.score, 6),
        "film": film_to_json(each.film),
        "because": each.because,
        "known": each.known,
        "others": each.others,
    }
