"""A hosted Whisper: a visitor's recording becomes words.

Two dialects: hf-inference takes the sound as it is, and servers of one's own take OpenAI's form, as vLLM, speaches,
whisper.cpp and LocalAI do. Both answer an object whose `text` is what was said.
"""

import hashlib
import secrets
from typing import Any

from kadr.encode.hosted.by_environment import ByEnvironment
from kadr.encode.hosted.endpoint import ROUTER_PLACE, Endpoint, checked_model
from kadr.encode.hosted.faults import Asked, told
from kadr.encode.hosted.json_body import read_json
from kadr.encode.hosted.secrets import Keys
from kadr.encode.hosted.single import Pending, SingleCalls, SingleOptions, SingleState
from kadr.text import plain

__all__ = ["MOST_TEXT", "SPEECH_MODEL", "SPEECH_URL", "Transcriber", "form_of", "text_of"]

SPEECH_MODEL, SPEECH_URL = "KADR_SPEECH_MODEL", "KADR_SPEECH_URL"
"""Environment variables: the model, and a server of one's own."""
MOST_TEXT = 600
"""Characters of what was said: half a minute of fast speech has some 500."""
MOST_BYTES = 65_536
"""Of an answer: the words take 2,000, and some servers put each one's place in time beside them."""
KIND = "audio/wav"
_ROUTE = "/hf-inference/models/{model}"
_OWN_ROUTE = "/audio/transcriptions"
OPTIONS = SingleOptions(most_kept=64)
"""Words are remembered so that who was not answered in time need not pay twice; an hour's are more than enough."""


class Transcriber:
    """A model that hears, as visitors meet it. Safe for threads. It keeps no sound, and shows nobody's words."""

    def __init__(self, model: str, keys: Keys, *, router: str, url: str = "", options: SingleOptions = OPTIONS) -> None:
        """Check where to ask; nothing is sent.

        Args:
            model: organisation/name; of a server of one's own the name that it knows.
            keys: the tokens.
            router: Hugging Face's router, or what stands for it.
            url: a server of one's own with OpenAI's interface, up to and with "/v1"; "" for the router.
            options: how it is asked.

        Raises:
            ConfigError: the address or the model's name has a wrong form, or a token would travel in the clear.
        """
        self._model, self._own = model, bool(url)
        if url:
            url = url.rstrip("/")
            address, place = url if url.endswith(_OWN_ROUTE) else url + _OWN_ROUTE, SPEECH_URL
        else:
            address, place = router.rstrip("/") + _ROUTE.format(model=checked_model(model, SPEECH_MODEL)), ROUTER_PLACE
        self._endpoint = _Ear(address, model, keys, setting=SPEECH_MODEL, place=place)
        self._calls: SingleCalls[str] = SingleCalls(options=options)

    @property
    def may_ask(self) -> bool:
        """Tell whether a call can succeed: Hugging Face answers nobody without a token."""
        return self._endpoint.may_ask

    @property
    def token_variable(self) -> str:
        """The environment variable that holds the token for its address."""
        return self._endpoint.token_variable

    def ask(self, sound: bytes, budget: float) -> Pending[str]:
        """Send a recording, and return at once; the answer is plain text of one line, "" where no word was heard.

        Args:
            sound: WAV, without a flaw (`flaw_of`).
            budget: seconds that the visitor will wait.
        """
        key = hashlib.sha256(sound).hexdigest()
        return self._calls.ask(key, lambda timeout: self._text(sound, timeout), budget)

    def state(self) -> SingleState:
        """Return how the service stands."""
        return self._calls.state()

    def close(self) -> None:
        """Let everyone go and end the connections."""
        self._calls.close()
        self._endpoint.close()

    def _text(self, sound: bytes, timeout: float) -> str:
        body, kind = form_of(sound, self._model) if self._own else (sound, KIND)
        return text_of(self._endpoint.hear(body, kind, timeout), self._endpoint.asked)


def form_of(sound: bytes, model: str) -> tuple[bytes, str]:
    """Return OpenAI's form for a recording, as multipart/form-data, and its content type.

    Args:
        sound: WAV.
        model: the name that the server knows; of one line.
    """
    edge = secrets.token_hex(16)  # drawn anew, so that no recording can hold it
    fields = {"model": model, "response_format": "json", "temperature": "0"}
    head = "".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    file = (
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="query.wav"\r\nContent-Type: {KIND}\r\n\r\n'
    )
    body = (head + file).encode("utf-8", "replace") + sound + f"\r\n--{edge}--\r\n".encode()
    return body, f"multipart/form-data; boundary={edge}"


def text_of(answer: Any, asked: Asked) -> str:
    """Return what was said, as an answer has it: one line without markup and control characters, cut to its bound.

    Raises:
        ServiceWrong: the answer is no transcription.
        ServiceBusy: it says that the model is loading.
    """
    text = answer.get("text") if isinstance(answer, dict) else None
    if isinstance(text, str):
        whole = text[: 4 * MOST_TEXT].encode("utf-8", "replace").decode()  # markup and spaces may take the rest
        return plain(whole)[:MOST_TEXT].strip()
    if isinstance(answer, dict) and answer.get("error"):
        raise told(answer, asked)
    raise asked.wrong("gave JSON that is no transcription")


class _Ear(Endpoint):
    """Where a model is asked with sound instead of JSON."""

    def __init__(self, address: str, model: str, keys: Keys, *, setting: str, place: str) -> None:
        super().__init__(address, model, keys, setting=setting, place=place)
        self.asked = ByEnvironment.of(self.asked, SPEECH_MODEL, SPEECH_URL)

    def hear(self, body: bytes, kind: str, timeout: float) -> Any:
        """Send a body of some kind, and return the JSON of its answer.

        Raises:
            ServiceError: one of its kinds.
        """
        reply = self.send(body, timeout=timeout, most=MOST_BYTES, kind=kind)
        if not reply.whole:
            raise self.asked.wrong(f"gave more than {MOST_BYTES:,} bytes, which no answer to this can take")
        return read_json(reply.body, self.asked)
