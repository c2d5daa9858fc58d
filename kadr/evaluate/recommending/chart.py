"""The comparison as a picture: how right models are beside what they weigh, and beside how various their lists are."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kadr.errors import ConfigError
from kadr.evaluate.recommending.report import Protocol, Report, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw"]

_MARKS = "osD^vPX<>phd*8"
_INCHES = (11.0, 4.2)
"""Of one protocol: two panels side by side, and the names of the models beside them."""
_DPI = 120
_LIGHT = 10_000
"""Bytes up to which the axis is even, from 0; above it is logarithmic."""
_WEIGHTS = {0: "0", 10_000: "10 kB", 100_000: "100 kB", 10**6: "1 MB", 10**7: "10 MB", 10**8: "100 MB", 10**9: "1 GB"}


def draw(report: Report, path: Path) -> None:
    """Write the picture as PNG: a row of panels for each protocol; whiskers are 95 % intervals.

    Raises:
        ConfigError: the file cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows = len(report.protocols)
    figure = Figure(figsize=(_INCHES[0], _INCHES[1] * rows), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(rows, 2, squeeze=False, sharey="row")
    names = dict.fromkeys(row.model for protocol in report.protocols for row in protocol.rows)
    looks = {name: at for at, name in enumerate(names)}  # a model looks the same in every panel
    for protocol, (weight, variety) in zip(report.protocols, panels, strict=True):
        _panels(protocol, report.depths[0], looks, (weight, variety))
    try:
        # Without the date and version that a PNG otherwise has, the same report gives the same bytes.
        figure.savefig(path, format="png", metadata={"Software": None})
    except OSError as error:
        raise ConfigError(f"--chart: {path}: cannot be written ({error.strerror})") from error


def _panels(protocol: Protocol, k: int, looks: Mapping[str, int], panels: "tuple[Axes, Axes]") -> None:
    weight, variety = panels
    for row in protocol.rows:
        _point(weight, row, looks[row.model], row.nbytes, k)
        if f"distance@{k}" in row.scores:
            _point(variety, row, looks[row.model], row.scores[f"distance@{k}"], k)
    heaviest = max(row.nbytes for row in protocol.rows)
    weight.set_xscale("symlog", linthresh=_LIGHT)
    weight.set_xlim(-_LIGHT / 5, max(heaviest, _LIGHT) * 3)
    ticks = [at for at in _WEIGHTS if at <= max(heaviest, _LIGHT) * 3]
    weight.set_xticks(ticks, [_WEIGHTS[at] for at in ticks])
    weight.minorticks_off()
    weight.set_xlabel("size of the model")
    weight.set_ylabel(f"{protocol.name}: NDCG@{k}")
    variety.set_xlabel(f"distance of the films of a list, 1 - cosine, @{k}")
    variety.legend(*weight.get_legend_handles_labels(), loc="center left", bbox_to_anchor=(1.02, 0.5), frameon=False)
    variety.locator_params(axis="x", nbins=6)
    for panel in panels:
        panel.grid(visible=True, alpha=0.3)


def _point(panel: "Axes", row: Row, at: int, x: float, k: int) -> None:
    mean, interval = row.scores[f"ndcg@{k}"], row.intervals[f"ndcg@{k}"]
    reach = [[max(mean - interval.low, 0)], [max(interval.high - mean, 0)]]
    panel.errorbar(
        [x],
        [mean],
        yerr=reach,
        fmt=_MARKS[at % len(_MARKS)],
        color=f"C{at % 10}",
        markersize=7,
        elinewidth=1,
        capsize=3,
        alpha=0.85,
        label=row.model,
    )
