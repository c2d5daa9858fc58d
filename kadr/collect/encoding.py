"""Bytes -> text, whatever a spreadsheet program wrote."""

import codecs
import re

from kadr.errors import SourceError

__all__ = ["decode"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PLAUSIBLE = ("cp1251", "koi8-r", "cp866", "cp1252", "cp1250", "cp1254")
"""What a Russian or Western spreadsheet writes. Mac Cyrillic is left out: it differs from cp1251 in few letters and
wins on short texts by chance."""
_SAMPLE = 1 << 16
"""Bytes that are enough to tell 8-bit encodings apart: 64 kB is some forty descriptions."""
_SPACES = 50  # UTF-16 without its mark: at least each 25th character is a space, digit or delimiter, with a zero byte
_CYRILLIC = ("cp1251", "koi8-r", "cp866")
_RUSSIAN = 0.25  # the ten commonest letters are 70% of Russian text, 20% to 30% of what a wrong table makes of it
_DAMAGE = 20  # well-formed characters to one broken: a UTF-8 file with a flipped byte, not another encoding


def decode(data: bytes, encoding: str = "") -> str:
    """Return a file's text: by `encoding` when given, else by its byte order mark, else UTF-8, else by its letters.

    Raises:
        SourceError: the encoding is unknown, does not fit, or none could be told.
    """
    if encoding:
        return _named(data, encoding)
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    head = data[:4096]
    low, high = head[1::2].count(0), head[::2].count(0)
    if max(low, high) > len(head) // _SPACES and min(low, high) * _DAMAGE < max(low, high):
        return data.decode("utf-16-le" if low > high else "utf-16-be", "replace")
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if not broken or sum(c > "\x7f" for c in text) - broken >= _DAMAGE * broken:
        return text
    return data.decode(_eight_bit(data), "replace")


def _named(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except LookupError as cause:
        raise SourceError(f"encoding {encoding[:30]!r} is not known; use utf-8, windows-1251, ...") from cause
    except (UnicodeError, ValueError) as cause:
        raise SourceError(f"the text is not in {encoding[:30]}; leave `encoding` out to have it detected") from cause


def _eight_bit(data: bytes) -> str:
    """Tell the encoding from the lines that hold more than ASCII: Russian by its words, others by charset-normalizer.

    A few short titles are enough for the first, and not for the second.
    """
    from charset_normalizer import from_bytes

    sample = b"\n".join(line for line in data.split(b"\n") if not line.isascii())[:_SAMPLE]
    scores = {name: _russian(sample.decode(name, "replace")) for name in _CYRILLIC}
    name, score = max(scores.items(), key=lambda item: item[1])  # the first of equals, cp1251
    if score >= _RUSSIAN:
        return name
    best = from_bytes(sample, cp_isolation=list(_PLAUSIBLE)).best()
    if best is None or best.encoding == "ascii":
        raise SourceError('the encoding could not be told; name it: encoding = "windows-1251"')
    return best.encoding


def _russian(text: str) -> float:
    """Return the share of common letters in the words beyond ASCII, 0 when such words are no Russian words.

    A wrong table shows in case ("дНЛ") and in words of two alphabets ("Mьller").
    """
    strange = [word for word in re.findall(r"[^\W\d_]+", text) if not word.isascii()]
    sound = [word for word in strange if re.fullmatch(r"[А-ЯЁ]?[а-яё]+|[А-ЯЁ]+", word)]
    if not strange or len(sound) < 0.9 * len(strange):
        return 0.0
    letters = "".join(sound).lower()
    return sum(letters.count(letter) for letter in "оеаинтсрвл") / len(letters)
