"""The routes of the training server."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.responses import HTMLResponse, RedirectResponse

from kadr.trainer.arriving import TrainBody
from kadr.trainer.asked import PredictBody, TrainParameters, asked_about, json_of
from kadr.trainer.desk import DeskHere, answer
from kadr.trainer.models import JobOut, JobsOut, TrainedModelsOut
from kadr.web.described import problems, sent
from kadr.web.models import HealthOut
from kadr.web.page import page
from kadr.web.parameters import Nothing
from kadr.web.predicting import PredictedOut, PredictParameters, predictions
from kadr.web.problems import Fault, Problem

__all__ = ["router"]

router = APIRouter()
EXAMPLES = {"models": "/models", "jobs": "/jobs", "health": "/health"}
"""By operation, an address to click."""

JobId = Annotated[str, Path(max_length=64, description="As `/train` names it.", examples=["4f1c"])]


@router.get("/models", responses={200: {"model": TrainedModelsOut}, **problems()}, tags=["models"])
async def models(_asked: Annotated[Nothing, Query()], desk: DeskHere) -> Response:
    """List the models that were trained: name, kind, versions, what on, when, and the figures."""
    return answer(await desk.run(desk.workshop.told))


@router.post(
    "/predict",
    responses={200: {"model": PredictedOut}, **problems()},
    openapi_extra=sent(PredictBody),
    tags=["models"],
)
async def predict(asked: Annotated[PredictParameters, Query()], request: Request, desk: DeskHere) -> Response:
    """Predict what each user will like: full records of films by user, those that he rated left out.

    The body is a plain list of user ids of the training data, or a list of histories as the public API takes them.
    Users of whom nothing is known get the best known films and are named in `popular`.
    """
    body = await json_of(request)

    def work() -> Response:
        users, histories = asked_about(body)
        ready = desk.workshop.ready(asked.model_name)
        made = ready.predicted(users, asked.top_k) if users else ready.folded(histories, asked.top_k)
        return answer(predictions(asked.model_name, str(ready.version), made))

    return await desk.run(work)


@router.post(
    "/train",
    status_code=202,
    responses={
        202: {
            "model": JobOut,
            "description": "The training runs; look at it where `Location` says",
            "headers": {"Location": {"schema": {"type": "string"}, "description": "The job's address"}},
        },
        **problems(409),
    },
    openapi_extra=sent(TrainBody),
    tags=["training"],
)
async def train(asked: Annotated[TrainParameters, Query()], request: Request, desk: DeskHere) -> Response:
    """Learn from new ratings: a new version of the model, whose earlier ones stay as they are.

    Of several ratings of one user for one film the last one counts, those of earlier trainings included. One training
    runs at a time.
    """
    desk.jobs.check_idle()
    body = await json_of(request)
    work = await desk.run(lambda: desk.workshop.training(asked, body))
    job = desk.jobs.start(asked.model_name, work)
    place = f"{request.scope.get('root_path', '')}/jobs/{job.id}"
    return answer(asdict(job), 202, Location=place)


@router.get("/jobs", responses={200: {"model": JobsOut}, **problems()}, tags=["training"])
async def jobs(_asked: Annotated[Nothing, Query()], desk: DeskHere) -> Response:
    """List the trainings since the server started, the newest first."""
    return answer({"jobs": [asdict(job) for job in desk.jobs.all()]})


@router.get("/jobs/{job_id}", responses={200: {"model": JobOut}, **problems()}, tags=["training"])
async def job(job_id: JobId, _asked: Annotated[Nothing, Query()], desk: DeskHere) -> Response:
    """Get one training: how far it is, and in the end the new version and what was measured of it."""
    found = desk.jobs.get(job_id)
    if found is None:
        raise Problem("not_found", Fault("There is no job of this id; /jobs lists all", "job_id"))
    return answer(asdict(found))


@router.get("/health", responses={200: {"model": HealthOut}, **problems(422, everywhere=False)}, tags=["service"])
async def health(_asked: Annotated[Nothing, Query()]) -> Response:
    """Tell that the process runs: for what restarts it where it does not."""
    return answer({"status": "live"})


@router.get("/docs", include_in_schema=False)
async def docs(request: Request) -> Response:
    """Show the description as a page to read."""
    return HTMLResponse(page(request.app.openapi(), request.scope.get("root_path", ""), EXAMPLES))


@router.get("/", include_in_schema=False)
async def start(request: Request) -> Response:
    """Lead who only knows the server's address to its description."""
    return RedirectResponse(f"{request.scope.get('root_path', '')}/docs")
