"""What went wrong, in our error tree: one place that knows what a status, a header or a body means."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from kadr.encode.hosted.secrets import Keys, redact, token_remedy
from kadr.errors import (
    ServiceBusy,
    ServiceDrifted,
    ServiceError,
    ServiceMissing,
    ServiceRefused,
    ServiceSpent,
    ServiceUnreached,
    ServiceWrong,
    TextRefused,
    WrongDimension,
)

__all__ = ["Asked", "Reply", "fault_of", "told", "wait_of"]

MAX_REASON = 200
"""Characters of a server's own words that a message holds; they come from outside."""
MOST_SQUEEZED = 20 * MAX_REASON
"""Characters of them that are looked at: an answer may have megabytes, and begin with white space."""
MAX_WAIT = 86_400.0
"""Seconds; credits and limits are counted by the month at most, but nobody's clock is a reason to sleep for years."""
_BUSY = {408, 425, 429}
_TEXT = {400, 413, 422, 424}
_UNSERVED = re.compile(r"not supported by (any )?provider|no longer supported", re.IGNORECASE)
"""The router's answer, with status 400, for a model that nobody serves, and that of the host it replaced."""
_PASSING = re.compile(r"loading|overload|temporarily", re.IGNORECASE)
_MORE_WORDS = ("message", "error", "detail", "msg")
"""Where error bodies hold their text: the toolkit and TEI `error`, OpenAI `error.message`, FastAPI `detail`."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came. `headers` have lower-case names. `whole` is False where the body was longer than what was
    read of it.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """What an error says about a call: the host that was asked, the model, and the variable that holds its token.

    It makes the errors, so that each is one line, names the service, and holds no secret.
    """

    host: str
    model: str
    variable: str
    keys: Keys

    def busy(self, what: str, *, wait: float | None = None, limited: bool = False) -> ServiceBusy:
        """Return the error of a service that may answer later."""
        return ServiceBusy(self._line(what, "it may answer later"), wait=wait, limited=limited)

    def unreached(self, what: str) -> ServiceUnreached:
        """Return the error of a service that is not there."""
        return ServiceUnreached(self._line(what, "check the network, the proxy and the address"))

    def other_dimension(self, found: int, dim: int) -> WrongDimension:
        """Return the error of vectors of another length than the model's."""
        what = f"gave a vector of {found} dimensions where the model has {dim}"
        return WrongDimension(self._line(what, "check encoder.model and encoder.dim in the catalogue file"))

    def wrong(self, what: str, remedy: str = "ask another provider if it stays so") -> ServiceWrong:
        """Return the error of an answer that cannot be believed."""
        return ServiceWrong(self._line(what, remedy))

    def drifted(self, what: str) -> ServiceDrifted:
        """Return the error of a model that is not the one that it was."""
        return ServiceDrifted(self._line(what, "its vectors must not be mixed with those there are"))

    def missing(self, what: str) -> ServiceMissing:
        """Return the error of a model that is not served there."""
        remedy = "check encoder.model, encoder.provider and encoder.url in the catalogue file"
        return ServiceMissing(self._line(what, remedy))

    def refused(self, what: str) -> ServiceRefused:
        """Return the error of a token that does not do."""
        return ServiceRefused(self._line(what, token_remedy(self.variable)))

    def spent(self, what: str) -> ServiceSpent:
        """Return the error of credits that are used up."""
        remedy = "buy credits or wait for the next month's (https://huggingface.co/settings/billing)"
        return ServiceSpent(self._line(what, remedy))

    def text_refused(self, what: str) -> TextRefused:
        """Return the error of texts that the service does not take."""
        return TextRefused(self._line(what, "leave the text out or shorten it (encoder.max_chars)"))

    def quoted(self, text: str) -> str:
        """Return words from outside as they may stand in a message: printable, without secrets, not long."""
        # Cut last: the beginning of a token is no longer known as one. And hidden again behind the squeezing of white
        # space, which may bring a token next to the word that gives it away.
        seen = redact(text, self.keys)[:MOST_SQUEEZED]
        return _cut(redact(_one_line(seen), self.keys))

    def _line(self, what: str, remedy: str) -> str:
        return redact(f"{self.host}, model {self.quoted(self.model)}: {_one_line(what)}; {remedy}", self.keys)


def fault_of(reply: Reply, asked: Asked, now: datetime) -> ServiceError:
    """Return the error that an answer with another status than 200 stands for.

    Args:
        reply: the answer.
        asked: what was asked.
        now: the time in UTC, for a `Retry-After` that is a date.
    """
    content = _json(reply.body)
    reason = _reason(reply, content)
    said = f"answered {_status(reply.status)}" + (f" ({asked.quoted(reason)})" if reason else "")
    status = reply.status
    if status in _BUSY or status >= 500 or status < 300:  # 204: it was told that the caller had hung up
        return asked.busy(said, wait=wait_of(reply.headers, content, now), limited=status == 429)
    if status < 400:
        return asked.missing(f"{said}, which sends on to another address")
    if status in _TEXT:
        return asked.missing(said) if _UNSERVED.search(reason) else asked.text_refused(said)
    if status in {401, 403}:
        return asked.refused(said)
    if status == 402:
        return asked.spent(said)
    return asked.missing(said) if status in {404, 405, 410} else asked.wrong(said)


def told(content: Mapping[str, Any], asked: Asked) -> ServiceError:
    """Return the error that stands in a body of status 200."""
    reason = _words(content)
    said = f"answered 200 with an error ({asked.quoted(reason)})"
    if _PASSING.search(reason):
        return asked.busy(said, wait=_bounded(content.get("estimated_time")))
    return asked.wrong(said)


def wait_of(headers: Mapping[str, str], content: Any, now: datetime) -> float | None:
    """Return the seconds that a service asks to be left alone, the longest of what it says; None where it says nothing.

    Read are `Retry-After` in seconds or as a date, `RateLimit` where nothing remains, and `estimated_time` in the body.
    """
    from huggingface_hub.utils import parse_ratelimit_headers  # type: ignore[attr-defined]  # exported, but not by name

    waits = [_retry_after(headers.get("retry-after", "").strip(), now)]
    try:
        limit = parse_ratelimit_headers(headers)
    except ValueError:  # a number of thousands of digits
        limit = None
    if limit is not None and limit.remaining == 0:
        waits.append(_bounded(limit.reset_in_seconds))
    if isinstance(content, dict):
        waits.append(_bounded(content.get("estimated_time")))
    return max((wait for wait in waits if wait is not None), default=None)


def _retry_after(value: str, now: datetime) -> float | None:
    if re.fullmatch(r"[0-9]+", value, re.ASCII):
        return _bounded(int(value[:12]))  # beyond twelve digits it is the bound anyway
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return max(0.0, min((until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds(), MAX_WAIT))


def _bounded(seconds: Any) -> float | None:
    """Return a number of seconds, brought into bounds; None for whatever else a body may hold."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds >= 0:  # NaN is not, either
        return None
    return float(min(seconds, MAX_WAIT))


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _reason(reply: Reply, content: Any) -> str:
    """Return the server's own words: of JSON its message, of a page nothing but that it is one."""
    if content is not None:
        return _words(content)
    text = reply.body.decode("utf-8", "replace").strip()
    if not reply.whole:
        text = " ".join(text.split()[:-1])  # what was not read to its end may be half a token
    return "a page of HTML" if text.startswith("<") else text


def _words(content: Any) -> str:
    """Return the message of an error body, however deep it stands."""
    for _ in range(4):  # {"error": {"message": ...}} is two deep; a list of details adds one
        if isinstance(content, list) and content:
            content = content[0]
        elif isinstance(content, dict):
            content = next((content[key] for key in _MORE_WORDS if content.get(key)), "")
    return content if isinstance(content, str) else ""


def _status(status: int) -> str:
    """Return a status with its name, where it has one."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _one_line(text: str) -> str:
    """Return the printable characters of a text, each stretch of others as one space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _cut(text: str) -> str:
    return text if len(text) <= MAX_REASON else text[: MAX_REASON - 1] + "…"
