"""What the gate found, as lines for a terminal and as Markdown for a step summary."""

from collections.abc import Iterator, Sequence

from kadr.evaluate.gate import Verdict
from kadr.evaluate.gate_lines import Line
from kadr.evaluate.shown import to_text
from kadr.text import plain

__all__ = ["to_lines", "to_markdown"]

HEADINGS = ("", "here", "published", "change", "allowed", "")
_SHOWN_FLIPS = 20
"""Queries of each sort that are listed: a summary holds a megabyte, a reader less."""


def to_lines(verdict: Verdict) -> str:
    """Return the verdict as plain lines, the decision last."""
    lines = list(_table(verdict.lines)) if verdict.lines else []
    if verdict.quality:
        lines += ["", to_text(verdict.quality, flips=_SHOWN_FLIPS)]
    if verdict.changes:
        lines += ["", f"films: {verdict.changes.summary()}"]
    lines += [""] * bool(lines) + [*_notes(verdict), decision(verdict)]
    return "\n".join(lines)


def to_markdown(verdict: Verdict) -> str:
    """Return the verdict as a step summary; queries stand in a fence, in which no markup is read."""
    rows = [HEADINGS, ("---",) * len(HEADINGS), *map(_cells, verdict.lines)]
    table = "".join("| " + " | ".join(_cell(text) for text in row) + " |\n" for row in rows) if verdict.lines else ""
    notes = "".join(f"\n{_cell(note)}\n" for note in _notes(verdict))
    # A fence that no query can close.
    told = to_text(verdict.quality, flips=_SHOWN_FLIPS).replace("`", "'") if verdict.quality else ""
    quality = f"\n```text\n{told}\n```\n" if told else ""
    changes = f"\n{verdict.changes.to_markdown()}" if verdict.changes else ""
    return f"## Gate: {_cell(decision(verdict))}\n\n{table}{notes}{quality}{changes}{_timings(verdict)}"


def decision(verdict: Verdict) -> str:
    """Return in one line what is to become of the candidate."""
    if verdict.published == verdict.candidate:
        return f"bundle {verdict.candidate} passes: it is the published bundle itself"
    against = f"against {verdict.published}" if verdict.published else "by itself, compared with none"
    if verdict.passed:
        return f"bundle {verdict.candidate} passes {against}"
    lost = ", ".join(line.name for line in verdict.lines if not line.held)
    return f"bundle {verdict.candidate} is refused {against}: {lost}"


def _notes(verdict: Verdict) -> Iterator[str]:
    yield from (f"{line.name}: {line.advice}" for line in verdict.lines if line.advice and not line.held)
    if verdict.unread:
        yield f"the published bundle cannot be opened, and is not compared with: {plain(verdict.unread)}"
    if verdict.unjudged:
        yield f"no queries were judged: {verdict.unjudged}"
    if verdict.loosened:
        yield f"looser than by default: {', '.join(verdict.loosened)}; because: {plain(verdict.reason)}"


def _cells(line: Line) -> tuple[str, ...]:
    return line.name, line.candidate, line.published, line.change, line.limit, "ok" if line.held else "WORSE"


def _table(lines: Sequence[Line]) -> Iterator[str]:
    rows = [HEADINGS, *map(_cells, lines)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        cells = [first.ljust(widths[0]), *(text.rjust(width) for text, width in zip(rest, widths[1:], strict=True))]
        yield "  ".join(cells).rstrip()


def _timings(verdict: Verdict) -> str:
    if not verdict.seconds:
        return ""
    rows = "".join(f"| {_cell(stage)} | {seconds:,.1f} |\n" for stage, seconds in verdict.seconds.items())
    return f"\n| stage of the build | seconds |\n|---|---|\n{rows}"


def _cell(text: str) -> str:
    """Return a text with what Markdown would read in it made plain."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#&~" else c for c in text)
