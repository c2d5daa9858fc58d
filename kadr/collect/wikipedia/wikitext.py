"""The source text of an article -> its lead and its plot as plain text. Pure functions."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from kadr.collect.wikipedia.markup import words_of
from kadr.text import normalise

__all__ = ["Texts", "read_texts"]

MAX_ARTICLE = 1_000_000
"""Characters looked at: half of what MediaWiki lets an article have; plots stand in the first tenth of long ones."""
_PLOTS = frozenset(
    [
        "сюжет",
        "краткое содержание",
        "содержание",
        "синопсис",
        "фабула",
        "сюжетная линия",
        "основная сюжетная линия",
        "описание сюжета",
        "краткий сюжет",
        "краткое описание сюжета",
        "plot",
        "premise",
        "synopsis",
        "storyline",
        "story",
        "summary",
    ]
)
"""Headings over what a film tells, as `normalise` writes them."""
_MOST_PLOTS = 5
"""Headings over a plot that are followed until one has a text under it: each looks through all that come after it."""
_PLOT_WORDS = frozenset({"сюжет", "синопсис", "фабула", "plot", "synopsis", "premise"})
"""Words that begin such a heading: "Сюжет фильма", "Сюжет и персонажи", "Plot summary"."""


@dataclass(frozen=True, slots=True)
class Texts:
    """An article in words: `lead` is what stands before the first heading, `plot` the section that tells the story."""

    lead: str
    plot: str


@dataclass(frozen=True, slots=True)
class _Section:
    level: int
    heading: str
    start: int
    end: int


def read_texts(wikitext: str) -> Texts:
    """Return lead and plot of an article, "" for what it does not have."""
    text = _without_comments(wikitext[:MAX_ARTICLE])
    sections = list(_sections(text))
    lead = words_of(text[: sections[0].start if sections else len(text)])
    plots = (at for at, section in enumerate(sections) if _is_plot(section.heading))
    for at in islice(plots, _MOST_PLOTS):
        section = sections[at]
        later = (each.start for each in sections[at + 1 :] if each.level <= section.level)
        if plot := words_of(text[section.end : next(later, len(text))]):
            return Texts(lead, plot)
    return Texts(lead, "")


def _is_plot(heading: str) -> bool:
    key = normalise(heading)
    return key in _PLOTS or key.split(" ", 1)[0] in _PLOT_WORDS


def _without_comments(text: str) -> str:
    """Take out comments; one that is never closed hides the rest, as it does for MediaWiki."""
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("-->", start)
        at = end + 3 if end >= 0 else len(text)
    return "".join([*kept, text[at:]])


def _sections(text: str) -> Iterator[_Section]:
    """Yield the headings of an article: lines between equals signs."""
    start = 0
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        if line.startswith("=") and len(bare) > 2 and bare.endswith("="):
            left, right = len(bare) - len(bare.lstrip("=")), len(bare) - len(bare.rstrip("="))
            level = min(left, right, 6)
            if heading := bare[level:-level].strip():
                yield _Section(level, heading, start, start + len(line))
        start += len(line)
