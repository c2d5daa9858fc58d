"""Beginnings of a catalogue's words that sound as what somebody types in the other alphabet: «спилб» is "spielb".

Nothing is stored. What was typed is read sound by sound, each in all its spellings, and only those that some word of
the catalogue goes on with are followed, the likeliest first: the sorted words are the tree that is walked.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

from kadr.index.fuzzy import Spellings

__all__ = ["Heard", "heard"]

MOST_STEPS = 120
"""Readings that are followed: some two milliseconds. With 80 no name was lost of 1,300."""
LETTERS = 2
"""Letters that allow a spelling to be unusual by one degree more."""
MOST_LETTERS = 5
"""Letters of the longest spelling."""
SILENT, SILENCE = "eh", 2
"""Latin letters that may stand for nothing, as in Charles and Sarah, and how unusual that is."""
MOST_CUT, CUT = 2, 1
"""Letters at the end of what was typed that may be the beginning of a sound written with more, as sc of sch; and how
unusual that is."""

_SPELLINGS = """
а: a / u / ah aa o e
ай: i y ei igh / ai ay / ie
ай*: i*e
ау: au ow / ou
б: b
в: v w / ph / f u
г: g / h gh gu / kh
д: d
дж: j g / dg / dj
дз: z / j
вз: ves
е: e / ie a ae ye yo ea / ee eu u o i ai oe
ей: ay ey ei / a ai ea / e
ей*: a*e
ж: zh / j g / z s
з: z / s es
и: i y ee / e ie ea ey / ei u hi
ий: y / i ii
й: y / i j
к: k c ck / ch q / kh cq
кл: chael
кв: qu
кс: x
л: l
м: m
мак: mc mac
н: n kn / gn
о: o eau / a au oh / aw oa ou ow oe e u
ой: oi oy / eu
оу: o ow / oa ou
оу*: o*e
п: p
р: r wr rh
с: s / c sc z / ps
си: shi
т: t th / dt ght / d
ти: chi
у: u w oo / o ou / wh ew oe
уа: oi
уо: wa wo
уок: walk
ф: f ph / v
х: h / ch kh / j g x
ц: ts tz / z c cz
ч: ch / c cz tch / tsch
ш: sh sch / ch s / sz sc w
щ: shch sch / sh
ы: y / i
ью: ew / u / hu
хью: hugh
э: a e / ae / ai
эй: ai ay / a / ei
эй*: a*e
ю: yu ew / u iu / ju
я: ya ia / a ja
"""
"""Sounds in Russian letters, and how names spell them in Latin ones: in the usual ways, and behind each stroke in ways
one degree less usual. A star is any consonant of those that an English silent e stands behind: Jane, Stone."""
_SIGNS = "ьъ"
"""Russian letters that have no sound."""
_STARS = tuple(zip("бдзклмнпст", "bdzklmnpst", strict=True))
_DOUBLED = frozenset("бвгдзклмнпрстф")
"""Letters for consonants that are often written twice, in one alphabet or in both."""
_Spelt = tuple[str, int]
"""What is written in the other alphabet, and how unusual that is: 0 is the usual way."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Words from `low` to before `high` begin with `text`, which sounds as what was typed.

    `unlike`: how unusually, 0 is the usual spelling.
    """

    text: str
    low: int
    high: int
    unlike: int


def heard(words: Spellings, typed: str) -> list[Heard]:
    """Return the beginnings of sorted words that sound as a beginning that was typed, the likeliest first.

    Args:
        words: folded, sorted.
        typed: a folded word or its beginning; a word that is not all of one alphabet sounds like nothing.
    """
    if not typed.isalpha() or not (typed.isascii() or "а" <= min(typed) <= max(typed) <= "я"):
        return []
    rules = _OF_LATIN if typed.isascii() else _OF_CYRILLIC
    allowed = 1 + len(typed) // LETTERS
    # How unusual, letters left to read, what they are written as; whether the last step read none; the words.
    waiting = [(0, len(typed), "", False, 0, len(words))]
    seen: set[tuple[int, str]] = set()
    found = []
    while waiting and len(seen) < MOST_STEPS:
        unlike, left, text, silent, low, high = heappop(waiting)
        if (left, text) in seen:
            continue
        seen.add((left, text))
        if not left:
            found.append(Heard(text, low, high, unlike))
            continue
        for letters, written, more in rules.after(typed[-left:], silent=bool(text) and not silent):
            if unlike + more <= allowed:
                a, b = words.span(text + written, (low, high)) if written else (low, high)
                if a < b:
                    heappush(waiting, (unlike + more, left - letters, text + written, not letters, a, b))
    return sorted((each for each in found if each.text), key=lambda each: (each.unlike, -len(each.text), each.text))


@dataclass(frozen=True, slots=True)
class _Rules:
    """How letters of one alphabet are written in the other.

    `whole`: by the letters of a sound. `cut`: by the first letters of sounds that have more. `silent`: what may be
    written where nothing is typed.
    """

    whole: Mapping[str, tuple[_Spelt, ...]]
    cut: Mapping[str, tuple[_Spelt, ...]]
    silent: tuple[_Spelt, ...]

    def after(self, rest: str, *, silent: bool) -> Iterator[tuple[int, str, int]]:
        """Yield how a text may begin: letters read, what is written for them, how unusual that is."""
        for letters in range(1, min(MOST_LETTERS, len(rest)) + 1):
            for written, unlike in self.whole.get(rest[:letters], ()):
                yield letters, written, unlike
        if len(rest) <= MOST_CUT:
            for written, unlike in self.cut.get(rest, ()):
                yield len(rest), written, unlike + CUT
        if silent:
            for written, unlike in self.silent:
                yield 0, written, unlike


def _pairs(spellings: str) -> Iterator[tuple[str, str, int]]:
    """Yield each sound in Russian letters, a spelling of it in Latin ones, and how unusual that is."""
    for line in spellings.strip().splitlines():
        sound, _, every = line.partition(": ")
        if "*" in sound:
            yield from ((sound.replace("*", one), every.replace("*", other), 0) for one, other in _STARS)
            continue
        for unlike, some in enumerate(every.split("/")):
            for written in some.split():
                yield sound, written, unlike
                if sound in _DOUBLED and len(written) == 1:
                    yield from ((sound, 2 * written, unlike), (2 * sound, 2 * written, unlike))
                    yield 2 * sound, written, unlike + 1


def _read() -> tuple[_Rules, _Rules]:
    """Return the rules of Latin letters and those of Russian ones."""
    latin: defaultdict[str, dict[str, int]] = defaultdict(dict)
    russian: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for sound, written, unlike in _pairs(_SPELLINGS):
        for rules, letters, others in ((latin, written, sound), (russian, sound, written)):
            rules[letters][others] = min(unlike, rules[letters].get(others, unlike))
    for letter in _SIGNS:
        russian[letter][""] = 0
    for letter in SILENT:
        latin[letter][""] = SILENCE
    signs, silent = tuple((each, 0) for each in _SIGNS), tuple((each, SILENCE) for each in SILENT)
    return _rules(latin, signs), _rules(russian, silent)


def _rules(whole: Mapping[str, Mapping[str, int]], silent: tuple[_Spelt, ...]) -> _Rules:
    cut: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for letters, spelt in whole.items():
        for end in range(1, min(MOST_CUT + 1, len(letters))):
            for written, unlike in spelt.items():
                cut[letters[:end]][written] = min(unlike, cut[letters[:end]].get(written, unlike))
    return _Rules(_tuples(whole), _tuples(cut), silent)


def _tuples(rules: Mapping[str, Mapping[str, int]]) -> Mapping[str, tuple[_Spelt, ...]]:
    return {letters: tuple(spelt.items()) for letters, spelt in rules.items()}


_OF_LATIN, _OF_CYRILLIC = _read()
