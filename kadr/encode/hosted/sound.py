"""A visitor's recording: whether it is worth sending. Pure."""

import io
import wave
from enum import StrEnum

import numpy as np

__all__ = ["MOST_BYTES", "MOST_SECONDS", "Flaw", "flaw_of"]

MOST_SECONDS = 30.0
"""What Whisper reads at once: of more, servers want other options. Nobody takes so long to describe a film."""
MOST_BYTES = 1_000_000
"""Half a minute at 16 kHz, 16 bits and one channel takes 960,044; nothing larger is even looked into."""
LEAST_SECONDS = 0.3
"""A shorter one is a slip of the finger: the shortest words take half a second with the silence around them."""
LEAST_PEAK = 164
"""Half a per cent of 16 bits: a microphone that is muted stays below it, a whisper far above. Of silence Whisper makes
up sentences that it has read under videos, so it is not sent."""
_SAMPLE_BYTES = 2


class Flaw(StrEnum):
    """Why a recording is not sent."""

    LONG = "long"
    """It is longer than half a minute."""
    QUIET = "quiet"
    """Nothing can be heard in it, or it is too short to hold a word."""
    BROKEN = "broken"
    """It is no sound as a browser records it: WAV of 16 bits."""


def flaw_of(sound: bytes) -> Flaw | None:
    """Return what is wrong with a recording; None where it may be sent.

    Args:
        sound: a file as it came from a visitor; it may be anything.
    """
    if len(sound) > MOST_BYTES:
        return Flaw.LONG
    try:
        with wave.open(io.BytesIO(sound)) as read:
            rate, channels, width = read.getframerate(), read.getnchannels(), read.getsampwidth()
            frames = read.readframes(len(sound))  # the length that a header tells may be anything
    except (wave.Error, EOFError, RuntimeError):  # the last one where a part is said to end beyond the file
        return Flaw.BROKEN
    if width != _SAMPLE_BYTES or not rate:
        return Flaw.BROKEN
    samples = np.frombuffer(frames[: len(frames) // _SAMPLE_BYTES * _SAMPLE_BYTES], dtype="<i2")
    seconds = len(samples) / channels / rate
    if seconds > MOST_SECONDS:
        return Flaw.LONG
    quiet = seconds < LEAST_SECONDS or int(np.abs(samples.astype(np.int32)).max()) < LEAST_PEAK
    return Flaw.QUIET if quiet else None
