"""Hosted models that help a visitor beside the search: one hears what is said, one retells a long plot.

Both are optional, and stand in the environment of the process, not in a bundle: they outlive each bundle. Never a
fault: where one has nothing to give, a word says why.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from kadr.errors import ConfigError
from kadr.search.ladder import NO_ACCESS

if TYPE_CHECKING:
    from collections.abc import Callable

    from kadr.encode.hosted.retell import Reteller
    from kadr.encode.hosted.single import Pending
    from kadr.encode.hosted.transcribe import Transcriber
    from kadr.search.opening import Access

__all__ = ["DEFAULT_CHAT", "DEFAULT_SPEECH", "Helpers", "Said", "open_helpers"]

Service = TypeVar("Service", "Transcriber", "Reteller")

DEFAULT_SPEECH = "openai/whisper-large-v3-turbo"
"""Of the Whisper models that read Russian well the one that is quick on processors: four layers write instead of 32."""
DEFAULT_CHAT = "meta-llama/Llama-3.1-8B-Instruct"
"""Served by more of the router's providers than any other small one, for a hundredth of a cent a plot."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a model gave, or why it gave nothing: plain text from outside, to be escaped wherever it is shown.

    `lack`: a word of `Lack`, "no_access", or a flaw of the recording; "" where the model answered. Nothing of the text
    shows when it is printed, so that a visitor's words get into no log.
    """

    text: str = field(default="", repr=False)
    lack: str = ""


@dataclass(frozen=True, slots=True)
class Helpers:
    """The models that help. Threads may share it.

    `faults`: why one cannot be asked, for the operator; no secret stands in them.
    """

    transcriber: "Transcriber | None" = None
    reteller: "Reteller | None" = None
    faults: tuple[str, ...] = ()

    @property
    def can_hear(self) -> bool:
        """Whether recordings can be transcribed."""
        return self.transcriber is not None

    @property
    def can_retell(self) -> bool:
        """Whether plots can be retold."""
        return self.reteller is not None

    @property
    def teller(self) -> str:
        """The name of the model that retells, "" where there is none."""
        return self.reteller.model if self.reteller else ""

    def heard(self, sound: bytes, budget: float) -> Said:
        """Return what was said in a recording, "" where no word was heard. Waits for at most `budget` seconds."""
        from kadr.encode.hosted.sound import flaw_of

        if self.transcriber is None:
            return Said(lack=NO_ACCESS)
        if flaw := flaw_of(sound):
            return Said(lack=flaw.value)
        return _awaited(self.transcriber.ask(sound, budget), budget)

    def retold(self, plot: str, language: str, budget: float) -> Said:
        """Return a plot in a few sentences. Waits for at most `budget` seconds.

        Args:
            plot: a film's description.
            language: ru or en.
            budget: seconds.
        """
        if self.reteller is None:
            return Said(lack=NO_ACCESS)
        return _awaited(self.reteller.ask(plot, language, budget), budget)

    def close(self) -> None:
        """Stop asking; calls in flight are abandoned."""
        for service in (self.transcriber, self.reteller):
            if service is not None:
                service.close()


def open_helpers(access: "Access", *, own_encoder: bool = False) -> Helpers:
    """Return the models that an environment gives access to; nothing is sent.

    Args:
        access: the environment, and what stands for Hugging Face's router.
        own_encoder: whether `access.base` stands for a server of one's own that gives vectors, not for the router.
    """
    from kadr.encode.hosted.retell import CHAT_MODEL, CHAT_URL, Reteller
    from kadr.encode.hosted.secrets import Keys
    from kadr.encode.hosted.transcribe import SPEECH_MODEL, SPEECH_URL, Transcriber
    from kadr.encode.hosted.wire import ROUTER

    router = access.base if access.base and not own_encoder else ROUTER
    try:
        keys = Keys.read(access.environ)
    except ConfigError as error:
        return Helpers(faults=(str(error),))

    def named(variable: str) -> str:
        return access.environ.get(variable, "").strip()

    hearing, speech = _opened(
        lambda: Transcriber(named(SPEECH_MODEL) or DEFAULT_SPEECH, keys, router=router, url=named(SPEECH_URL))
    )
    retelling, chat = _opened(
        lambda: Reteller(named(CHAT_MODEL) or DEFAULT_CHAT, keys, router=router, url=named(CHAT_URL))
    )
    return Helpers(hearing, retelling, tuple(dict.fromkeys(fault for fault in (speech, chat) if fault)))


def _opened(opens: "Callable[[], Service]") -> "tuple[Service | None, str]":
    """Return a service that can be asked, or None and why."""
    try:
        service = opens()
    except ConfigError as error:
        return None, str(error)
    return (service, "") if service.may_ask else (None, f"{service.token_variable} is not set")


def _awaited(pending: "Pending[str]", budget: float) -> Said:
    got = pending.get(budget)
    return Said(lack=str(got.lack)) if got.value is None else Said(got.value)
