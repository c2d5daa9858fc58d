"""A search result as JSON values, and as plain text for a terminal."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from kadr.encode.hosted.lack import Lack
from kadr.film import FILM_FIELDS, Description, Film, SourceLink
from kadr.search.ladder import NO_ACCESS
from kadr.search.refine_params import RERANK, REWRITE
from kadr.search.types import FacetValue, Hit, Piece, SearchResult, Why, Wish, WordMatch

__all__ = ["LACKS", "film_to_json", "hit_to_json", "to_json", "to_text"]

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


STEPS: Mapping[str, str] = {REWRITE: "Not retold", RERANK: "Not reranked"}
"""What a step of refining did not do, by its name in `SearchResult.refined`."""


def to_json(result: SearchResult) -> dict[str, Any]:
    """Return the fields of a result as plain JSON values."""
    return {
        "query": result.query,
        "mode": result.mode.value,
        "encoder": result.encoder,
        "degraded": result.degraded,
        "total": result.total,
        "facets": {name: [_flat(value) for value in values] for name, values in result.facets.items()},
        "hits": [hit_to_json(hit) for hit in result.hits],
        "took_ms": dict(result.took_ms),
        "correction": None if result.correction is None else asdict(result.correction),
        "wishes": [_wish_to_json(wish) for wish in result.wishes],
        "relaxed": result.relaxed,
        "following": result.following,
        "refined": dict(result.refined),
    }


def _wish_to_json(wish: Wish) -> dict[str, Any]:
    """Return a wish without its filters: its key says the same in a word."""
    return {name: value for name, value in asdict(wish).items() if name != "filters"}


def film_to_json(film: Film) -> dict[str, Any]:
    """Return all fields of a film."""
    told = {name: getattr(film, name) for name in FILM_FIELDS}  # asdict copies all below it: ten times as slow
    told["kind"] = film.kind.value if film.kind else None
    told["descriptions"] = [_flat(each) for each in film.descriptions]
    told["sources"] = [_flat(each) for each in film.sources]
    told["external_ids"], told["extra"] = dict(film.external_ids), dict(film.extra)
    return told


def hit_to_json(hit: Hit) -> dict[str, Any]:
    """Return one hit: `film`, `rank`, `score`, `snippet` and `why`."""
    return {
        "rank": hit.rank,
        "score": round(hit.score, 6),
        "film": film_to_json(hit.film),
        "snippet": [_flat(piece) for piece in hit.snippet],
        "why": {**_flat(hit.why), "words": [_flat(word) for word in hit.why.words]},
    }


def _flat(part: Description | FacetValue | Piece | SourceLink | Why | WordMatch) -> dict[str, Any]:
    """Return the fields of a record, in their order, as they are."""
    return {name: getattr(part, name) for name in part.__slots__}


def to_text(result: SearchResult) -> str:
    """Return the hits, one block a film: rank, title, facts, snippet with the matched words in [brackets], and why."""
    why = [*_understood(result), *_lacking(result)]
    if not result.hits:
        return "\n".join(["Nothing close was found. Describe the plot in other words, or drop a filter.", *why])
    films = "1 film" if result.total == 1 else f"{result.total} films"
    behind = f", {result.following} of them only close to what was asked" if result.following else ""
    lines = [f"{films}{behind}, {_how(result)}", *why]
    for hit in result.hits:
        film = hit.film
        facts = ", ".join(str(f) for f in (film.year, *film.genres[:2], *film.countries[:2]) if f)
        text = "".join(f"[{p.text}]" if p.marked else p.text for p in hit.snippet)
        named = f"{film.title} ({facts})" if facts else film.title
        lines.append(f"{hit.rank:>3}. {named}  {hit.score:.3f}")
        lines += [f"     {line}" for line in (text, _why(hit)) if line]
    return "\n".join(lines)


def _understood(result: SearchResult) -> Iterator[str]:
    """Yield what was read out of the query, and how to have it read otherwise."""
    if result.correction is not None:
        yield f"Searched for: {result.correction.shown} (--as-typed searches for what was typed)"
    if result.wishes:
        told = ", ".join(
            f"{'not ' if w.negated else ''}{w.label}{' (if possible)' if w.soft else ''}" for w in result.wishes
        )
        yield f"Understood: {told} (--ignore {result.wishes[0].key!r} takes one away, --no-wishes all)"
    if result.relaxed:
        yield "No film meets all of this, so that what is least sure only moves the order."


def _lacking(result: SearchResult) -> Iterator[str]:
    if result.degraded:
        yield LACKS[result.degraded]
    for step, lack in result.refined.items():
        if lack:
            yield f"{STEPS[step]}: {LACKS[lack]}"


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
