"""The card of a published place: README.md of a data set on the Hub, which other places take as it is. Pure."""

from collections.abc import Sequence

from kadr.bundle import Manifest, SourceCount

__all__ = ["CATALOGUE", "card"]

CATALOGUE = "catalogue.csv.gz"
"""The catalogue as a table, at the root of a published place."""

_CARD = """---
pretty_name: {name}
tags:
- kadr
- films
configs:
- config_name: default
  data_files: {catalogue}
---
# {name}

A catalogue of {films:,} films and the index that searches it, made by Kadr. Kadr reads it with

```
KADR_BUNDLE={address}
```

| | |
|---|---|
| version | `{version}` |
| films | {films:,} |
| encoder | {encoder} |

{sources}
- `{catalogue}`: the films as a table.
- `versions/{version}/`: the index. `manifest.json` has the size and the SHA-256 of each file; `provenance.json` tells
  from which commit, run and packages it came.
- `current`: the version that is served. `history`: what was current before, oldest first.

The texts of films are their sources', and so are the terms of their use.
"""


def card(manifest: Manifest, name: str, address: str) -> str:
    """Return the card of a version: the same version and place have the same card.

    Args:
        manifest: of the version.
        name: of the place, such as `owner/films`.
        address: what `KADR_BUNDLE` is set to for this place.
    """
    return _CARD.format(
        name=_plain(name),
        catalogue=CATALOGUE,
        films=manifest.counts["films"],
        version=manifest.version,
        encoder=_plain(str(manifest.encoder.get("model", "")) or "unknown"),
        address=address,
        sources=_sources(manifest.sources),
    )


def _sources(sources: Sequence[SourceCount]) -> str:
    if not sources:
        return ""
    rows = [f"| {_plain(each.name)} | {each.films:,} | {_plain(each.notice)} |" for each in sources]
    return "\n".join(["| source | films | terms |", "|---|---:|---|", *rows, ""])


def _plain(text: str) -> str:
    """Return a text that cannot end a cell, a line or the front matter, nor bring its own markup."""
    line = " ".join(text.split())
    return "".join(f"\\{c}" if c in "\\|<>`*_[]#&" else c for c in line if c.isprintable())
