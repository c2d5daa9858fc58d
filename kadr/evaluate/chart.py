"""Bars with intervals, as inline SVG that stretches to its column. Pure functions; colours are the page's."""

from kadr.evaluate.bootstrap import Interval

__all__ = ["bar", "gap_bar"]

_WIDTH, _HEIGHT = 1000, 20
"""Units of the drawing. It is stretched sideways; lines keep their thickness."""
_TOP, _THICK = 4, 12


def bar(value: float, interval: Interval | None, kind: str) -> str:
    """Return a bar from 0 to 1, with a whisker over its 95% interval where there is one.

    Args:
        value: its length, 0 to 1.
        interval: what the whisker spans.
        kind: the class of the bar: `own`, `baseline` or `against`.
    """
    drawn = f'<rect class="{kind}" x="0" y="{_TOP}" width="{_at(value)}" height="{_THICK}"/>'
    return _svg(drawn + (_whisker(_at(interval.low), _at(interval.high)) if interval else ""))


def gap_bar(gap: Interval, scale: float) -> str:
    """Return a difference as a dot with a whisker, on an axis from -scale to scale with a line at zero."""

    def at(value: float) -> str:
        return _at((value / scale + 1) / 2)

    zero = f'<line class="axis" x1="{at(0)}" x2="{at(0)}" y1="0" y2="{_HEIGHT}"/>'
    # A line of no length with round ends stays round however the drawing is stretched.
    dot = f'<line class="dot" x1="{at(gap.mean)}" x2="{at(gap.mean)}" y1="{_HEIGHT / 2:g}" y2="{_HEIGHT / 2:g}"/>'
    return _svg(zero + _whisker(at(gap.low), at(gap.high)) + dot)


def _svg(drawn: str) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f"{drawn}</svg>"
    )


def _whisker(low: str, high: str) -> str:
    middle, ends = f"{_HEIGHT / 2:g}", f'y1="{_HEIGHT * 0.25:g}" y2="{_HEIGHT * 0.75:g}"'
    return (
        f'<line class="whisker" x1="{low}" x2="{high}" y1="{middle}" y2="{middle}"/>'
        f'<line class="whisker" x1="{low}" x2="{low}" {ends}/>'
        f'<line class="whisker" x1="{high}" x2="{high}" {ends}/>'
    )


def _at(share: float) -> str:
    """Return a share of the width in units, within the drawing."""
    return f"{min(max(share, 0.0), 1.0) * _WIDTH:.1f}"
