"""The build: sources -> catalogue -> vectors and postings -> a verified bundle, published by moving one pointer."""

import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kadr.build_report import BuildReport, DryRun
from kadr.bundle import BundleWriter, Draft, SourceCount, prune, read_manifest, resolve, switch
from kadr.catalogue.diff import diff, settled
from kadr.catalogue.report import Report
from kadr.catalogue.table import FilmTable, films_hash
from kadr.collect.growth import LEAST_SHARE
from kadr.collect.harvest import write_rejects
from kadr.config import Config
from kadr.engine import Access
from kadr.errors import BundleError, ConfigError, SourceError
from kadr.evaluate.questions import chosen_titles, put_questions
from kadr.film import Film, Kind
from kadr.harvesting import ALL, Extent, chosen, gather, remember
from kadr.index.vectors import CONNECTIVITY, EXPANSION_ADD, EXPANSION_SEARCH, LEVELS
from kadr.indexing import Indexed, index, namer, questions_of, shown_in
from kadr.progress import Reporter
from kadr.search.params import lexical_to_json
from kadr.search.refine import check_refine
from kadr.text import language_of
from kadr.vectorise import check_access, check_settings

__all__ = ["BuildReport", "DryRun", "build", "dry_run"]

TELLING_QUANTILE = 0.30
"""Share of the catalogue's word occurrences that are too common to bring a film into the answer by themselves: at .30
the cut loses next to no judged film that the ranking had within the first hundred (`make bench` measures it)."""
SMOKE_TITLES = 20
"""Films asked back by their title before the pointer moves."""
REJECTS = "rejects.jsonl"


def dry_run(config: Config, reporter: Reporter, extent: Extent = ALL, access: Access | None = None) -> DryRun:
    """Read the sources and say what a build would take; nothing is sent to a hosted model, and nothing is written.

    Raises:
        ConfigError: a source is named that the configuration lacks, or the encoder cannot be as it is asked for.
        SourceError: a source cannot be read, or has no film.
    """
    _check(config, None)
    gathered = gather(config, reporter, extent, access.environ if access else {}).whole()
    if config.encoder.name != "hosted":
        return DryRun(gathered.counts, None)
    from kadr.vectorise.price import estimate

    return DryRun(gathered.counts, estimate(gathered.films, questions_of(gathered.films, config), config))


def build(
    config: Config, out: Path, reporter: Reporter, extent: Extent = ALL, access: Access | None = None
) -> BuildReport:
    """Build a bundle and make it current; when anything fails, what was current before stays so.

    Args:
        config: what to build from.
        out: the folder that holds bundles; made when it is not there.
        reporter: where progress is told.
        extent: how much of it.
        access: how a hosted model may be asked; None for without a token.

    Raises:
        ConfigError: a source is named that the configuration lacks, or `out` cannot be a folder.
        SourceError: a source cannot be read, or has no film.
        ServiceError: a hosted model did not give the vectors; what it gave is kept for the next run.
        BundleError: the bundle cannot be written, or does not answer as it should.
    """
    chosen(config, extent.sources)
    access = access or Access({})
    _check(config, access)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or "refused"
        raise ConfigError(
            f"{out}: cannot be the folder of bundles ({why}); name another: --out, publish.path"
        ) from error
    gathered = gather(config, reporter, extent, access.environ).whole()
    before, names = _films_now(out)
    # Where a source is not in the file any more, it is another catalogue, and its size says nothing.
    if before and not extent.accept_loss and names <= {source.name for source in config.sources}:
        _check_loss(out, len(before), len(gathered.films))
    films = settled(gathered.films, before or ())
    shown = shown_in(out)
    with BundleWriter(out) as writer:
        parts = index(films, config, writer.folder, reporter, access, shown)
        with reporter.step("seal"):
            version_name = writer.commit(
                _draft(config, films, gathered.counts, parts), _provenance(config, gathered.counts, reporter)
            )
    folder = out / version_name
    with reporter.step("check"):
        put_questions(folder, chosen_titles(films, SMOKE_TITLES))
        switch(out, version_name)
        prune(out, config.publish.keep)
    # Last, because these belong to the bundle that is current.
    remember(config, gathered)
    rejects = out / REJECTS
    write_rejects(rejects, gathered.harvests)
    return BuildReport(
        version=version_name,
        folder=folder,
        unchanged=writer.kept,
        catalogue=gathered.counts,
        diff=None if before is None else diff(before, films),
        seconds=dict(reporter.seconds),
        sizes=_sizes(folder),
        legs={name: leg.dense_weight for name, leg in parts.legs.items()},
        encoder=parts.made.told,
        rejects=rejects if rejects.exists() else None,
    )


def _check(config: Config, access: Access | None) -> None:
    """Stop before anything is read where the models of a configuration cannot be as they are asked for.

    Raises:
        ServiceRefused: a hosted encoder answers nobody without a token; not looked at without `access`.
        ConfigError: what is said of the encoder, or of a model that refines answers, has a wrong form.
    """
    if access is None:
        check_settings(config)
    else:
        check_access(config, access)
    try:
        check_refine(config.search.refine)
        namer(config, access or Access({}))
    except ConfigError as fault:
        raise ConfigError(f"{config.path}: {fault}") from fault


def _films_now(root: Path) -> tuple[tuple[Film, ...] | None, frozenset[str]]:
    """Return the films of the bundle that is current and the names of their sources; None where none can be read."""
    try:
        folder = resolve(root)
        names = frozenset(source.name for source in read_manifest(folder).sources)
        with FilmTable.open(folder / "films.duckdb") as table:
            return tuple(table.iter_films()), names
    except BundleError:
        return None, frozenset()


def _check_loss(out: Path, before: int, now: int) -> None:
    """Keep a part, or what a broken source left, from standing in for a catalogue.

    Raises:
        SourceError: less than half of the films would be left.
    """
    if now < LEAST_SHARE * before:
        raise SourceError(
            f"{out}: would hold {now:,} films in place of {before:,}; nothing was changed. To try a part, name another"
            " folder: --out. If it is right, run again with --accept-loss"
        )


def _draft(config: Config, films: Sequence[Film], counts: Report, parts: Indexed) -> Draft:
    notices = {source.name: source.notice for source in config.sources}
    return Draft(
        counts={
            "films": len(films),
            "series": sum(film.kind is Kind.SERIES for film in films),
            "described": sum(bool(film.descriptions) for film in films),
            "themes": parts.themes,
            **parts.ratings,
        },
        sources=tuple(
            SourceCount(name, count, notices.get(name, "")) for name, count in sorted(counts.sources.items())
        ),
        encoder=parts.made.profile.to_json(),
        quantiser={"kind": "int8 by largest absolute value", "levels": LEVELS},
        search={
            "telling_quantile": TELLING_QUANTILE,
            "telling_idf": round(parts.lexical.idf_quantile(TELLING_QUANTILE), 6),
            "cyrillic": _cyrillic(films),
            **({"refine": config.search.refine.to_json()} if config.search.refine.wanted else {}),
        },
        fusion={
            "legs": {name: leg.to_json() for name, leg in parts.legs.items()},
            "lexical": lexical_to_json(parts.lexical.params),
        },
        quality={"probes": parts.quality},
        films_sha256=films_hash(films),
    )


def _cyrillic(films: Sequence[Film]) -> float:
    """Return the share of the descriptions that are in Cyrillic letters; of the titles where there is none."""
    told = [d.text for film in films for d in film.descriptions] or [film.title for film in films]
    return round([language_of(text) for text in told].count("ru") / len(told), 4)


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


def _sizes(folder: Path) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            part = path.relative_to(folder).parts[0]
            sizes[part] = sizes.get(part, 0) + path.stat().st_size
    return sizes
