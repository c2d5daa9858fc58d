"""The build: sources -> catalogue -> vectors and postings -> a verified bundle, published by moving one pointer."""

import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kadr.bundle import BundleWriter, Draft, SourceCount, prune, switch
from kadr.calibrate import Calibration, calibrate
from kadr.catalogue.merge import Merged, merge
from kadr.catalogue.report import Report, report
from kadr.catalogue.table import films_hash, write_films
from kadr.collect.files import FileSource, Harvest, Reject, read_file, write_rejects
from kadr.config import Config, SourceConfig
from kadr.encode.embedded import EmbeddedEncoder
from kadr.encode.encoder import Role
from kadr.encode.fit import fit_embedded
from kadr.encode.passages import passage
from kadr.engine import Engine
from kadr.errors import BundleDamaged, ConfigError
from kadr.film import Film, Kind
from kadr.index.arrays import save
from kadr.index.columns import build_columns
from kadr.index.lexical import LexicalIndex, LexicalParams, build_lexical
from kadr.index.titles import build_titles
from kadr.index.vectors import CONNECTIVITY, EXPANSION_ADD, EXPANSION_SEARCH, LEVELS, VectorIndex, write_vectors
from kadr.progress import Reporter
from kadr.search.params import lexical_to_json

__all__ = ["BuildReport", "build"]

TELLING_QUANTILE = 0.30
"""Share of the catalogue's word occurrences that are too common to bring a film into the answer by themselves: at .30
the cut loses next to no judged film that the ranking had within the first hundred (`make bench` measures it)."""
DENSE_WEIGHT = 0.2
"""Share of the embedded encoder in the fusion: up to .2 it costs nothing and helps a little, more costs (decision
record 0003)."""
CANARIES = ("корабль терпит крушение у необитаемого острова", "a detective hunts a killer in a rainy city")
SMOKE_TITLES = 20
"""Films asked back by their title before the pointer moves."""
REJECTS = "rejects.jsonl"


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    `version`: the bundle that is current now. `unchanged`: a bundle of that version was there before. `catalogue`:
    counts of rows and films. `seconds`: by stage. `sizes`: bytes by part of the bundle. `rejects`: the file of rejected
    rows, None when there are none.
    """

    version: str
    folder: Path
    unchanged: bool
    catalogue: Report
    seconds: Mapping[str, float]
    sizes: Mapping[str, int]
    rejects: Path | None

    @property
    def bytes_per_film(self) -> float:
        """Size of the bundle over its films."""
        return sum(self.sizes.values()) / max(self.catalogue.films, 1)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the index stage made, on its way into the manifest."""

    encoder: EmbeddedEncoder
    lexical: LexicalIndex
    calibration: Calibration


def build(
    config: Config, out: Path, reporter: Reporter, *, limit: int | None = None, sources: Sequence[str] = ()
) -> BuildReport:
    """Build a bundle and make it current; when anything fails, what was current before stays so.

    Args:
        config: what to build from.
        out: the folder that holds bundles; made when it is not there.
        reporter: where progress is told.
        limit: rows read from each source at the most.
        sources: names of the sources to read; all when empty.

    Raises:
        ConfigError: a source is named that the configuration lacks, or `out` cannot be a folder.
        SourceError: a source cannot be read, or has no film.
        BundleError: the bundle cannot be written, or does not answer as it should.
    """
    chosen = _chosen(config, sources)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or "refused"
        raise ConfigError(
            f"{out}: cannot be the folder of bundles ({why}); name another: --out, publish.path"
        ) from error
    harvests = [_collect(source, limit, reporter) for source in chosen]
    with reporter.step("merge"):
        merged = merge(film for harvest in harvests for film in harvest.films)
    counts = report(merged, (_kind_of(reject) for harvest in harvests for reject in harvest.rejects))
    with BundleWriter(out) as writer:
        parts = _index(merged.films, config, writer.folder, reporter)
        with reporter.step("seal"):
            version_name = writer.commit(_draft(merged, counts, parts), _provenance(config, counts, reporter))
    folder = out / version_name
    with reporter.step("check"):
        _smoke(folder, merged.films)
        switch(out, version_name)
        prune(out, config.publish.keep)
    # Last, because the file belongs to the bundle that is current.
    rejects = out / REJECTS
    write_rejects(rejects, harvests)
    return BuildReport(
        version=version_name,
        folder=folder,
        unchanged=writer.kept,
        catalogue=counts,
        seconds=dict(reporter.seconds),
        sizes=_sizes(folder),
        rejects=rejects if rejects.exists() else None,
    )


def _kind_of(reject: Reject) -> str:
    """Return what is wrong with a row, without the place, so that rows of one fault are counted together."""
    return re.sub(r"\bline \d+: ", "", f"{reject.field}: {reject.reason}")


def _chosen(config: Config, names: Sequence[str]) -> Sequence[SourceConfig]:
    known = [source.name for source in config.sources]
    for name in names:
        if name not in known:
            raise ConfigError(f"--sources: {config.path.name} has no source {name!r}; it has {', '.join(known)}")
    return [source for source in config.sources if not names or source.name in names]


def _collect(source: SourceConfig, limit: int | None, reporter: Reporter) -> Harvest:
    file = FileSource(
        name=source.name,
        path=source.path,
        mapping=source.mapping,
        defaults=source.defaults,
        encoding=source.encoding,
    )
    bounds = [bound for bound in (limit, source.limit) if bound is not None]
    with reporter.step(f"read {source.name}") as advance:
        return read_file(file, progress=advance, limit=min(bounds) if bounds else None)


def _index(films: Sequence[Film], config: Config, folder: Path, reporter: Reporter) -> _Parts:
    passages = [passage(film) for film in films]
    with reporter.step("fit the encoder"):
        encoder = fit_embedded(passages, config.encoder.dim)
        encoder.save(folder / "encoder" / "embedded")
    vectors = _encode(encoder, passages, reporter)
    with reporter.step("index"):
        norms = write_vectors(folder / "films.usearch", vectors, [film.id for film in films])
        columns = build_columns(films)
        columns.save(folder / "columns")
        save(folder / "columns" / "norms.npy", norms)
        write_films(folder / "films.duckdb", films, columns.popularity.tolist())
        build_titles(films).save(folder / "titles")
        lexical = build_lexical(films, LexicalParams(weights=config.search.field_weights))
        lexical.save(folder / "lexical")
    with reporter.step("calibrate"):
        found = calibrate(films, VectorIndex.open(folder / "films.usearch", norms), encoder)
    return _Parts(encoder, lexical, found)


def _encode(encoder: EmbeddedEncoder, passages: Sequence[str], reporter: Reporter) -> NDArray[np.float32]:
    batch = 256
    vectors = np.empty((len(passages), encoder.profile.dim), dtype=np.float32)
    with reporter.step("encode", len(passages)) as advance:
        for start in range(0, len(passages), batch):
            vectors[start : start + batch] = encoder.encode(passages[start : start + batch], Role.PASSAGE)
            advance(min(start + batch, len(passages)))
    return vectors


def _draft(merged: Merged, counts: Report, parts: _Parts) -> Draft:
    films = merged.films
    vectors = parts.encoder.encode(CANARIES, Role.QUERY).astype(np.float64)
    # Six digits hold a cosine to 1e-6, and keep the manifest short.
    canaries = zip(CANARIES, vectors.round(6).tolist(), strict=True)
    profile = parts.encoder.profile.to_json() | {"canaries": [{"text": t, "vector": v} for t, v in canaries]}
    return Draft(
        counts={
            "films": len(films),
            "series": sum(film.kind is Kind.SERIES for film in films),
            "described": sum(bool(film.descriptions) for film in films),
        },
        sources=tuple(SourceCount(name, count) for name, count in sorted(counts.sources.items())),
        encoder=profile,
        quantiser={"kind": "int8 by largest absolute value", "levels": LEVELS},
        search={
            "telling_quantile": TELLING_QUANTILE,
            "telling_idf": round(parts.lexical.idf_quantile(TELLING_QUANTILE), 6),
            "near": parts.calibration.near,
        },
        fusion={
            "dense_weight": DENSE_WEIGHT,
            "floor": parts.calibration.floor,
            "ceiling": parts.calibration.ceiling,
            "lexical": lexical_to_json(parts.lexical.params),
        },
        quality={},
        films_sha256=films_hash(films),
    )


def _provenance(config: Config, counts: Report, reporter: Reporter) -> dict[str, Any]:
    packages = ("kadr", "numpy", "scikit-learn", "scipy", "usearch", "duckdb", "pystemmer")
    return {
        "config": config.path.name,
        "python": platform.python_version(),
        "packages": {name: version(name) for name in packages},
        "catalogue": counts.to_json(),
        "seconds": {name: round(seconds, 3) for name, seconds in reporter.seconds.items()},
        "graph": {
            "connectivity": CONNECTIVITY,
            "expansion_add": EXPANSION_ADD,
            "expansion_search": EXPANSION_SEARCH,
        },
    }


def _smoke(folder: Path, films: Sequence[Film]) -> None:
    """Ask the new bundle, through the front door, for films it must find.

    Raises:
        BundleDamaged: it does not find one of them by its title.
    """
    with Engine.open(folder) as engine:
        for film in films[:: max(1, len(films) // SMOKE_TITLES)]:
            hits = engine.search(film.title, k=10, facets=False).hits
            if not hits or not hits[0].why.exact_title:
                raise BundleDamaged(
                    f"{folder.name}: does not find film {film.id} by its title; it was not made current"
                )


def _sizes(folder: Path) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            part = path.relative_to(folder).parts[0]
            sizes[part] = sizes.get(part, 0) + path.stat().st_size
    return sizes
