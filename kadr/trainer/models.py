"""What the training server answers, for who reads its description."""

from typing import Any, Literal

from pydantic import Field

from kadr.web.models import Out

__all__ = ["JobOut", "JobsOut", "TrainedModelsOut"]


class TrainedModelOut(Out):
    """A model that was trained here or by `kadr train`, in its newest version."""

    name: str = Field(description="What `model_name` takes.", examples=["ease-uw"])
    kind: str = Field(examples=["reduced-rank"])
    version: int = Field(description="The newest; none before it was changed.", examples=[3])
    versions: list[int] = Field(examples=[[1, 2, 3]])
    at: str = Field(description="When it was trained, ISO 8601, UTC.", examples=["2026-11-21T09:30:00+00:00"])
    trained_on: dict[str, Any] = Field(
        description="Ratings, users, films, and from which value on a rating is a like.",
        examples=[{"ratings": 90_210, "users": 600, "films": 3_200, "liked_from": 7.0}],
    )
    parameters: dict[str, Any]
    figures: dict[str, Any] = Field(
        description="What was measured on a validation split.", examples=[{"ndcg@10": 0.34}]
    )


class TrainedModelsOut(Out):
    """The models that there are, and the names under which one may be trained."""

    models: list[TrainedModelOut]
    trainable: list[str] = Field(examples=[["als", "ease-uw"]])


class ProgressOut(Out):
    """How far a job is; `total` is 0 where it is not known."""

    step: str
    done: int
    total: int
    note: str


class JobOut(Out):
    """A training."""

    id: str
    model_name: str = Field(examples=["ease-uw"])
    started: str = Field(description="ISO 8601, UTC.")
    state: Literal["running", "done", "failed"]
    ended: str = Field(description="ISO 8601, UTC; empty while it runs.")
    progress: ProgressOut
    seconds: dict[str, float] = Field(description="What each step took that is over.")
    messages: list[str]
    result: dict[str, Any] = Field(
        description="What came of it: the new version, and NDCG@10 of the held-out likes before and after.",
        examples=[{"version": 4, "ratings": 90_213, "validation": {"likes": 20, "before": 0.31, "after": 0.33}}],
    )
    error: str = Field(description="Why it failed; empty where it did not.")


class JobsOut(Out):
    """The jobs that are remembered, the newest first."""

    jobs: list[JobOut]
