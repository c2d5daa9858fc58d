"""What embedding a catalogue takes: the estimate before, the true figures after, in the same words."""

from collections.abc import Sequence
from dataclasses import dataclass

from kadr.encode.encoder import Profile, Role
from kadr.encode.hosted.batches import batches
from kadr.encode.hosted.cache import VectorCache
from kadr.encode.hosted.options import Options

__all__ = ["Plan", "Spent", "canary_texts", "plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a job will take where no call fails.

    `texts`: all that were asked for. `distinct`: of them, sent alike once. `cached`: of those, already paid for.
    `refused`: not so, but refused before, and not sent again for now. `to_send`: the rest.

    `characters` and `requests` count the canaries and the prefixes, too: they are paid for.
    """

    texts: int
    distinct: int
    cached: int
    to_send: int
    characters: int
    requests: int
    refused: int = 0

    def to_text(self) -> str:
        """Return one line for a person."""
        found = f"{self.texts:,} texts, {self.distinct:,} of them distinct, {self.cached:,} in the cache"
        if self.refused:
            found += f", {self.refused:,} refused before"
        return f"{found}; to send: {_amount(self.to_send, self.characters, self.requests)}"


@dataclass(frozen=True, slots=True)
class Spent:
    """What a job took.

    `texts`: that got a vector. `characters`: of the calls that were answered, canaries and prefixes included.
    `requests`: all calls. `retries`: of them, those that gave no vectors. `seconds`: from the first call to the last.
    """

    texts: int = 0
    characters: int = 0
    requests: int = 0
    retries: int = 0
    seconds: float = 0.0

    def to_text(self) -> str:
        """Return one line for a person."""
        failed = f" ({self.retries:,} failed)" if self.retries else ""
        return f"sent: {_amount(self.texts, self.characters, self.requests)}{failed} in {self.seconds:,.1f} s"


def plan(texts: Sequence[str], role: Role, cache: VectorCache, options: Options) -> Plan:
    """Return what embedding these texts will take; nothing is sent and nothing is changed.

    Raises:
        ConfigError: the cache cannot be read.
    """
    profile = cache.profile
    distinct = len({cache.key(text, role) for text in texts})
    missing = cache.missing(texts, role)
    refused = cache.refused(missing, role)
    to_send = [text for text in missing if text not in refused]
    canaries = canary_texts(cache, options, sending=bool(to_send))
    calls = batches(to_send, role, profile, options)
    guards = [_length(profile, canaries[i % len(canaries)]) for i in range(len(calls) if options.guards_batches else 0)]
    return Plan(
        texts=len(texts),
        distinct=distinct,
        cached=distinct - len(missing),
        to_send=len(to_send),
        refused=len(refused),
        characters=sum(len(profile.text_for(text, role)) for text in to_send)
        + sum(guards)
        + sum(_length(profile, text) for text in canaries),
        requests=len(calls) + len(canaries),
    )


def canary_texts(cache: VectorCache, options: Options, *, sending: bool) -> tuple[str, ...]:
    """Return the canaries that a job asks for first: those that guard what is cached, and the wanted ones.

    Where nothing is `sending` and the wanted ones are known, there are none: such a job needs no service.
    """
    kept = [canary.text for canary in cache.canaries()] if cache.size else []
    needed = sending or not set(options.canaries) <= set(kept)
    return tuple(dict.fromkeys((*kept, *options.canaries))) if needed else ()


def _length(profile: Profile, canary: str) -> int:
    return len(profile.text_for(canary, Role.QUERY))


def _amount(texts: int, characters: int, requests: int) -> str:
    return f"{texts:,} texts, {characters:,} characters in {requests:,} requests"
