"""Files of ratings: which column of which file holds what. MovieLens folders, and tables with known headers."""

import codecs
import csv
import gzip
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kadr.errors import ConfigError, RatingsError
from kadr.recommend.train.asked import FIELDS, RatingsConfig
from kadr.text import words

__all__ = ["Layout", "encoding_of", "layout_of", "lines_of"]

_NAMES: Mapping[str, str] = {
    "user": "user, user id, userid, uid, user no, user name, username, viewer, viewer id, viewer no, member, member id,"
    " account, account id, customer, customer id, customer no, subscriber, subscriber id, visitor, visitor id,"
    " пользователь, id пользователя, ид пользователя, код пользователя, зритель, id зрителя, клиент, id клиента, юзер",
    "film": "film, film id, filmid, movie, movie id, movieid, item, item id, itemid, kadr id, content id, id фильма,"
    " ид фильма, код фильма, фильм",
    "rating": "rating, ratings, user rating, your rating, score, stars, mark, value, grade, vote, оценка, отметка,"
    " рейтинг, балл, баллы, звезды, моя оценка, оценка пользователя, оценка зрителя",
    "time": "time, timestamp, unixtime, date, datetime, date rated, rated at, watched at, watched date, date watched,"
    " created at, when, время, дата, дата оценки, дата просмотра, дата и время, когда",
    "title": "title, movie title, film title, name, movie name, film name, название, название фильма, наименование,"
    " русское название, русскоязычное название",
    "year": "year, release year, released, movie year, film year, год, год выпуска, год выхода",
    "imdb": "imdb, imdb id, imdbid, tconst, const, id imdb",
    "tmdb": "tmdb, tmdb id, tmdbid, id tmdb, the movie db id",
    "kinopoisk": "kinopoisk, kinopoisk id, kp id, kp, kpid, id kinopoisk, кинопоиск, id кинопоиска",
}
"""Headers that tell a field, as `kadr.collect` has those of films: split into words, in small letters."""
_FIELD_OF = {name.strip(): field for field, names in _NAMES.items() for name in names.split(",")}
_NAMES_A_FILM = ("film", "imdb", "tmdb", "kinopoisk", "title")
_CAMEL = re.compile(r"(?<=[a-zа-яё\d])(?=[A-ZА-ЯЁ])")
_DELIMITERS = ("::", "\t", ";", "|", ",")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".dat", ".data", ".parquet", ".pq")
_HEAD = 1 << 16
_SHOWN = 12
_MOVIELENS = ("userId", "movieId", "rating")
_BARE = ("user", "film", "rating", "time")
"""What the columns hold where there is no header: so do ml-1m and ml-100k."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file of ratings is read.

    Attributes:
        path: the file itself.
        columns: field -> its place among the columns, counted from 0.
        headers: the header as it stands; of a table without one, as many "".
        delimiter: between two cells, "" for Parquet.
        scale: what its makers say that ratings lie between, None where nobody does.
        movies: the file of titles beside it, None for none.
        links: the file of external ids beside it, None for none.
    """

    path: Path
    columns: Mapping[str, int]
    headers: tuple[str, ...]
    delimiter: str
    scale: tuple[float, float] | None = None
    movies: Path | None = None
    links: Path | None = None

    @property
    def headed(self) -> bool:
        """Tell whether the first line is a header."""
        return any(self.headers)

    @property
    def read(self) -> dict[str, str]:
        """The header of each field, or the place of its column, counted from 1, where there is no header."""
        return {field: self.headers[place] or f"column {place + 1}" for field, place in self.columns.items()}

    @property
    def unread(self) -> tuple[str, ...]:
        """The headers of columns that hold no field."""
        read = set(self.columns.values())
        return tuple(header for place, header in enumerate(self.headers) if header and place not in read)


def layout_of(config: RatingsConfig) -> Layout:
    """Return how the ratings of a configuration are to be read.

    Raises:
        ConfigError: there is no such file or folder, or the mapping names what is not there.
        RatingsError: it holds no ratings that are recognised; the message says what was seen.
    """
    path = config.path
    if not path.exists():
        raise ConfigError(f"{path}: there is no such file or folder of ratings")
    dat = path / "ratings.dat" if path.is_dir() else path
    if dat.name == "ratings.dat" and dat.is_file() and config.format != "table":
        places = {name: place for place, name in enumerate(_BARE)}
        return Layout(dat, places, ("",) * 4, "::", (1.0, 5.0), _beside(dat, "movies.dat"))
    file = _ratings_in(path) if path.is_dir() else path
    if not file.name.lower().removesuffix(".gz").endswith(_SUFFIXES):
        raise RatingsError(f"{file}: is no known format of ratings; give CSV, TSV or Parquet, plain or in .gz")
    headers, delimiter = _headers(file)
    of_movielens = file.name.startswith("ratings.csv") and headers[: len(_MOVIELENS)] == _MOVIELENS
    if config.format == "movielens" and not of_movielens:
        raise RatingsError(
            f"{path}: is no MovieLens data set; it needs ratings.csv that begins with {','.join(_MOVIELENS)}, or"
            " ratings.dat"
        )
    columns = _columns(file, headers, config.mapping)
    if not of_movielens or config.format == "table":
        return Layout(file, columns, headers, delimiter)
    movies, links = _beside(file, "movies.csv"), _beside(file, "links.csv")
    return Layout(file, columns, headers, delimiter, (0.5, 5.0), movies, links)


def lines_of(path: Path) -> Iterator[str]:
    """Yield the lines of a text file, plain or gzipped, in UTF-8, or else in windows-1251 as Russian tables may be.

    The older MovieLens sets, in .dat, are in Latin-1 instead.

    Raises:
        RatingsError: it cannot be read.
    """
    try:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError) as cause:
        raise RatingsError(f"{path}: cannot be read; fetch it again") from cause
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1" if ".dat" in path.suffixes else "cp1251", errors="replace")
    return iter(io.StringIO(text))


def encoding_of(path: Path) -> str:
    """Return what a text file begins in: UTF-8, or else windows-1251 as Russian tables may be; "" for plain ASCII.

    Raises:
        RatingsError: it cannot be read, or is in UTF-16.
    """
    head = _head(path)
    try:
        # A letter that the end of the head cuts in two is no fault; at the end of the file it is.
        text = codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < _HEAD)
    except UnicodeDecodeError:
        return "cp1251"
    return "" if text.isascii() else "utf-8-sig"


def _ratings_in(folder: Path) -> Path:
    for name in ("ratings.csv", "ratings.csv.gz", "ratings.parquet"):
        if (folder / name).is_file():
            return folder / name
    raise RatingsError(f"{folder}: holds no ratings; a MovieLens folder has ratings.csv or ratings.dat")


def _beside(file: Path, name: str) -> Path | None:
    return next((path for path in (file.with_name(name), file.with_name(f"{name}.gz")) if path.is_file()), None)


def _headers(file: Path) -> tuple[tuple[str, ...], str]:
    """Return the first row of a table and what parts its cells; "" for each cell where it is no header."""
    if file.suffix.lower() in (".parquet", ".pq"):
        return _parquet_headers(file), ""
    line = _first_line(file)
    if not line.strip():
        raise RatingsError(f"{file}: is empty; it needs a header, and rows below it")
    known = {each: sum(_known(cell) is not None for cell in _cells(line, each)) for each in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda each: (known[each], line.count(each)))
    cells = _cells(line, best)
    if len(cells) in (2, 3, 4) and all(_NUMBER.fullmatch(cell) for cell in cells):
        return ("",) * len(cells), best
    return tuple(cells), best


def _first_line(file: Path) -> str:
    text = _head(file).decode(encoding_of(file) or "ascii", errors="replace")
    return next((line for line in text.splitlines() if line.strip()), "")


def _head(file: Path) -> bytes:
    try:
        with gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb") as stream:
            head = stream.read(_HEAD)
    except (OSError, EOFError) as cause:
        raise RatingsError(f"{file}: cannot be read; fetch it again") from cause
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise RatingsError(f"{file}: is in UTF-16; save it again as UTF-8 text")
    return head


def _cells(line: str, delimiter: str) -> list[str]:
    if len(delimiter) > 1:
        return [cell.strip() for cell in line.split(delimiter)]
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]


def _parquet_headers(file: Path) -> tuple[str, ...]:
    import duckdb

    try:
        with duckdb.connect() as connection:
            described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(file)]).fetchall()
    except duckdb.Error as cause:
        raise RatingsError(f"{file}: is no Parquet file that can be read; write it again") from cause
    return tuple(str(column[0]) for column in described)


def _known(header: str) -> str | None:
    return _FIELD_OF.get(" ".join(words(_CAMEL.sub(" ", header[:200]))))


def _columns(file: Path, headers: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    found = _mapped(file, headers, mapping)
    if not any(headers):
        return {name: place for place, name in enumerate(_BARE[: len(headers)])}
    for place, header in enumerate(headers):
        field = _known(header)
        if field is not None and place not in found.values():
            found.setdefault(field, place)
    seen = ", ".join(repr(header[:40]) for header in headers[:_SHOWN])
    for lacking, what in ((("user",), "user"), (_NAMES_A_FILM, "film")):
        if not any(field in found for field in lacking):
            raise RatingsError(
                f"{file}: no column holds the {what}; headers seen: {seen}; say which by mapping, as {what} = HEADER"
            )
    return found


def _mapped(file: Path, headers: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    places = {header.strip().casefold(): place for place, header in reversed(list(enumerate(headers)))}
    found = {}
    for field, header in mapping.items():
        if field not in FIELDS:
            raise ConfigError(f"mapping.{field[:50]}: no such field; use one of {', '.join(FIELDS)}")
        if header.strip().casefold() not in places:
            seen = ", ".join(repr(each[:40]) for each in headers[:_SHOWN] if each) or "none"
            raise ConfigError(f"mapping.{field}: {file} has no header {header[:60]!r}; headers seen: {seen}")
        found[field] = places[header.strip().casefold()]
    return found
