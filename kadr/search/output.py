"""A search result as JSON values, and as plain text for a terminal."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from kadr.encode.hosted.lack import Lack
from kadr.search.ladder import NO_ACCESS
from kadr.search.types import Hit, SearchResult

__all__ = ["LACKS", "hit_to_json", "to_json", "to_text"]

LACKS: Mapping[str, str] = {
    NO_ACCESS: "The hosted model was not asked: its token or address is missing or wrong (`kadr doctor` says which).",
    Lack.SLOW: "The hosted model did not answer in time; give it longer with --budget-ms.",
    Lack.UNAVAILABLE: "The hosted model cannot be reached, or its answers cannot be believed (`kadr doctor` says why).",
    Lack.BUSY: "The hosted model has too many requests now; ask again later.",
    Lack.SPENT: "The credits for the hosted model are used up.",
    Lack.REFUSED: "The hosted model refuses the token: it is missing, wrong or lacks a right.",
    Lack.MISSING: "Nobody serves the hosted model any more where the bundle has it asked.",
    Lack.DRIFTED: "The hosted model changed since the bundle was built, so that its answers do not count; build anew.",
    Lack.TEXT: "The hosted model did not take this query.",
}
"""Why a better encoder did not answer, in a sentence for a terminal, by `SearchResult.degraded`."""


def to_json(result: SearchResult) -> dict[str, Any]:
    """Return `query`, `mode`, `encoder`, `degraded`, `total`, `facets`, `hits` and `took_ms` as plain JSON values."""
    return {
        "query": result.query,
        "mode": result.mode.value,
        "encoder": result.encoder,
        "degraded": result.degraded,
        "total": result.total,
        "facets": {name: [asdict(value) for value in values] for name, values in result.facets.items()},
        "hits": [hit_to_json(hit) for hit in result.hits],
        "took_ms": dict(result.took_ms),
    }


def hit_to_json(hit: Hit) -> dict[str, Any]:
    """Return one hit: `film`, `rank`, `score`, `snippet` and `why`."""
    film = asdict(hit.film)
    film["kind"] = hit.film.kind.value if hit.film.kind else None
    return {
        "rank": hit.rank,
        "score": round(hit.score, 6),
        "film": film,
        "snippet": [asdict(piece) for piece in hit.snippet],
        "why": asdict(hit.why),
    }


def to_text(result: SearchResult) -> str:
    """Return the hits, one block a film: rank, title, facts, snippet with the matched words in [brackets], and why."""
    why = [LACKS[result.degraded]] if result.degraded else []
    if not result.hits:
        return "\n".join(["Nothing close was found. Describe the plot in other words, or drop a filter.", *why])
    films = "1 film" if result.total == 1 else f"{result.total} films"
    lines = [f"{films}, {_how(result)}", *why]
    for hit in result.hits:
        film = hit.film
        facts = ", ".join(str(f) for f in (film.year, *film.genres[:2], *film.countries[:2]) if f)
        text = "".join(f"[{p.text}]" if p.marked else p.text for p in hit.snippet)
        named = f"{film.title} ({facts})" if facts else film.title
        lines.append(f"{hit.rank:>3}. {named}  {hit.score:.3f}")
        lines += [f"     {line}" for line in (text, _why(hit)) if line]
    return "\n".join(lines)


def _how(result: SearchResult) -> str:
    encoder = f" by the {result.encoder} encoder" if result.encoder else ""
    return f"{result.mode.value}{encoder}"


def _why(hit: Hit) -> str:
    parts = ["exact title"] if hit.why.exact_title else []
    fields: dict[str, list[str]] = {}
    for match in hit.why.words:
        fields.setdefault(match.field, []).append(match.word)
    parts += [f"{name}: {', '.join(found)}" for name, found in fields.items()]
    if hit.why.nearness:
        parts.append(f"near in meaning {hit.why.nearness:.0%}")
    return "; ".join(parts)
