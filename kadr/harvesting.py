"""The first stage of a build: the sources of a configuration -> one catalogue, compared with the run before."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kadr.bundle import is_version, resolve
from kadr.catalogue.merge import Merged, merge
from kadr.catalogue.report import Report, report
from kadr.catalogue.table import FilmTable
from kadr.collect.files import read_file
from kadr.collect.gather import Collector, opened_collector, opened_fetcher
from kadr.collect.growth import Growth, History, grow
from kadr.collect.harvest import Harvest, Reject
from kadr.collect.headers import shown
from kadr.config import Config, load_config
from kadr.errors import ConfigError, SourceError
from kadr.film import Film
from kadr.progress import Reporter
from kadr.sources import CollectConfig, FileSource, Source, WikipediaSource

if TYPE_CHECKING:
    from kadr.collect.site.check import Checked

__all__ = ["ALL", "Extent", "Gathered", "check_place", "chosen", "films_at", "gather", "remember"]

HARVESTS = "harvests"
MOST_REASONS = 5
NO_CONTACT = "Wikimedia asks who runs this program, and takes ten calls a minute without; set collect.contact"
FROM_A_FILE = "page"
"""The source's name in a film that is only looked at."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of a catalogue is built, and how.

    Attributes:
        limit: most rows or pages of each source, None for all. A part is not compared with the run before.
        sources: the names of those that are read, () for all.
        offline: whether only pages that are stored already are read.
        accept_loss: whether a source may yield less than half of what it yielded in the run before.
    """

    limit: int | None = None
    sources: Sequence[str] = ()
    offline: bool = False
    accept_loss: bool = False


ALL = Extent()


@dataclass(frozen=True, slots=True)
class Gathered:
    """The catalogue of a run. `grown`: what `remember` keeps of each source, by its name. `faults`: why sources could
    not be read; their films are not in the catalogue.
    """

    films: tuple[Film, ...]
    counts: Report
    harvests: tuple[Harvest, ...]
    grown: Mapping[str, Growth]
    faults: tuple[SourceError, ...] = ()

    def whole(self) -> Self:
        """Return itself where every source was read.

        Raises:
            SourceError: one could not be read, or lost more than half of its films.
        """
        if self.faults:
            raise self.faults[0]
        return self


def gather(config: Config, reporter: Reporter, extent: Extent, environ: Mapping[str, str]) -> Gathered:
    """Read the sources and merge their films; nothing is remembered yet.

    Args:
        config: which sources, and how the web is asked.
        reporter: where progress is told.
        extent: how much of it.
        environ: holds the tokens that sources need.

    Raises:
        ConfigError: a source is named that the configuration lacks, or a token is missing.
        SourceError: no source could be read.
    """
    harvests: list[Harvest] = []
    grown: dict[str, Growth] = {}
    faults: list[SourceError] = []
    with opened_collector(_named(config.collect, environ), environ, offline=extent.offline) as collector:
        for source in chosen(config, extent.sources):
            if isinstance(source, WikipediaSource) and not collector.config.contact:
                reporter.tell(f"{source.name}: {NO_CONTACT}")
            try:
                growth = _grown(config, source, collector, extent, reporter)
            except SourceError as fault:  # the others are read all the same: what they fetch is kept
                faults.append(fault)
                continue
            harvests.append(growth.harvest)
            if _changes(source) and extent.limit is None and not extent.offline:
                grown[source.name] = growth
            _tell(growth, reporter)
    for other in faults[1:]:  # the first one ends the run, and is told there
        reporter.tell(str(other))
    if faults and not harvests:
        raise faults[0]
    with reporter.step("merge"):
        merged: Merged = merge(film for harvest in harvests for film in harvest.films)
    counts = report(merged, (_kind_of(reject) for harvest in harvests for reject in harvest.rejects))
    return Gathered(merged.films, counts, tuple(harvests), grown, tuple(faults))


def remember(config: Config, gathered: Gathered) -> None:
    """Keep what the sources yielded for the next run to be compared with.

    Raises:
        SourceError: it cannot be written.
    """
    for name, growth in gathered.grown.items():
        _history(config).write(name, growth.after)


def check_place(config: Path, place: str, *, offline: bool = False) -> "Checked":
    """Return what would be read from one page.

    Args:
        config: the catalogue file, which says how the web is asked; it need not be there.
        place: the page's address, or the path of a saved file, for which nothing is asked.
        offline: whether only pages that are stored already are read.

    Raises:
        ConfigError: the catalogue file is wrong, or its folder cannot be used.
        SourceError: the saved file cannot be read.
    """
    from kadr.collect.site.check import check

    if not place.strip():
        raise ConfigError("--check: give the address of a page, or the path of a saved one")
    if "://" not in place:
        if not Path(place).exists():
            raise SourceError(f"{place}: there is no such file; the address of a page begins with https://")
        return check(place, None, FROM_A_FILE)
    how = load_config(config).collect if config.exists() else CollectConfig(Path("cache/collect").resolve())
    with opened_fetcher(how, offline=offline) as fetcher:
        return check(place, fetcher, FROM_A_FILE)


def films_at(path: Path, root: Path) -> Iterable[Film]:
    """Return the films of a bundle, of the current one in a folder of bundles, or of a file.

    Args:
        path: where it is, or the name of a version.
        root: the folder of bundles in which versions are looked for.

    Raises:
        SourceError: the file cannot be read.
        BundleError: the folder is no bundle.
    """
    if not path.exists() and is_version(str(path)):
        path = root / path
    if path.is_file():
        return read_file(FileSource(path.stem, str(path))).films
    if not path.exists():
        raise SourceError(f"{path}: there is no such file, bundle or version")
    with FilmTable.open(resolve(path) / "films.duckdb") as table:
        return tuple(table.iter_films())


def chosen(config: Config, names: Sequence[str]) -> Sequence[Source]:
    """Return the sources of these names, all of them where none is named.

    Raises:
        ConfigError: the configuration has no such source.
    """
    known = [source.name for source in config.sources]
    for name in names:
        if name not in known:
            raise ConfigError(f"--sources: {config.path.name} has no source {name!r}; it has {', '.join(known)}")
    return [source for source in config.sources if not names or source.name in names]


def _named(config: CollectConfig, environ: Mapping[str, str]) -> CollectConfig:
    """Return how the web is asked, with the repository as the contact where a job of GitHub runs and none is given."""
    server, repository = (environ.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY"))
    if (
        config.contact
        or not re.fullmatch(r"https://[\w.-]+", server)
        or not re.fullmatch(r"[\w.-]+/[\w.-]+", repository)
    ):
        return config
    return replace(config, contact=f"{server}/{repository}")


def _grown(config: Config, source: Source, collector: Collector, extent: Extent, reporter: Reporter) -> Growth:
    """Read a source, and compare it with the run before where all of it was read.

    Raises:
        ConfigError: what the catalogue file says of it does not fit; the message names that file.
        SourceError: it cannot be read, has no film, or lost more than half of them.
    """
    compared = _changes(source) and extent.limit is None
    past = _history(config).read(source.name) if compared else None
    asked = replace(source, said_in=str(config.path)) if isinstance(source, FileSource) else source
    try:
        with reporter.step(f"read {source.name}") as advance:
            harvest = collector.gather(asked, limit=extent.limit, progress=advance)
    except ConfigError as fault:
        raise ConfigError(f"{config.path}: {source.name}: {fault}") from fault
    except SourceError as fault:
        if past is None or not extent.accept_loss:
            raise
        harvest = Harvest(source.name, 0, (), notes=(str(fault),))
    return grow(past, harvest, _scope(source), accept_loss=extent.accept_loss)


def _changes(source: Source) -> bool:
    """Tell whether a source changes by itself; a local file is as its owner left it."""
    return not isinstance(source, FileSource) or "://" in source.path


def _scope(source: Source) -> str:
    """Return in words which films a source is asked for: how politely, and how they are named, plays no part."""
    manners = ("delay_s", "at_once", "refresh_days", "notice", "defaults", "mapping", "encoding")
    return ", ".join(
        f"{each.name}={getattr(source, each.name)!r}" for each in fields(source) if each.name not in manners
    )


def _history(config: Config) -> History:
    return History(config.collect.folder / HARVESTS)


def _tell(growth: Growth, reporter: Reporter) -> None:
    harvest = growth.harvest
    for note in harvest.notes:
        reporter.tell(f"{harvest.source}: {note}")
    reporter.tell(f"{harvest.source}: {_yield(harvest)}")
    if harvest.unknown_headers:
        names = shown(harvest.unknown_headers)
        reporter.tell(f"{harvest.source}: kept, but not searched: {names}; `mapping` in its block says what they hold")
    if growth.kept or growth.retired:
        reporter.tell(
            f"{harvest.source}: {growth.kept:,} films were missing and are kept, {growth.retired:,} were missing for"
            " the third time and are gone"
        )


def _yield(harvest: Harvest) -> str:
    """Return in words what a source gave; by itself, because in the whole catalogue a poor source is not seen."""
    described, pictured = (sum(bool(getattr(f, name)) for f in harvest.films) for name in ("descriptions", "image_url"))
    told = f"{len(harvest.films):,} films ({described:,} with a description, {pictured:,} with a poster)"
    refused = Counter(reject.reason for reject in harvest.rejects)
    if not refused:
        return told
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in refused.most_common(MOST_REASONS))
    others = refused.total() - sum(count for _, count in refused.most_common(MOST_REASONS))
    reasons += f", other reasons {others:,}" if others else ""
    return f"{told}, {refused.total():,} refused ({reasons})"


def _kind_of(reject: Reject) -> str:
    """Return what is wrong with a row, without the place, so that rows of one fault are counted together."""
    return re.sub(r"\bline \d+: ", "", f"{reject.field}: {reject.reason}")
