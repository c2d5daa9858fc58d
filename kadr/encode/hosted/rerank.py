"""A hosted cross-encoder: it reads a query and a passage together and says how well they fit.

Two dialects: hf-inference's `pipeline/text-ranking`, which its Python client does not know, and `/rerank` of
text-embeddings-inference, for a server of one's own.
"""

import hashlib
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kadr.encode.hosted.endpoint import ROUTER_PLACE, Endpoint, checked_model
from kadr.encode.hosted.faults import Asked, told
from kadr.encode.hosted.secrets import Keys
from kadr.encode.hosted.single import Pending, SingleCalls, SingleOptions, SingleState
from kadr.encode.hosted.waiting import as_sent
from kadr.errors import TextRefused

__all__ = ["SETTING", "CrossEncoder", "scores_of"]

SETTING = "search.rerank"
"""The key that names the model."""
_LIMIT = re.compile(r"maximum allowed batch size (\d{1,4})")
"""What text-embeddings-inference says to a call of more passages than its `--max-client-batch-size`, 32 by default."""
_ROUTE = "/hf-inference/models/{model}/pipeline/text-ranking"
_OWN_ROUTE = "/rerank"
_ROW_BYTES, _SPARE_BYTES = 128, 4_096
"""Of an answer: a score in double precision, an index, their names and white space; and what stands around them."""

MOST_SCORE = 1e30
"""No model gives more, and single precision holds it."""

Scores = NDArray[np.float32]


class CrossEncoder:
    """A cross-encoder as visitors meet it: asked once for all passages of a query. Safe for threads."""

    def __init__(
        self,
        model: str,
        keys: Keys,
        *,
        router: str,
        url: str = "",
        options: SingleOptions = SingleOptions(),  # noqa: B008  # frozen: one may serve all
    ) -> None:
        """Check where to ask; nothing is sent.

        Args:
            model: organisation/name; of a server of one's own any name, since it serves one model.
            keys: the tokens.
            router: Hugging Face's router, or what stands for it.
            url: a server of one's own that speaks the dialect of text-embeddings-inference; "" for the router.
            options: how it is asked.

        Raises:
            ConfigError: the address or the model's name has a wrong form, or a token would travel in the clear.
        """
        self._own = bool(url)
        self._most: int | None = None  # passages that a call may hold, once the service said so
        address = _own_address(url) if url else router.rstrip("/") + _ROUTE.format(model=checked_model(model, SETTING))
        self._endpoint = Endpoint(address, model, keys, setting=SETTING, place="" if url else ROUTER_PLACE)
        self._calls: SingleCalls[Scores] = SingleCalls(options=options)

    @property
    def may_ask(self) -> bool:
        """Tell whether a call can succeed: Hugging Face answers nobody without a token."""
        return self._endpoint.may_ask

    @property
    def token_variable(self) -> str:
        """The environment variable that holds the token for its address."""
        return self._endpoint.token_variable

    def ask(self, query: str, passages: Sequence[str], budget: float) -> Pending[Scores]:
        """Send a query with passages, and return at once; the answer is one score a passage, float32 (n,), in order.

        Scores are as the model gives them: probabilities from most servers, logits from some; higher is better. A
        service that takes fewer passages at once is given the first ones, and n is their number from then on.

        Args:
            query: what the visitor wrote; cut to 2,000 characters.
            passages: at least one.
            budget: seconds that the visitor will wait.
        """
        sent, texts = as_sent(query), passages[: self._most]
        return self._calls.ask(_key(sent, texts), lambda timeout: self._scores(sent, texts, timeout), budget)

    def state(self) -> SingleState:
        """Return how the service stands."""
        return self._calls.state()

    def close(self) -> None:
        """Let everyone go and end the connections."""
        self._calls.close()
        self._endpoint.close()

    def _body(self, query: str, passages: Sequence[str]) -> Mapping[str, Any]:
        if self._own:
            return {
                "query": query,
                "texts": [*passages],
                "raw_scores": False,
                "return_text": False,
                "truncate": True,
            }
        return {"inputs": {"query": query, "texts": [*passages]}}

    def _scores(self, query: str, passages: Sequence[str], timeout: float) -> Scores:
        until, count = time.monotonic() + timeout, len(passages)
        most = _SPARE_BYTES + count * _ROW_BYTES
        try:
            answer = self._endpoint.post(self._body(query, passages), timeout=timeout, most=most)
        except TextRefused as fault:
            limit = _LIMIT.search(str(fault))
            if limit is None or not 0 < int(limit[1]) < count:
                raise
            self._most = int(limit[1])
            return self._scores(query, passages[: self._most], until - time.monotonic())
        scores = scores_of(answer, count, self._endpoint.asked)
        scores.flags.writeable = False  # the memory hands the same array to everybody
        return scores


def scores_of(answer: Any, count: int, asked: Asked) -> Scores:
    """Return the scores of an answer, float32 (count,), in the order in which the passages were sent.

    Raises:
        ServiceWrong: it is not one finite score for each passage, each under its own index.
        ServiceBusy: it says that the model is loading.
    """
    if isinstance(answer, dict) and "error" in answer:
        raise told(answer, asked)
    if not isinstance(answer, list) or len(answer) != count:
        found = f"{len(answer)} scores" if isinstance(answer, list) else "JSON that is no list of scores"
        raise asked.wrong(f"gave {found} for {count} passages")
    found_at: dict[int, float] = {}
    for row in answer:
        index, score = (row.get("index"), row.get("score")) if isinstance(row, dict) else (None, None)
        if type(index) is not int or index in found_at or not 0 <= index < count:
            raise asked.wrong(f"gave {count} scores whose index does not run from 0 to {count - 1}")
        if isinstance(score, bool) or not isinstance(score, int | float) or not abs(score) <= MOST_SCORE:
            raise asked.wrong("gave a score that is no finite number")
        found_at[index] = float(score)
    return np.array([found_at[index] for index in range(count)], dtype=np.float32)


def _key(query: str, passages: Sequence[str]) -> str:
    """Return what names a question; each text is told with its length, so that no two questions share a name."""
    digest = hashlib.sha256()
    for text in (query, *passages):
        encoded = text.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(encoded) + encoded)
    return digest.hexdigest()


def _own_address(url: str) -> str:
    url = url.rstrip("/")
    return url if url.endswith(_OWN_ROUTE) else url + _OWN_ROUTE
