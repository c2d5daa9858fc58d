"""The vectors that were paid for, kept from run to run in one DuckDB file. Build side.

Texts that the service refused are kept, too, so that finding them is not paid for each night.

A vector is kept under the fingerprint of its model and the SHA-256 of the text as it is sent. It is kept in half
precision (the cosine to what was given is above .999999), and read at length one.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from kadr.encode.encoder import Canary, Profile, Role
from kadr.encode.hosted.cache_file import first_line, open_cache
from kadr.encode.hosted.embedder import truncated
from kadr.errors import ConfigError, EncodeError

__all__ = ["VectorCache"]

SLICE = 4096
"""Keys a statement, each of which reads the table: 100,000 vectors come in 3.6 s, in slices of 1,024 in 10 s."""
UNUSED_RUNS = 100
"""Runs after which a vector that none of them asked for is dropped: three months of nightly builds."""
REFUSED_DAYS = 30
"""Days after which a text that was refused is tried again: services change, and so do their limits."""
_DAY = 86_400
_HAS = "SELECT 1 FROM vectors AS old WHERE old.space = $space AND old.text = new.text"


class VectorCache:
    """The cache as one model's vectors see it; other models' stand beside them in the file. Threads may share it.

    Attributes:
        path: the file.
        profile: the model.
        warnings: what a person should know about the file since it was opened, a line each.
    """

    def __init__(self, path: Path, profile: Profile, *, clock: Callable[[], float] = time.time) -> None:
        """Open the cache, or make it.

        Args:
            path: the file.
            profile: the model.
            clock: gives the seconds since 1970, for the age of refusals.

        Raises:
            ConfigError: another build has it open, the place cannot be read or written, or the file is somebody else's.
                A damaged one is moved aside instead, and `warnings` says so.
        """
        self.path, self.profile = path, profile
        self._space, self._dim = profile.fingerprint(), profile.full_dim
        self._connection, self.warnings = open_cache(path, self._space, self._dim)
        self._lock = threading.Lock()
        self._clock = clock
        self._run: int | None = None

    def __enter__(self) -> Self:
        """Return the cache; it is open already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @property
    def size(self) -> int:
        """How many vectors of this model there are."""
        count: int = self._ask("SELECT count(*) FROM vectors WHERE space = $space")[0][0]
        return count

    def missing(self, texts: Sequence[str], role: Role) -> list[str]:
        """Return the texts that have no vector yet, in order, each once; texts that are sent alike count as one."""
        first: dict[bytes, str] = {}
        for text in texts:
            first.setdefault(self.key(text, role), text)
        keys = list(first)
        ask = f"SELECT text FROM (SELECT unnest($keys::BLOB[]) AS text) AS new WHERE EXISTS ({_HAS})"
        for start in range(0, len(keys), SLICE):
            for (key,) in self._ask(ask, keys=keys[start : start + SLICE]):
                del first[key]
        return list(first.values())

    def key(self, text: str, role: Role) -> bytes:
        """Return the 32 bytes that a text is known by: equal for texts that are sent alike."""
        return hashlib.sha256(self.profile.text_for(text, role).encode("utf-8", "surrogatepass")).digest()

    def put(self, texts: Sequence[str], role: Role, vectors: NDArray[np.float32]) -> None:
        """Keep vectors, float32 (n, full_dim), in the order of the texts. They are on the disk when this returns.

        A text that has a vector keeps that one: two runs that read it must get the same.

        Raises:
            EncodeError: the vectors are not one a text, of the model's dimension, finite.
            ConfigError: the file cannot be written.
        """
        if vectors.shape != (len(texts), self._dim) or not np.isfinite(vectors).all():
            raise EncodeError(
                f"{vectors.shape} numbers for {len(texts)} texts of {self._dim} dimensions, or not finite"
            )
        rows = dict(zip([self.key(text, role) for text in texts], self._encoded(vectors), strict=True))
        self._ask(
            "INSERT INTO vectors SELECT $space, new.text, new.vector, $run FROM "
            "(SELECT unnest($keys::BLOB[]) AS text, unnest($vectors::BLOB[]) AS vector) AS new "
            f"WHERE NOT EXISTS ({_HAS})",
            keys=list(rows),
            vectors=list(rows.values()),
            run=self._this_run(),
        )

    def read(self, texts: Sequence[str], role: Role, block: int = SLICE) -> Iterator[NDArray[np.float32]]:
        """Yield the vectors of texts in order, in blocks of at most `block`, float32 (m, full_dim), each of length one.

        A text that has none, because the service refused it, gets zeros, which are near to nothing.

        Raises:
            ConfigError: the file cannot be read.
        """
        ask = (
            "SELECT new.place, old.vector FROM (SELECT unnest($keys::BLOB[]) AS text, unnest(range($count)) AS place) "
            "AS new JOIN vectors AS old ON old.space = $space AND old.text = new.text"
        )
        for start in range(0, len(texts), block):
            keys = [self.key(text, role) for text in texts[start : start + block]]
            found = np.zeros((len(keys), self._dim), dtype=np.float32)
            for place, vector in self._ask(ask, keys=keys, count=len(keys)):
                found[place] = np.frombuffer(vector, dtype="<f2")
            yield truncated(found, self._dim)

    def put_refused(self, reasons: Mapping[str, str], role: Role) -> None:
        """Keep that the service refused texts, each with the reason.

        Raises:
            ConfigError: the file cannot be written.
        """
        if reasons:
            rows = {self.key(text, role): reason for text, reason in reasons.items()}
            self._ask(
                "INSERT OR REPLACE INTO refusals "
                "SELECT $space, unnest($keys::BLOB[]), unnest($reasons::VARCHAR[]), $today",
                keys=list(rows),
                reasons=list(rows.values()),
                today=self._today,
            )

    def refused(self, texts: Sequence[str], role: Role) -> dict[str, str]:
        """Return those of the texts that were refused lately, with the reasons."""
        text_of = {self.key(text, role): text for text in texts}
        keys = list(text_of)
        found: dict[str, str] = {}
        ask = (
            "SELECT text, reason FROM refusals WHERE space = $space AND day > $since "
            "AND text IN (SELECT unnest($keys::BLOB[]))"
        )
        for start in range(0, len(keys), SLICE):
            rows = self._ask(ask, keys=keys[start : start + SLICE], since=self._today - REFUSED_DAYS)
            found |= {text_of[key]: reason for key, reason in rows}
        return found

    def mark(self, texts: Sequence[str], role: Role) -> None:
        """Note that this run needs the vectors of these texts. All calls on one opened cache are one run."""
        run = self._this_run()
        keys = list(dict.fromkeys(self.key(text, role) for text in texts))
        change = (
            "UPDATE vectors SET used = $run WHERE space = $space AND used <> $run "
            "AND text IN (SELECT unnest($keys::BLOB[]))"
        )
        for start in range(0, len(keys), SLICE):
            self._ask(change, keys=keys[start : start + SLICE], run=run)

    def prune(self, runs: int = UNUSED_RUNS) -> int:
        """Drop the vectors, of any model, that none of the last `runs` runs needed, and return how many; and refusals
        that no longer count.
        """
        self._ask("DELETE FROM refusals WHERE day <= $since", since=self._today - REFUSED_DAYS, spaceless=True)
        ask = "DELETE FROM vectors WHERE used <= (SELECT run FROM about) - $runs RETURNING 1"
        return len(self._ask(ask, runs=runs, spaceless=True))

    def canaries(self) -> tuple[Canary, ...]:
        """Return this model's canaries with the vectors that they had first, in the order in which they came."""
        rows = self._ask("SELECT text, vector FROM canaries WHERE space = $space ORDER BY rowid")
        return tuple(Canary(text, tuple(self._decoded(vector).tolist())) for text, vector in rows)

    def put_canaries(self, canaries: Sequence[Canary]) -> None:
        """Keep canaries that are not there yet; a known text keeps its first vector.

        Raises:
            EncodeError: a vector is not of the model's dimension, or not finite.
        """
        known = {canary.text for canary in self.canaries()}
        new = {canary.text: canary.vector for canary in canaries if canary.text not in known}
        if not new:
            return
        vectors = np.array(list(new.values()), dtype=np.float32)
        if vectors.shape != (len(new), self._dim) or not np.isfinite(vectors).all():
            raise EncodeError(f"{vectors.shape} numbers for {len(new)} canaries of {self._dim} dimensions")
        insert = "INSERT INTO canaries SELECT $space, unnest($texts::VARCHAR[]), unnest($vectors::BLOB[])"
        self._ask(insert, texts=list(new), vectors=self._encoded(vectors))

    def drop_canaries(self) -> None:
        """Forget this model's canaries: where it has no vectors, they guard nothing."""
        self._ask("DELETE FROM canaries WHERE space = $space")

    def _encoded(self, vectors: NDArray[np.float32]) -> list[bytes]:
        return [row.tobytes() for row in truncated(vectors, self._dim).astype("<f2")]

    def _decoded(self, vector: bytes) -> NDArray[np.float32]:
        row: NDArray[np.float32] = truncated(np.frombuffer(vector, dtype="<f2")[None, :].astype(np.float32), self._dim)[
            0
        ]
        return row

    @property
    def _today(self) -> int:
        return int(self._clock() // _DAY)

    def _this_run(self) -> int:
        """Return the number of this run; the first change of the opened cache begins it."""
        if self._run is None:
            self._run = int(self._ask("UPDATE about SET run = run + 1 RETURNING run", spaceless=True)[0][0])
        return self._run

    def _ask(self, statement: str, *, spaceless: bool = False, **values: Any) -> list[Any]:
        """Run one statement, which is one transaction, and return its rows."""
        import duckdb

        try:
            with self._lock:
                return self._connection.execute(
                    statement, values if spaceless else {**values, "space": self._space}
                ).fetchall()
        except duckdb.Error as error:
            raise ConfigError(
                f"encoder.cache: {self.path}: cannot be read or written ({first_line(error)}); "
                "free the disk, or name another file"
            ) from error
