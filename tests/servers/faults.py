"""What can go wrong with one call: every way that a service was seen to fail in, and some that a hostile one could."""

import gzip
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tests.servers.dialects import Row
from tests.servers.wire import Delivery, Reply, json_reply, text_reply

__all__ = ["NO_FAULT", "PASSING", "Fault", "Script", "mixed_faults", "script"]

CREDITS = (
    "You have exceeded your monthly included credits for Inference Providers. "
    "Subscribe to PRO to get 20x more monthly included credits."
)
NO_RIGHT = "This authentication method does not have sufficient permissions to call Inference Providers"
PAGE = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
BLOCK = b"0.5, " * 13_107  # 64 KiB


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong with one call.

    `reply` stands instead of the answer; `spoil` changes the rows of the answer; `model` and `tokens` say that another
    model answers, or that vectors of tokens come. The answer is delayed by `delay_s`, dripped over `drip_s`, and
    delivered as `delivery` says.
    """

    name: str
    reply: Reply | None = None
    spoil: Callable[[Sequence[Row]], Sequence[Row]] = list
    model: str = ""
    tokens: bool = False
    delay_s: float = 0.0
    drip_s: float = 0.0
    delivery: Delivery = Delivery.WHOLE

    @property
    def harmless(self) -> bool:
        """Whether the right answer comes all the same."""
        untouched = self.spoil is list and not self.model and not self.tokens
        return self.reply is None and untouched and self.delivery is Delivery.WHOLE

    def delivered(self, reply: Reply) -> Reply:
        """Return the reply as this fault delivers it."""
        return replace(reply, drip_s=self.drip_s, delivery=self.delivery)

    @classmethod
    def status(cls, status: int, message: str = "", headers: dict[str, str] | None = None) -> "Fault":
        """Another status, with `{"error": message}` or an empty body."""
        reply = json_reply({"error": message}, status, headers) if message else Reply(status, headers=headers or {})
        return cls(f"status {status}", reply)

    @classmethod
    def latency(cls, ms: float) -> "Fault":
        """The right answer, later."""
        return cls("latency", delay_s=ms / 1000)

    @classmethod
    def loading(cls, estimated_time: float = 20.0) -> "Fault":
        """503 of a model that is being loaded, with the seconds that it will take."""
        body = {"error": "Model maker/model is currently loading", "estimated_time": estimated_time}
        return cls("loading", json_reply(body, 503))

    @classmethod
    def overload(cls) -> "Fault":
        """503 of the toolkit's overload guard."""
        return cls.status(503, "Service temporarily unavailable, overload detected")

    @classmethod
    def busy(cls, retry_after: str = "1") -> "Fault":
        """429 with `Retry-After`: seconds, or an HTTP date."""
        return cls.status(429, "Too Many Requests", {"Retry-After": retry_after})

    @classmethod
    def limited(cls, seconds: int = 1) -> "Fault":
        """429 with the Hub's `RateLimit`: so many seconds until the window ends."""
        return cls.status(429, "Too Many Requests", {"RateLimit": f'"api";r=0;t={seconds}'})

    @classmethod
    def spent(cls) -> "Fault":
        """402: the credits are used up."""
        return cls.status(402, CREDITS)

    @classmethod
    def refused(cls) -> "Fault":
        """401: the token is unknown."""
        return cls.status(401, "Invalid username or password.")

    @classmethod
    def forbidden(cls) -> "Fault":
        """403: the token lacks the right."""
        return cls.status(403, NO_RIGHT)

    @classmethod
    def missing(cls) -> "Fault":
        """404: nobody serves the model."""
        return cls("status 404", text_reply("Not Found", 404))

    @classmethod
    def html(cls, status: int = 200) -> "Fault":
        """A page for people: of a proxy with 200, of a gateway with 502."""
        title = "Please sign in" if status == 200 else f"{status} Bad Gateway"
        return cls(f"html {status}", text_reply(PAGE.format(title), status, "text/html"))

    @classmethod
    def no_content(cls) -> "Fault":
        """204 and nothing else."""
        return cls("no content", Reply(204))

    @classmethod
    def error_json(cls, *, listed: bool = False) -> "Fault":
        """An error with status 200, as an object or a list."""
        error = {"error": "Internal error while processing the request"}
        return cls("error json", json_reply([error] if listed else error))

    @classmethod
    def redirect(cls, location: str) -> "Fault":
        """307 to another address."""
        return cls("redirect", Reply(307, headers={"Location": location}))

    @classmethod
    def ragged(cls) -> "Fault":
        """Vectors of tokens, as many as each text has, whose mean is the text's vector."""
        return cls("ragged", tokens=True)

    @classmethod
    def wrong_order(cls) -> "Fault":
        """Every row one place off. OpenAI-style rows keep their true index."""
        return cls("wrong order", spoil=lambda rows: [*rows[1:], *rows[:1]])

    @classmethod
    def wrong_index(cls) -> "Fault":
        """The last row has the first one's index; a bare list shows nothing of it."""
        return cls("wrong index", spoil=lambda rows: [*rows[:-1], *(Row(0, row.vector) for row in rows[-1:])])

    @classmethod
    def swapped(cls) -> "Fault":
        """Every vector one place off, under indexes that look right: only a canary can tell."""
        return cls("swapped", spoil=_turned)

    @classmethod
    def nan(cls) -> "Fault":
        """`NaN` in the last row."""
        return cls("nan", spoil=_last(lambda vector: b"[NaN" + vector[vector.index(b",") :]))

    @classmethod
    def null(cls) -> "Fault":
        """`null` in the last row."""
        return cls("null", spoil=_last(lambda vector: b"[null" + vector[vector.index(b",") :]))

    @classmethod
    def infinite(cls) -> "Fault":
        """A number in the last row that float32 cannot hold."""
        return cls("infinite", spoil=_last(lambda vector: b"[1e300" + vector[vector.index(b",") :]))

    @classmethod
    def zero(cls) -> "Fault":
        """The last row is all zeros."""
        return cls("zero", spoil=_last(lambda vector: json.dumps([0.0] * (vector.count(b",") + 1)).encode()))

    @classmethod
    def wrong_dimension(cls) -> "Fault":
        """The last row lacks a number."""
        return cls("wrong dimension", spoil=_last(lambda vector: vector[: vector.rindex(b",")] + b"]"))

    @classmethod
    def empty_list(cls) -> "Fault":
        """No rows."""
        return cls("empty list", spoil=lambda _: [])

    @classmethod
    def short_count(cls) -> "Fault":
        """One row too few."""
        return cls("short count", spoil=lambda rows: rows[:-1])

    @classmethod
    def other_model(cls, name: str = "another/model") -> "Fault":
        """The vectors of another model, which look right in every way."""
        return cls("other model", model=name)

    @classmethod
    def drop_before(cls) -> "Fault":
        """The connection ends without an answer."""
        return cls("drop before", delivery=Delivery.DROP_BEFORE)

    @classmethod
    def drop_mid_body(cls) -> "Fault":
        """The connection ends after half of the body."""
        return cls("drop mid body", delivery=Delivery.DROP_MID_BODY)

    @classmethod
    def never_answer(cls) -> "Fault":
        """Nothing comes until the server is closed."""
        return cls("never answer", delivery=Delivery.NEVER)

    @classmethod
    def slow_drip(cls, seconds: float = 0.4) -> "Fault":
        """The right answer, in small pieces over so many seconds."""
        return cls("slow drip", drip_s=seconds)

    @classmethod
    def huge(cls, megabytes: int = 256, *, declared: bool = True) -> "Fault":
        """A body without end to speak of; where not `declared`, it does not say its length and ends with the line."""
        headers = {"Content-Type": "application/json"} | ({} if declared else {"Connection": "close"})
        return cls("huge", Reply(200, BLOCK, headers, repeat=megabytes * 16, sized=declared))

    @classmethod
    def bomb(cls, megabytes: int = 64) -> "Fault":
        """A small body that unpacks (gzip) to so many megabytes."""
        packed = gzip.compress(b"[" + b" " * (megabytes << 20) + b"]", compresslevel=6, mtime=0)
        return cls("bomb", Reply(200, packed, {"Content-Type": "application/json", "Content-Encoding": "gzip"}))


def _turned(rows: Sequence[Row]) -> Sequence[Row]:
    """Return the rows with every vector one place off, and the indexes where they were."""
    vectors = [row.vector for row in (*rows[1:], *rows[:1])]
    return [Row(row.place, vector) for row, vector in zip(rows, vectors, strict=True)]


def _last(change: Callable[[bytes], bytes]) -> Callable[[Sequence[Row]], Sequence[Row]]:
    """Return what changes the vector of the last row: who looks at the first row only does not see it."""
    return lambda rows: [*rows[:-1], *(Row(row.place, change(row.vector)) for row in rows[-1:])]


NO_FAULT = Fault("")
"""All goes well."""

Script = Callable[[int, tuple[str, ...]], Fault | None]
"""Says what goes wrong with a call, from its number (0-based, in the order of arrival) and its texts."""


def script(faults: Sequence[Fault | None] | Script) -> Script:
    """Return a sequence of faults, one a call, as a script; once it has run out all goes well."""
    if callable(faults):
        return faults
    return lambda number, _: faults[number] if number < len(faults) else None


PASSING: tuple[Fault, ...] = (
    Fault.latency(200),
    *(Fault.status(status, "try again later") for status in (408, 425, 500, 504)),
    Fault.html(502),
    Fault.loading(0.2),
    Fault.overload(),
    Fault.busy("0"),
    Fault.busy("1"),
    Fault.limited(1),
    Fault.drop_before(),
    Fault.drop_mid_body(),
    Fault.slow_drip(),
    Fault.html(200),
    Fault.no_content(),
    Fault.error_json(),
    Fault.error_json(listed=True),
    Fault.empty_list(),
    Fault.short_count(),
    Fault.wrong_dimension(),
    Fault.wrong_order(),
    Fault.ragged(),
    Fault.nan(),
    Fault.null(),
    Fault.infinite(),
    Fault.zero(),
)
"""Every way to fail that another try can mend, and that a careful client sees."""


def mixed_faults(share: float, seed: int = 0, kinds: Sequence[Fault] = PASSING) -> Script:
    """Return a script by which a share of the calls (0 to 1) fails, in a way drawn for each by its number alone."""

    def of(number: int, _: tuple[str, ...]) -> Fault | None:
        drawn = random.Random(f"{seed} {number}")
        return drawn.choice(kinds) if drawn.random() < share else None

    return of
