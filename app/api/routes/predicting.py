"""Predictions of a model that is chosen by its name, for the histories of several visitors; nothing of them stays."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.api.desk import DeskHere, Told
from kadr.live import Opened
from kadr.turns import aside
from kadr.web.described import problems
from kadr.web.predicting import (
    PredictedOut,
    Prediction,
    PredictParameters,
    Visitors,
    check_model,
    predictions,
)

__all__ = ["router"]

router = APIRouter(tags=["models"])


@router.post("/predict", responses={200: {"model": PredictedOut}, **problems()})
async def predict(asked: Annotated[PredictParameters, Query()], told: Visitors, desk: DeskHere) -> Response:
    """Predict what each of several users will like: full records of films by user, those of the history left out.

    The body is a list of histories. Where one holds nothing to go by, its user gets the best known films and is named
    in `popular`. Histories come with each request and are kept nowhere.
    """
    histories = told.asked()

    def work(opened: Opened) -> Told:
        check_model(asked.model_name, [each.name for each in opened.engine.models()])
        made = {}
        for user, events in histories.items():
            with aside():
                pass  # who came meanwhile is served first: twenty histories take a tenth of a second
            found = opened.engine.recommend(events, asked.top_k, diversity=0.0, model=asked.model_name, reasons=0)
            films = [item.film for item in found.items]
            made[user] = Prediction(films, found.mode == "personal", found.unknown)
        return Told(predictions(asked.model_name, opened.engine.manifest.version, made))

    return await desk.tell(work)
