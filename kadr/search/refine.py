"""Reranking and rewriting as a search meets them: optional, hosted, within the visitor's time, and never a fault.

    refining = refiner.begin(query, budget)         # before the local answer is made: the chat model is at work now
    found = refining.widened(found, means, timeout) # its retelling, guesses and wishes join the scores
    ranked, found = refining.reordered(ranked, ...) # the cross-encoder puts the head in a new order

Each leaves everything as it was where nothing came in time, and `refining.lacks` says so.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kadr.encode.hosted.lack import Lack
from kadr.errors import ConfigError
from kadr.film import Film
from kadr.index.columns import Columns
from kadr.index.titles import TitleIndex
from kadr.search.ladder import NO_ACCESS
from kadr.search.refine_params import RERANK, REWRITE, RefineParams
from kadr.search.rerank import calibrated, head_of, reading, reranked, scores_in_places
from kadr.search.rewrite import resolved, wished, with_rewriting
from kadr.search.scoring import Scored
from kadr.search.types import Wish

if TYPE_CHECKING:
    from kadr.encode.hosted.rerank import CrossEncoder
    from kadr.encode.hosted.rewrite import Rewriter, Rewriting
    from kadr.encode.hosted.single import Pending
    from kadr.search.opening import Access

__all__ = [
    "CHAT_URL",
    "RERANK_URL",
    "Means",
    "Refiner",
    "Refining",
    "check_refine",
    "open_refiner",
]

RERANK_URL, CHAT_URL = "KADR_RERANK_URL", "KADR_CHAT_URL"
"""Environment variables: servers of one's own, to which the token for such servers goes."""
REWRITING_SHARE = 0.5
"""Of a visitor's time that a rewriting may take where a reranking is to come after it."""
Rows = NDArray[np.integer]


@dataclass(frozen=True, slots=True, eq=False)
class Means:
    """What a rewriting is read with.

    `retell`: scores a retelling as if it were a query. `wish`: understands the wishes in a phrase. `titles`: those of
    the catalogue, in which guesses are looked up. `columns`: what its films are.
    """

    retell: Callable[[str], Scored]
    wish: Callable[[str], Sequence[Wish]]
    titles: TitleIndex
    columns: Columns


@dataclass(slots=True, eq=False)
class Refining:
    """One query while it is refined. For one thread.

    `lacks`: by step that is on and was due, why it changed nothing, "" where it did its part.
    """

    query: str
    params: RefineParams = field(default_factory=RefineParams)
    rewriting: "Pending[Rewriting] | None" = None
    cross: "CrossEncoder | None" = None
    rewrite_until: float = 0.0
    lacks: dict[str, str] = field(default_factory=dict)

    def widened(self, found: Scored, means: Means, timeout: float) -> Scored:
        """Return the scores with what the rewriting adds; as they were where none came. Never raises for a service.

        Args:
            found: the scores of the query itself.
            means: what the rewriting is read with.
            timeout: seconds that the visitor will still wait.
        """
        if self.rewriting is None:
            return found
        got = self.rewriting.get(min(timeout, self.rewrite_until - time.monotonic()))
        self.lacks[REWRITE] = str(got.lack or "")
        if got.value is None:
            return found
        retold = means.retell(got.value.retelling) if got.value.retelling else None
        columns, params = means.columns, self.params
        guessed = resolved(got.value.guesses, means.titles, columns.numbers["year"], columns.popularity)
        found = with_rewriting(found, retold, guessed, params.retelling_weight, params.guess_weight)
        return wished(found, [wish for phrase in got.value.wishes for wish in means.wish(phrase)], columns)

    def reordered(
        self, ranked: Rows, found: Scored, fetch: Callable[[Sequence[int]], Sequence[Film]], timeout: float
    ) -> tuple[Rows, Scored]:
        """Return a ranking whose head is in the order of both voices, and the scores of the places.

        Both are as they were where the cross-encoder gave nothing in time. Never raises for a service.

        Args:
            ranked: rows, best first, at least `params.rerank_depth` of them where there are so many.
            found: their scores.
            fetch: gives the films of rows, in their order.
            timeout: seconds that the visitor will still wait; with 0 or less nothing is sent.
        """
        head = head_of(ranked, found.exact, self.params.rerank_depth)
        rows = ranked[head]
        if self.cross is None or len(rows) < 2:
            return ranked, found
        if timeout <= 0:
            self.lacks[RERANK] = Lack.SLOW.value
            return ranked, found
        until = time.monotonic() + timeout
        passages = [reading(film, self.query) for film in fetch(rows.tolist())]
        got = self.cross.ask(self.query, passages, timeout).get(until - time.monotonic())
        self.lacks[RERANK] = str(got.lack or "")
        if got.value is None:
            return ranked, found
        rows = rows[: len(got.value)]  # a server may take fewer at once
        weight, keeps_first = self.params.rerank_weight, head.start == 0
        moved = rows[reranked(found.scores[rows], calibrated(got.value), weight, keeps_first=keeps_first)]
        changed = ranked.copy()
        changed[head.start : head.start + len(rows)] = moved
        return changed, replace(found, scores=scores_in_places(found.scores, rows.tolist(), moved.tolist()))


@dataclass(frozen=True, slots=True)
class Refiner:
    """The models that refine answers of one opened bundle. Threads may share it.

    `fault`: why one cannot be asked that is on, for the operator.
    """

    params: RefineParams = field(default_factory=RefineParams)
    rewriter: "Rewriter | None" = None
    cross: "CrossEncoder | None" = None
    fault: str = ""

    def begin(self, query: str, budget: float, *, rewrite: bool = True) -> Refining:
        """Begin to refine a query and return at once: the chat model is at work from now on. Never raises.

        Args:
            query: what a visitor wrote.
            budget: seconds that the visitor will wait, from now.
            rewrite: whether it may gain by other words (`kadr.search.rewrite.worth_rewriting`).
        """
        refining = Refining(query, self.params, cross=self.cross)
        if not query:
            return Refining(query)
        lacking = ((REWRITE, self.rewriter is None and rewrite), (RERANK, self.cross is None))
        refining.lacks = {step: NO_ACCESS for step, lacks in lacking if lacks and step in self.params.wanted}
        if self.rewriter is not None and rewrite:
            budget *= REWRITING_SHARE if self.cross is not None else 1.0
            refining.rewrite_until = time.monotonic() + budget
            refining.rewriting = self.rewriter.ask(query, budget)
        return refining

    def lacks(self) -> Mapping[str, str]:
        """Return, of each step that is on, why it does nothing now as far as is known, "" where it is well."""
        services = {REWRITE: self.rewriter, RERANK: self.cross}
        found: dict[str, str] = {}
        for step in self.params.wanted:
            service = services[step]
            state = None if service is None else service.state()
            found[step] = NO_ACCESS if state is None else str(state.lack or state.ailing or "")
        return found

    def close(self) -> None:
        """Stop asking; calls in flight are abandoned."""
        for service in (self.rewriter, self.cross):
            if service is not None:
                service.close()


def check_refine(params: RefineParams) -> None:
    """Check the models' names and addresses, as a build does before it writes them into a bundle; nothing is sent.

    Raises:
        ConfigError: one has a wrong form; the message names its key.
    """
    from kadr.encode.hosted.secrets import Keys
    from kadr.encode.hosted.wire import ROUTER

    _opened(params, ROUTER, lambda _, url: (url, Keys()))


def open_refiner(params: RefineParams, access: "Access | None", *, own_encoder: bool) -> Refiner:
    """Open what a bundle's parameters name; nothing is sent, and where nothing is on nothing is loaded.

    An address that came out of the bundle gets no token; one that the environment names gets that for servers of one's
    own, and Hugging Face's router Hugging Face's.

    Args:
        params: of the manifest.
        access: how hosted models may be asked, None for not at all.
        own_encoder: whether the bundle's encoder is asked at a server of one's own, so that `access.base` stands for
            that one and not for the router.
    """
    if access is None or not params.wanted:
        return Refiner(params)
    from kadr.encode.hosted.addresses import checked_address
    from kadr.encode.hosted.secrets import Keys
    from kadr.encode.hosted.wire import ROUTER

    router = access.base if access.base and not own_encoder else ROUTER
    try:
        keys = Keys.read(access.environ)

        def place(variable: str, url: str) -> tuple[str, Keys]:
            if own := access.environ.get(variable, "").strip():
                return checked_address(own, variable), keys
            return url, Keys() if url else keys

        return _opened(params, router, place)
    except ConfigError as error:  # a token or an address of a wrong form: the search answers all the same
        return Refiner(params, fault=str(error))


def _opened(params: RefineParams, router: str, place: Callable[[str, str], tuple[str, Any]]) -> Refiner:
    from kadr.encode.hosted.rerank import CrossEncoder
    from kadr.encode.hosted.rewrite import Rewriter

    rewriter = cross = None
    if params.rewrite:
        url, keys = place(CHAT_URL, params.rewrite_url)
        rewriter = Rewriter(params.rewrite, keys, router=router, url=url)
    if params.rerank:
        url, keys = place(RERANK_URL, params.rerank_url)
        cross = CrossEncoder(params.rerank, keys, router=router, url=url)
    asked = [service for service in (rewriter, cross) if service is not None]
    faults = [f"{service.token_variable} is not set" for service in asked if not service.may_ask]
    return Refiner(
        params,
        rewriter if rewriter is not None and rewriter.may_ask else None,
        cross if cross is not None and cross.may_ask else None,
        "; ".join(dict.fromkeys(faults)),
    )
