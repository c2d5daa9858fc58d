"""The card of a published place: README.md of a data set on the Hub, which other places take as it is. Pure."""

from collections.abc import Sequence

from kadr.bundle import Manifest, SourceCount

__all__ = ["CATALOGUE", "card", "notes"]

CATALOGUE = "catalogue.csv.gz"
"""The catalogue as a table, at the root of a published place."""

_FRONT = """---
pretty_name: {name}
tags:
- kadr
- films
configs:
- config_name: default
  data_files: {catalogue}
---
"""
_TEXT = """# {name}

A catalogue of {films:,} films and the index that searches it, made by Kadr. {reading}

| | |
|---|---|
| version | `{version}` |
| films | {films:,} |
| encoder | {encoder} |

{sources}
- `{catalogue}`: the films as a table.
- `{index}`: the index. `manifest.json` has the size and the SHA-256 of each file; `provenance.json` tells
  from which commit, run and packages it came.
{pointer}
The texts of films are their sources', and so are the terms of their use.
"""
_READING = "Kadr reads it with\n\n```\nKADR_BUNDLE={address}\n```"
_POINTER = "- `current`: the version that is served. `history`: what was current before, oldest first.\n"
_UNPACKING = "Kadr reads it from a folder:\nunpack `{archive}` into one of its own, and name that in `KADR_BUNDLE`."


def card(manifest: Manifest, name: str, address: str) -> str:
    """Return the card of a version: the same version and place have the same card.

    Args:
        manifest: of the version.
        name: of the place, such as `owner/films`.
        address: what `KADR_BUNDLE` is set to for this place.
    """
    front = _FRONT.format(name=_plain(name), catalogue=CATALOGUE)
    index, reading = f"versions/{manifest.version}/", _READING.format(address=address)
    return front + _text(manifest, name, reading=reading, index=index, pointer=_POINTER)


def notes(manifest: Manifest, name: str, archive: str) -> str:
    """Return what is said of a version that is a release.

    Args:
        manifest: of the version.
        name: of the repository.
        archive: the file that holds the index.
    """
    return _text(manifest, name, reading=_UNPACKING.format(archive=archive), index=archive, pointer="")


def _text(manifest: Manifest, name: str, **parts: str) -> str:
    return _TEXT.format(
        name=_plain(name),
        catalogue=CATALOGUE,
        films=manifest.counts["films"],
        version=manifest.version,
        encoder=_plain(str(manifest.encoder.get("model", "")) or "unknown"),
        sources=_sources(manifest.sources),
        **parts,
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
