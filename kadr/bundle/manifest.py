"""The manifest: what a bundle says about itself. Pure functions between typed values and canonical JSON.

A manifest has one spelling: sorted keys, UTF-8, one space of indent, floats by `repr`, one newline at the end. Anything
else is refused, so that no bit of it can change unseen.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from kadr.bundle.canonical import MAX_SHOWN, canonical, fingerprint, under
from kadr.errors import BundleDamaged, BundleForeign

__all__ = [
    "FILMS",
    "FORMAT_VERSION",
    "MANIFEST",
    "MEND",
    "PROVENANCE",
    "Draft",
    "FileEntry",
    "Manifest",
    "SourceCount",
    "is_file_path",
    "is_version",
    "version_of",
]

FORMAT_VERSION = 8
"""Raised when a program that reads this format could misread the new one."""
MANIFEST = "manifest.json"
PROVENANCE = "provenance.json"
FILMS = "films.duckdb"
"""The one file whose bytes differ from build to build: DuckDB writes random ids into it."""
MEND = "run `kadr rollback`, or rebuild with `make build`"

MAX_NUMBER = 2**63 - 1
"""The largest file size that a file system can report."""
VERSION_DIGITS = 16
"""64 bits: two different bundles of one root meet with a chance below 10^-15 after a hundred builds."""

_VERSION = re.compile(r"[0-9a-f]{16}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PART = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}"
_FILE_PATH = re.compile(rf"{_PART}(?:/{_PART}){{0,7}}")


@dataclass(frozen=True, slots=True)
class FileEntry:
    """Size in bytes and SHA-256 in 64 lower-case hex digits of one file."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SourceCount:
    """How many films one source gave, and what its terms ask to be shown, "" for nothing."""

    name: str
    films: int
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the build knows about a bundle before its files are hashed.

    `counts` holds at least `films`. `encoder` is the profile with canary texts and their vectors. `films_sha256` is the
    hash of the rows of films.duckdb in order. The mappings hold JSON values only: no NaN, keys are text.
    """

    counts: Mapping[str, int]
    sources: tuple[SourceCount, ...]
    encoder: Mapping[str, Any]
    quantiser: Mapping[str, Any]
    search: Mapping[str, Any]
    fusion: Mapping[str, Any]
    quality: Mapping[str, Any]
    films_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest(Draft):
    """A draft with the files it stands for. `version` is 16 hex digits; paths are relative, with forward slashes."""

    format: int
    version: str
    files: Mapping[str, FileEntry]

    @classmethod
    def seal(cls, draft: Draft, files: Mapping[str, FileEntry]) -> Self:
        """Return the manifest of a draft and its files, with their version."""
        return cls(format=FORMAT_VERSION, version=version_of(files, draft), files=files, **_draft_values(draft))

    def to_json(self) -> str:
        """Return the canonical text.

        Raises:
            BundleDamaged: a value that JSON cannot hold; the message names its key.
        """
        return canonical(self)

    @classmethod
    def from_json(cls, text: str, name: str = MANIFEST) -> Self:
        """Parse a manifest; `name` is what messages call the file.

        Raises:
            BundleForeign: it was written in another format. This is looked at before anything else.
            BundleDamaged: a key is missing, unknown or mistyped, or the text is not canonical; the message names which.
        """
        raw = _object_of(text, name)
        _check_format(raw, name)
        expected = {f.name for f in fields(cls)}
        if odd := sorted(expected ^ raw.keys()):
            what = "is missing" if odd[0] in expected else "is not a key of this format"
            raise BundleDamaged(f"{name}: {odd[0][:MAX_SHOWN]!r} {what}; {MEND}")
        try:
            manifest = cls(**{key: parse(raw[key], key) for key, parse in _PARSERS.items()})
            same = manifest.to_json() == text
        except BundleDamaged as error:
            raise BundleDamaged(f"{name}: {error}; {MEND}") from error
        if not same:
            raise BundleDamaged(f"{name}: was changed after it was written; {MEND}")
        return manifest


def version_of(files: Mapping[str, FileEntry], draft: Draft) -> str:
    """Return the version of a bundle: 16 hex digits of SHA-256 over its canonical manifest without the version.

    The size and hash of films.duckdb are replaced by the hash of its rows, so that equal content has equal versions.
    """
    listed = {path: draft.films_sha256 if path == FILMS else entry for path, entry in files.items()}
    content = {**_draft_values(draft), "format": FORMAT_VERSION, "files": listed}
    return fingerprint(content)[:VERSION_DIGITS]


def is_version(name: str) -> bool:
    """Tell whether a text has the form of a version: 16 lower-case hex digits."""
    return _VERSION.fullmatch(name) is not None


def is_file_path(path: str) -> bool:
    """Tell whether a path may stand in a manifest.

    It is relative and normalised, of at most 8 parts of ASCII letters, digits and `_.-`, none of which begins with a
    dot; the manifest and the provenance do not list themselves.
    """
    return _FILE_PATH.fullmatch(path) is not None and path not in (MANIFEST, PROVENANCE)


def _draft_values(draft: Draft) -> dict[str, Any]:
    return {f.name: getattr(draft, f.name) for f in fields(Draft)}


def _object_of(text: str, name: str) -> dict[str, Any]:
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BundleDamaged(f"{name}: is not JSON ({type(error).__name__}); {MEND}") from error
    if not isinstance(raw, dict):
        raise BundleDamaged(f"{name}: is not a JSON object; {MEND}")
    return raw


def _check_format(raw: Mapping[str, Any], name: str) -> None:
    try:
        found = _count(raw.get("format"), "format")
    except BundleDamaged as error:
        raise BundleDamaged(f"{name}: {error}; {MEND}") from error
    if found != FORMAT_VERSION:
        hint = "update kadr" if found > FORMAT_VERSION else "rebuild with `make build`"
        raise BundleForeign(f"{name}: is of format {found}, this kadr reads format {FORMAT_VERSION}; {hint}")


def _count(value: object, key: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_NUMBER:
        raise BundleDamaged(f"{key}: is not a whole number from 0")
    return value


def _text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise BundleDamaged(f"{key}: is not a text")
    return value


def _matching(pattern: re.Pattern[str]) -> Callable[[object, str], str]:
    def parse(value: object, key: str) -> str:
        if not pattern.fullmatch(_text(value, key)):
            raise BundleDamaged(f"{key}: does not have the form {pattern.pattern}")
        return str(value)

    return parse


def _object(value: object, key: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BundleDamaged(f"{key}: is not an object")
    return value


def _record(value: object, key: str, names: frozenset[str]) -> Mapping[str, Any]:
    record = _object(value, key)
    if record.keys() != names:
        raise BundleDamaged(f"{key}: must hold {' and '.join(sorted(names))}, and nothing else")
    return record


def _counts(value: object, key: str) -> Mapping[str, int]:
    counts = {name: _count(count, under(key, name)) for name, count in _object(value, key).items()}
    if "films" not in counts:
        raise BundleDamaged(f"{key}.films: is missing")
    return counts


def _sources(value: object, key: str) -> tuple[SourceCount, ...]:
    if not isinstance(value, list):
        raise BundleDamaged(f"{key}: is not a list")
    return tuple(_source(item, f"{key}[{i}]") for i, item in enumerate(value))


def _source(value: object, key: str) -> SourceCount:
    record = _record(value, key, frozenset(["name", "films", "notice"]))
    return SourceCount(
        _text(record["name"], f"{key}.name"),
        _count(record["films"], f"{key}.films"),
        _text(record["notice"], f"{key}.notice"),
    )


def _files(value: object, key: str) -> Mapping[str, FileEntry]:
    return {path: _file(entry, path, key) for path, entry in _object(value, key).items()}


def _file(value: object, path: str, key: str) -> FileEntry:
    if not is_file_path(path):
        raise BundleDamaged(f"{key}: {path[:MAX_SHOWN]!r} is not the path of a file inside the bundle")
    record = _record(value, f"{key}.{path}", frozenset(["size", "sha256"]))
    sha256 = _matching(_SHA256)(record["sha256"], f"{key}.{path}.sha256")
    return FileEntry(_count(record["size"], f"{key}.{path}.size"), sha256)


_PARSERS: Mapping[str, Callable[[object, str], Any]] = {
    "format": _count,
    "version": _matching(_VERSION),
    "counts": _counts,
    "sources": _sources,
    "encoder": _object,
    "quantiser": _object,
    "search": _object,
    "fusion": _object,
    "quality": _object,
    "films_sha256": _matching(_SHA256),
    "files": _files,
}
