"""A stand-in for hosted inference: hf-inference, OpenAI-style providers and text-embeddings-inference on one port.

    with InferenceServer(Service(dim=16), faults=[Fault.busy(), None]) as server:
        InferenceClient(f"{server.url}/hf-inference/models/maker/model/pipeline/feature-extraction")

`python -m tests.servers.inference --port 0` serves from a process of its own: it prints the address, goes on until its
standard input ends, and then prints what it saw as one line of JSON.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from tests.servers import dialects
from tests.servers.dialects import Dialect, Question, Route, Row, Service
from tests.servers.faults import NO_FAULT, Fault, Script, mixed_faults
from tests.servers.limits import Gate, Limits
from tests.servers.scripted import ScriptedServer
from tests.servers.vectors import cut, json_of, tokens_json_of, tokens_of, vector_of
from tests.servers.wire import Delivery, Received, Reply, json_reply

__all__ = ["Access", "Call", "Fault", "InferenceServer", "Limits", "Service", "mixed_faults", "vector_of"]


@dataclass(frozen=True, slots=True)
class Access:
    """Who is let in. `token`: the one that is asked for; empty: none is. `narrow`: a valid one without the right."""

    token: str = ""
    narrow: str = ""

    def refusal(self, route: Route, headers: Mapping[str, str]) -> Reply | None:
        """Return the refusal of a request by its headers; None where it is let in."""
        given = headers.get("authorization", "").removeprefix("Bearer ")
        if not self.token or given == self.token:
            return None
        if route.routed:  # the router answers before the provider is asked
            return (Fault.forbidden() if self.narrow and given == self.narrow else Fault.refused()).reply
        return Reply(401) if route.dialect is Dialect.TEI else json_reply({"error": "Unauthorized"}, 401)


@dataclass(frozen=True, slots=True)
class Call:
    """One request and what became of it.

    `texts`: what was to be encoded; empty where the request could not be read. `status`: 0 where the connection was
    dropped or left without an answer.
    """

    received: Received
    texts: tuple[str, ...]
    status: int
    fault: Fault = NO_FAULT

    @property
    def well(self) -> bool:
        """Whether its texts got their right vectors."""
        return self.status == 200 and self.fault.harmless

    @property
    def path(self) -> str:
        """Where it went."""
        return self.received.path

    @property
    def headers(self) -> Mapping[str, str]:
        """Its headers, by lower-case name."""
        return self.received.headers

    @property
    def at(self) -> float:
        """When it had come in, by `time.monotonic()`."""
        return self.received.at


class InferenceServer(ScriptedServer):
    """Serves on the loopback from the constructor on, until `close` or the end of the `with` block.

    Args:
        service: what is served.
        limits: how fast, and how much of it.
        access: to whom.
        faults: what goes wrong: a sequence, one a call, or a function of number and texts; see `misbehave`.
        poison: words, and the status with which every call is refused that holds a text with one of them.
        port: 0 takes a free one.

    `requests` lists what came, in the order in which it was decided what to answer.
    """

    def __init__(
        self,
        service: Service = Service(),  # noqa: B008 -- frozen
        *,
        limits: Limits = Limits(),  # noqa: B008 -- frozen
        access: Access = Access(),
        faults: Sequence[Fault | None] | Script = (),
        poison: Mapping[str, int] = MappingProxyType({}),
        port: int = 0,
    ) -> None:
        self.requests: list[Call] = []
        self.service, self._limits, self._access, self._poison = service, limits, access, poison
        self._gate = Gate(limits)
        super().__init__(self._reply, faults, port)

    @property
    def hf_url(self) -> str:
        """Where hf-inference's format is spoken, for the first model."""
        return f"{self.url}/hf-inference/models/{self.service.models[0]}/pipeline/feature-extraction"

    @property
    def peak_concurrency(self) -> int:
        """The most calls that were in flight at once, refused ones included."""
        return self._gate.peak

    @property
    def paid_texts(self) -> list[str]:
        """Every text that got its right vector, as often as it did."""
        return [text for call in list(self.requests) if call.well for text in call.texts]

    def _reply(self, received: Received) -> Reply:
        route = Route.of(received.path)
        if received.method != "POST" or route is None:
            reply = dialects.info(received, self.service)
            self._note(Call(received, (), reply.status))
            return reply
        asked = dialects.question(route, received, self.service)
        texts = asked.texts if isinstance(asked, Question) else ()
        fault = self._fault(texts)
        with self._gate.call() as crowded:
            reply = fault.delivered(self._right(route, received, asked, fault, crowded=crowded))
            status = reply.status if reply.delivery is Delivery.WHOLE else 0
            self._note(Call(received, texts, status, fault))
            taken = self._limits.seconds_for(len(texts)) if reply.status == 200 else 0.0
            self.rest(received.at + taken + fault.delay_s)
        return reply

    def _note(self, call: Call) -> None:
        with self._turn:
            self.requests.append(call)

    def _right(
        self, route: Route, received: Received, asked: Question | Reply, fault: Fault, *, crowded: bool
    ) -> Reply:
        """Return what is said to a call: what goes wrong comes first, then who asks, then what, then how much."""
        if fault.reply:
            return fault.reply
        if refused := self._access.refusal(route, received.headers):
            return refused
        if isinstance(asked, Reply):
            return asked
        if crowded:
            return dialects.overloaded(route)
        if over := self._gate.over_rate():
            return dialects.refusal(route, 429, "Too Many Requests").plus(over)
        for word, status in self._poison.items():
            if any(word in text for text in asked.texts):
                return dialects.refusal(route, status, "index out of range in self", "Backend")
        rows = [Row(index, self._vector(text, asked, fault)) for index, text in enumerate(asked.texts)]
        return dialects.answer(asked, fault.spoil(rows))

    def _vector(self, text: str, asked: Question, fault: Fault) -> bytes:
        """Return the vector of one text as JSON, or the vectors of its tokens."""
        served, model = self.service, fault.model or asked.model
        text = cut(text, served.max_tokens)
        if fault.tokens or (served.token_level and asked.route.dialect is Dialect.HF):
            return tokens_json_of(tokens_of(text, served.dim, model))
        return json_of(vector_of(text, served.dim, model, unit=asked.unit))


def main() -> None:
    """Serve until standard input ends, then print what was seen."""
    options = _options()
    always = {"": None, "busy": Fault.busy(), "never_answer": Fault.never_answer()}[options.always]
    faults = (lambda _number, _texts: always) if always else mixed_faults(options.faulty, options.seed)
    limits = Limits(options.latency_ms, options.ms_per_text, options.concurrency, options.rate)
    service = Service((options.model,), options.dim)
    with InferenceServer(service, limits=limits, faults=faults, port=options.port) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        sys.stdin.read()
        seen = {
            "requests": len(server.requests),
            "peak_concurrency": server.peak_concurrency,
            "texts": sum(len(call.texts) for call in server.requests),
            "paid_texts": len(server.paid_texts),
            "statuses": Counter(str(call.status) for call in server.requests),
            "faults": Counter(call.fault.name for call in server.requests if call.fault.name),
        }
        sys.stdout.write(f"{json.dumps(seen, sort_keys=True)}\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--model", default=Service().models[0])
    parser.add_argument("--dim", type=int, default=Service().dim)
    parser.add_argument("--latency-ms", type=float, default=0.0, help="what a call takes")
    parser.add_argument("--ms-per-text", type=float, default=0.0, help="what each of its texts takes")
    parser.add_argument("--concurrency", type=int, default=0, help="calls in flight; one more is answered 429")
    parser.add_argument("--rate", type=float, default=0.0, help="calls a second; one more is answered 429")
    parser.add_argument("--faulty", type=float, default=0.0, help="share of the calls that fail in a passing way")
    parser.add_argument("--seed", type=int, default=0, help="which of them fail, and how")
    parser.add_argument("--always", choices=("busy", "never_answer"), default="", help="how every call fails")
    return parser.parse_args()


if __name__ == "__main__":
    main()
