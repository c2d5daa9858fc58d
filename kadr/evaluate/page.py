"""A report as one HTML file that needs nothing else: bars by slice with intervals, tables, queries that flipped."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from kadr.evaluate.bootstrap import Interval
from kadr.evaluate.chart import bar, gap_bar
from kadr.evaluate.flips import Flip
from kadr.evaluate.metrics import Scores
from kadr.evaluate.report import BASELINE, Against, Report, Rival, SliceScores, named
from kadr.evaluate.shown import HEADINGS, difference, leak_warning
from kadr.text import plain

__all__ = ["to_html"]

MAX_ROWS = 200
"""Rows of a table of queries: more than anybody reads, and a page of 100,000 opens slowly; `--json` has all."""
MAX_TEXT = 300
"""Characters of a query that are shown: a retelling is known by its beginning."""
NOT_FOUND = "–"
_MEASURES = (("S@10", "success_10"), ("MRR@10", "mrr_10"))

_STYLE = """
:root{color-scheme:light dark;--ink:#1d2430;--soft:#5b6472;--paper:#fff;--line:#d9dee6;--own:#2f6fdb;
--baseline:#a9b1bd;--against:#d98a2b;--warn:#8a4b00}
@media(prefers-color-scheme:dark){:root{--ink:#e8ebf0;--soft:#a3acba;--paper:#15181d;--line:#323a46;--own:#6ea3ff;
--baseline:#667080;--against:#e3a354;--warn:#f0b56a}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:70rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);
background:var(--paper);overflow-wrap:anywhere}
h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.15rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1.2rem 0 .3rem}
p,li,.soft{color:var(--soft)}.warn{color:var(--warn)}
.bars{display:grid;grid-template-columns:minmax(5rem,11rem) 1fr minmax(3.2rem,auto);gap:.1rem .6rem;align-items:center}
.bars svg{display:block;width:100%;height:1.25rem}
.bars .first{margin-top:.6rem}.bars .name{font-weight:600}.number{text-align:right;font-variant-numeric:tabular-nums}
@media(max-width:40rem){.bars{grid-template-columns:1fr auto}.bars .name{grid-column:1/-1}
.bars .name:empty{display:none}.bars .first:not(.name){margin-top:0}}
rect.own{fill:var(--own)}rect.baseline{fill:var(--baseline)}rect.against{fill:var(--against)}
line{vector-effect:non-scaling-stroke}
.whisker{stroke:var(--ink);stroke-width:1.5}.axis{stroke:var(--soft);stroke-width:1;stroke-dasharray:3 3}
.dot{stroke:var(--own);stroke-width:9;stroke-linecap:round}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{padding:.3rem .5rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
th{font-weight:600;white-space:nowrap}td.number,th.number{text-align:right;white-space:nowrap}
td.text{min-width:8.5rem}td.text:last-child{min-width:18rem}
.key{display:inline-block;width:.8rem;height:.8rem;margin-right:.3rem;vertical-align:-.05rem}
.key.own{background:var(--own)}.key.baseline{background:var(--baseline)}.key.against{background:var(--against)}
.legend span{display:inline-block;max-width:100%;margin-right:1.2rem}
"""


def to_html(report: Report, title: str) -> str:
    """Return a report as a whole HTML document, light or dark as its reader's system is; it asks for no other file.

    Args:
        report: what was found.
        title: its heading: which judgments were asked of which bundle.
    """
    heading = escape(plain(title))
    body = [f"<h1>{heading}</h1>", *_summary(report), *_charts(report), *_table(report)]
    if report.against:
        body += _against(report.against)
    body += _lost(report)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        # The page is self-contained, and says so: nothing in a query or a title can make it ask for anything.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{heading}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _summary(report: Report) -> Iterator[str]:
    whole = report.slices[0].scores
    answered = ", ".join(f"{name}: {count}" for name, count in report.answered.items())
    yield f"<p>{whole.n} judged queries; answered {escape(plain(answered))}.</p>"
    if report.resolution.unresolved:
        yield f"<p>Not in the catalogue, left out: {len(report.resolution.unresolved)} queries.</p>"
    if report.leaks:
        yield f'<p class="warn">Warning: {escape(leak_warning(report))}.</p>'


def _charts(report: Report) -> Iterator[str]:
    against = report.against.name if report.against else ""
    for title, measure in _MEASURES:
        yield f"<h2>{title}</h2>"
        yield f'<p class="legend">{_legend(report, against)}</p>'
        yield '<div class="bars">' + "".join(_bars(each, measure) for each in report.slices) + "</div>"
    for name, kind in ((BASELINE, "baseline"), (against, "against")):
        gaps = [(each.name, getattr(each, kind).difference.mrr_10) for each in report.slices if getattr(each, kind)]
        if gaps:
            yield f"<h2>MRR@10: how much better than {_text(name)}</h2>"
            yield "<p>Right of the line this bundle is better; a whisker that crosses it shows no difference.</p>"
            yield _gaps(gaps)


def _legend(report: Report, against: str) -> str:
    kinds = [("own", "this bundle, with its 95% interval")]
    if report.slices[0].baseline:
        kinds.append(("baseline", BASELINE))
    if against:
        kinds.append(("against", against))
    return "".join(f'<span><i class="key {kind}"></i>{_text(name)}</span>' for kind, name in kinds)


def _bars(each: SliceScores, measure: str) -> str:
    """Return the cells of one slice: its name, its bars below each other, their values."""
    rivals: Sequence[tuple[str, Rival | None]] = (("baseline", each.baseline), ("against", each.against))
    own = getattr(each.scores, measure)
    name = f'{_text(each.name)} <span class="soft">n={each.scores.n}</span>'
    cells = [_cells(name, bar(own, getattr(each.spread, measure), "own"), f"{own:.3f}", " first")]
    for kind, rival in rivals:
        if rival:
            value = getattr(rival.scores, measure)
            cells.append(_cells("", bar(value, None, kind), f"{value:.3f}"))
    return "".join(cells)


def _gaps(gaps: Sequence[tuple[str, Interval]]) -> str:
    scale = max((abs(bound) for _, gap in gaps for bound in (gap.low, gap.high)), default=0.0) or 1.0
    cells = (_cells(_text(name), gap_bar(gap, scale * 1.05), f"{gap.mean:+.3f}", " first") for name, gap in gaps)
    return f'<div class="bars">{"".join(cells)}</div>'


def _cells(name: str, drawn: str, value: str, more: str = "") -> str:
    parts = (("name", name), ("bar", drawn), ("number", value))
    return "".join(f'<div class="{kind}{more}">{part}</div>' for kind, part in parts)


def _table(report: Report) -> Iterator[str]:
    against = report.against.name if report.against else ""
    rows = []
    for each in report.slices:
        spreads = [f"[{gap.low:.3f}, {gap.high:.3f}]" for gap in (each.spread.success_10, each.spread.mrr_10)]
        rows.append((each.name, *_shares(each.scores), *spreads))
        for name, rival in ((BASELINE, each.baseline), (against, each.against)):
            if rival:
                gaps = difference(rival.difference.success_10), difference(rival.difference.mrr_10)
                rows.append((f"↳ {name}", *_shares(rival.scores), *gaps))
    yield "<h2>All measures</h2>"
    yield "<p>Below a slice, what else answered it, with how much better this bundle is.</p>"
    yield _rows(HEADINGS, rows, first_number=1)


def _shares(scores: Scores) -> tuple[str, ...]:
    shares = scores.success_1, scores.success_10, scores.mrr_10, scores.ndcg_10, scores.recall_10
    return str(scores.n), *(f"{share:.3f}" for share in shares)


def _against(against: Against) -> Iterator[str]:
    yield f"<h2>Queries that flipped, against {_text(against.name)}</h2>"
    if against.left_out:
        yield f"<p>Queries whose films it does not have, left out: {against.left_out}.</p>"
    for title, found in (
        ("Won: in the first ten only here", against.flips.won),
        ("Lost: in the first ten only there", against.flips.lost),
        ("Moved within the first ten", against.flips.moved),
    ):
        yield f"<h3>{title}: {len(found)}</h3>"
        if found:
            yield _rows(("there → here", "judged", "query"), [_flip(each) for each in found])


def _flip(flip: Flip) -> tuple[str, ...]:
    ranks = f"{flip.other or NOT_FOUND} → {flip.rank or NOT_FOUND}"
    return ranks, named(flip.judgment), flip.judgment.query


def _lost(report: Report) -> Iterator[str]:
    yield f"<h2>Without a judged film in the first ten: {len(report.lost)}</h2>"
    if report.lost:
        yield _rows(("judged", "query"), [(named(each), each.query) for each in report.lost])


def _rows(headings: Sequence[str], rows: Sequence[Sequence[str]], first_number: int | None = None) -> str:
    """Return a table of at most MAX_ROWS rows; from `first_number` on its columns are numbers."""

    def cells(row: Iterable[str], tag: str) -> str:
        numbers = len(headings) if first_number is None else first_number
        kinds = ("number" if at >= numbers else "text" for at in range(len(headings)))
        return "".join(f'<{tag} class="{kind}">{_text(cell)}</{tag}>' for kind, cell in zip(kinds, row, strict=True))

    drawn = "\n".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows[:MAX_ROWS])
    more = f"<p>and {len(rows) - MAX_ROWS} more; <code>--json</code> has all.</p>" if len(rows) > MAX_ROWS else ""
    head = f"<thead><tr>{cells(headings, 'th')}</tr></thead>"
    return f'<div class="scroll"><table>{head}<tbody>\n{drawn}\n</tbody></table></div>{more}'


def _text(text: str) -> str:
    return escape(plain(text)[:MAX_TEXT])
