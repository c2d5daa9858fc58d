"""A stand-in for hosted Whisper: hf-inference, which takes the sound as it is, and servers of OpenAI's interface."""

import io
import math
import re
import wave
from array import array
from collections.abc import Callable, Sequence
from email import message_from_bytes
from email.message import Message

from tests.servers.faults import Fault, Script
from tests.servers.scripted import ScriptedServer
from tests.servers.wire import Received, Reply, json_reply, text_reply

__all__ = ["MODEL", "SpeechServer", "seconds_of", "tone"]

MODEL = "openai/whisper-large-v3-turbo"
_KINDS = {"audio/wav", "audio/wave", "audio/x-wav", "audio/flac", "audio/mpeg", "audio/ogg", "audio/webm"}
"""Some of those that the toolkit behind hf-inference takes."""


class SpeechServer(ScriptedServer):
    """Says of each sound what a function of its bytes says, from the constructor on, until `close`.

    Args:
        say: the words of a recording; Whisper puts a space before them.
        token: what is asked for; empty: nothing.
        faults: what goes wrong: a sequence, one a call, or a function of number and texts (of which there are none).

    `sounds` lists the recordings that came, in order, and `models` what was asked for.
    """

    def __init__(
        self, say: Callable[[bytes], str], *, token: str = "", faults: Sequence[Fault | None] | Script = ()
    ) -> None:
        self.sounds: list[bytes] = []
        self.models: list[str] = []
        self._say, self._token = say, token
        super().__init__(self._reply, faults)

    def _reply(self, received: Received) -> Reply:
        hosted = re.fullmatch(r"/hf-inference/models/([\w.-]+/[\w.-]+)", received.path)
        if hosted is None and received.path != "/v1/audio/transcriptions":
            return text_reply("Not Found", 404)
        if self._token and received.headers.get("authorization") != f"Bearer {self._token}":
            return json_reply({"error": "Invalid username or password."}, 401)
        return self._raw(received, hosted[1]) if hosted else self._form(received)

    def _raw(self, received: Received, model: str) -> Reply:
        kind = received.headers.get("content-type", "")
        if kind not in _KINDS:
            return json_reply({"error": f'Content type "{kind}" not supported.'}, 400)
        return self._scripted(received, received.body, model)

    def _form(self, received: Received) -> Reply:
        kind = received.headers.get("content-type", "")
        parts: dict[str, Message] = {}
        if kind.startswith("multipart/form-data"):
            whole = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + received.body)
            for part in whole.get_payload():
                assert isinstance(part, Message)
                parts[str(part.get_param("name", header="content-disposition"))] = part
        if "file" not in parts or "model" not in parts:
            return json_reply({"detail": [{"type": "missing", "loc": ["body", "file"], "msg": "Field required"}]}, 422)
        sound = parts["file"].get_payload(decode=True)
        assert isinstance(sound, bytes)
        return self._scripted(received, sound, str(parts["model"].get_payload()))

    def _scripted(self, received: Received, sound: bytes, model: str) -> Reply:
        with self._turn:
            self.sounds.append(sound)
            self.models.append(model)
            fault = self._fault()
        return self._faulty(received, fault, lambda: self._heard(sound))

    def _heard(self, sound: bytes) -> Reply:
        seconds = seconds_of(sound)
        if seconds is None:
            return json_reply({"error": "Soundfile is either not in the correct format or is malformed."}, 400)
        return json_reply({"text": f" {self._say(sound)}"})


def seconds_of(sound: bytes) -> float | None:
    """Return how long a recording is; None where it is no WAV."""
    try:
        with wave.open(io.BytesIO(sound)) as read:
            return float(read.getnframes() / read.getframerate())
    except (wave.Error, EOFError, RuntimeError):
        return None


def tone(seconds: float = 1.0, *, peak: int = 8_000, rate: int = 16_000, hertz: float = 440.0) -> bytes:
    """Return a recording of one tone as a browser makes it: WAV of 16 bits, one channel."""
    samples = array("h", (round(peak * math.sin(math.tau * hertz * i / rate)) for i in range(round(seconds * rate))))
    with io.BytesIO() as file:
        with wave.open(file, "wb") as writer:
            writer.setnchannels(1)
            writer.setsampwidth(2)
            writer.setframerate(rate)
            writer.writeframes(samples.tobytes())
        return file.getvalue()
