"""What the three kinds of services take and give: requests read, answers and refusals formed, all as pure functions.

The shapes, statuses and texts are those that hf-inference's toolkit, text-embeddings-inference 1.9 and OpenAI-style
providers were seen to give; where nothing was seen, a text says the like.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from tests.servers.vectors import words_of
from tests.servers.wire import Received, Reply, json_reply, text_reply

__all__ = ["Dialect", "Question", "Route", "Row", "Service", "answer", "info", "overloaded", "question", "refusal"]

_HF = re.compile(r"/hf-inference/models/([^/]+/[^/]+)/pipeline/feature-extraction")
_ROUTED = ("/deepinfra/v1/openai/embeddings", "/scaleway/v1/embeddings", "/together/v1/embeddings")
_OPENAI = ("/v1/embeddings", "/embeddings")
_TEI = ("/embed", "/")


class Dialect(StrEnum):
    """Whose format is spoken."""

    HF = "hf-inference"
    OPENAI = "openai"
    TEI = "tei"


@dataclass(frozen=True, slots=True)
class Service:
    """What is served.

    `models`: those that are known; the first is the one behind `/embed`. `unit`: vectors have length one (except where
    a request of TEI says otherwise). `token_level`: hf-inference gives the vectors of tokens, as it does for a model
    that is not tagged as a sentence transformer. `max_tokens`: longer texts are cut off, and refused at token level.
    `batch_limit`: texts that a call of TEI may hold. `payload_limit`: bytes that a body of TEI may have.
    """

    models: tuple[str, ...] = ("maker/model",)
    dim: int = 32
    unit: bool = True
    token_level: bool = False
    max_tokens: int = 512
    batch_limit: int = 32
    payload_limit: int = 2_000_000


class Route(NamedTuple):
    """What a path stands for. `model` is empty where the body or the server names it; `routed`: behind HF's router."""

    dialect: Dialect
    model: str = ""
    routed: bool = False

    @classmethod
    def of(cls, path: str) -> "Route | None":
        """Return what a path stands for; None where vectors are not given."""
        path = path.partition("?")[0]
        if hf := _HF.fullmatch(path):
            return cls(Dialect.HF, hf[1], routed=True)
        if path in _ROUTED or path in _OPENAI:
            return cls(Dialect.OPENAI, routed=path in _ROUTED)
        return cls(Dialect.TEI) if path in _TEI else None


class Question(NamedTuple):
    """Texts to be encoded. `bare`: a string was sent, not a list."""

    route: Route
    model: str
    texts: tuple[str, ...]
    bare: bool
    unit: bool


class Row(NamedTuple):
    """One text's answer: the `index` that an OpenAI-style answer gives it, and its vector, or vectors, as JSON."""

    place: int
    vector: bytes


def question(route: Route, received: Received, service: Service) -> Question | Reply:
    """Return what a request asks for, or the refusal of one that cannot be understood."""
    if route.dialect is Dialect.TEI and len(received.body) > service.payload_limit:
        return text_reply("Failed to buffer the request body: length limit exceeded", 413)
    if "application/json" not in (kind := received.headers.get("content-type", "")):
        return refusal(route, 415 if route.dialect is Dialect.TEI else 400, f'Content type "{kind}" not supported.')
    try:
        asked = json.loads(received.body)
    except ValueError:
        return refusal(route, 400, "unexpected end of data: line 1 column 1 (char 0)")
    key = "input" if route.dialect is Dialect.OPENAI else "inputs"
    if not isinstance(asked, dict) or key not in asked:
        message = f"Body needs to provide a {key} key, received: {received.body[:200]!r}"
        return refusal(route, 400 if route.dialect is Dialect.HF else 422, message)
    inputs = asked[key]
    texts = [inputs] if isinstance(inputs, str) else inputs
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        culprit = next((t for t in texts if not isinstance(t, str)), None) if isinstance(texts, list) else texts
        return refusal(route, 400, f"'{type(culprit).__name__}' object is not subscriptable")
    model = route.model or (str(asked.get("model", "")) if route.dialect is Dialect.OPENAI else service.models[0])
    unit = bool(asked.get("normalize", True)) if route.dialect is Dialect.TEI else service.unit
    return _allowed(Question(route, model, tuple(texts), isinstance(inputs, str), unit), service)


def _allowed(asked: Question, service: Service) -> Question | Reply:
    """Return a question that the service takes, or its refusal."""
    route, dialect, texts = asked.route, asked.route.dialect, asked.texts
    if asked.model not in service.models:
        if dialect is Dialect.HF:
            return text_reply("Not Found", 404)
        message = f"The model `{asked.model}` does not exist or you do not have access to it."
        return refusal(route, 404, message, "model_not_found")
    if not texts and dialect is not Dialect.HF:
        return refusal(route, 400, "`inputs` cannot be empty", "Empty")
    if dialect is Dialect.TEI and len(texts) > service.batch_limit:
        message = f"batch size {len(texts)} > maximum allowed batch size {service.batch_limit}"
        return refusal(route, 422, message, "Validation")
    if dialect is Dialect.HF and service.token_level:
        longest = max((len(words_of(text)) + 2 for text in texts), default=0)
        if longest > service.max_tokens:
            message = f"The size of tensor a ({longest}) must match the size of tensor b ({service.max_tokens}) at "
            return refusal(route, 400, message + "non-singleton dimension 1")
    return asked


def refusal(route: Route, status: int, message: str, kind: str = "Validation") -> Reply:
    """Return a refusal as the dialect words it; `kind` is its error type or code, where it has one."""
    if route.dialect is Dialect.TEI:
        return json_reply({"error": message, "error_type": kind}, status)
    if route.dialect is Dialect.OPENAI:
        return json_reply(
            {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": kind}}, status
        )
    return json_reply({"error": message}, status)


def overloaded(route: Route) -> Reply:
    """Return what is said where more requests are in flight than allowed."""
    return refusal(route, 429, "Model is overloaded", "Overloaded").plus({"Retry-After": "1"})


def answer(asked: Question, rows: Sequence[Row]) -> Reply:
    """Return the vectors as the dialect gives them."""
    json_type = {"Content-Type": "application/json"}
    if asked.route.dialect is Dialect.OPENAI:
        data = b",".join(b'{"object":"embedding","index":%d,"embedding":%s}' % (row.place, row.vector) for row in rows)
        tokens = sum(len(words_of(text)) + 2 for text in asked.texts)
        rest = {"model": asked.model, "usage": {"prompt_tokens": tokens, "total_tokens": tokens}}
        return Reply(200, b'{"object":"list","data":[%s],%s' % (data, json.dumps(rest).encode()[1:]), json_type)
    if asked.bare and asked.route.dialect is Dialect.HF and rows:
        return Reply(200, rows[0].vector, json_type)  # the toolkit drops the dimension of the batch
    return Reply(200, b"[%s]" % b",".join(row.vector for row in rows), json_type)


def info(received: Received, service: Service) -> Reply:
    """Return what a request gets that asks for no vectors: TEI's `/info` and `/health`; 404 elsewhere."""
    if received.path == "/health":
        return Reply(200)
    if received.path != "/info":
        return text_reply("Not Found", 404)
    about: dict[str, Any] = {
        "model_id": service.models[0],
        "model_sha": None,
        "model_dtype": "float32",
        "model_type": {"embedding": {"pooling": "mean"}},
        "max_concurrent_requests": 512,
        "max_input_length": service.max_tokens,
        "max_batch_tokens": 16_384,
        "max_client_batch_size": service.batch_limit,
        "auto_truncate": True,
        "version": "1.9.3",
    }
    return json_reply(about)
