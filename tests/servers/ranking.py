"""A stand-in for hosted cross-encoders: hf-inference's `text-ranking`, and `/rerank` of text-embeddings-inference."""

from collections.abc import Callable, Sequence
from typing import Any

from tests.servers.answering import AnsweringServer
from tests.servers.dialects import Row
from tests.servers.faults import Fault, Script
from tests.servers.wire import Reply, json_reply

__all__ = ["MODEL", "RankingServer", "spoilt"]

MODEL = "maker/reranker"


class RankingServer(AnsweringServer):
    """Gives each text the relevance that a function of query and text says, the best first, as both dialects do.

    `batch_limit`: texts that a call of text-embeddings-inference may hold; `token`, `faults`: see `AnsweringServer`.
    """

    def __init__(
        self,
        relevance: Callable[[str, str], float],
        *,
        batch_limit: int = 512,
        token: str = "",
        faults: Sequence[Fault | None] | Script = (),
    ) -> None:
        self._relevance, self._limit = relevance, batch_limit
        routes = {f"/hf-inference/models/{MODEL}/pipeline/text-ranking": self._hf, "/rerank": self._tei}
        super().__init__(routes, token=token, faults=faults)

    def _hf(self, asked: Any, fault: Fault) -> Reply:
        return self._ranked(asked["inputs"]["query"], asked["inputs"]["texts"], fault)

    def _tei(self, asked: Any, fault: Fault) -> Reply:
        if asked["raw_scores"] is not False or asked["return_text"] is not False or asked["truncate"] is not True:
            return json_reply({"error": "a test asked otherwise", "error_type": "Validation"}, 422)
        if len(asked["texts"]) > self._limit:
            message = f"batch size {len(asked['texts'])} > maximum allowed batch size {self._limit}"
            return json_reply({"error": message, "error_type": "Validation"}, 422)
        return self._ranked(asked["query"], asked["texts"], fault)

    def _ranked(self, query: str, texts: Sequence[str], fault: Fault) -> Reply:
        scores = [self._relevance(query, text) for text in texts]
        order = sorted(range(len(texts)), key=lambda i: -scores[i])
        rows = fault.spoil([Row(i, b"%.9g" % scores[i]) for i in order])
        body = b",".join(b'{"index":%d,"score":%s}' % (row.place, row.vector) for row in rows)
        return Reply(200, b"[%s]" % body, {"Content-Type": "application/json"})


def spoilt(score: bytes) -> Fault:
    """Return the fault of an answer whose last score is something else."""
    return Fault(f"score {score.decode()}", spoil=lambda rows: [*rows[:-1], *(Row(r.place, score) for r in rows[-1:])])
