"""A bundle with a map, made of one that is too small for any: the places are given by a test."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kadr.bundle import BundleWriter, Draft, read_manifest, resolve, switch
from kadr.index.arrays import key_of
from kadr.index.places import Places

__all__ = ["chart_bundle", "diagonal"]


def diagonal(n_films: int) -> NDArray[np.float32]:
    """Return places from one corner to the other, in the order of the films; the last film has none."""
    at = np.repeat(np.linspace(0, 1, n_films, dtype=np.float32)[:, None], 2, axis=1)
    at[-1] = np.nan
    return at


def chart_bundle(source: Path, root: Path, at: NDArray[np.float32], quality: Mapping[str, Any] | None = None) -> Path:
    """Publish the bundle of another root again, with these places on the map; return the folder of bundles.

    `quality`: what its manifest tells of the search; None for what the other one tells.
    """
    base = resolve(source)
    manifest = read_manifest(base)
    with BundleWriter(root) as writer:
        for path in manifest.files:
            (writer.folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(base / path, writer.folder / path)
        keys = np.array([key_of(str(row)) for row in range(len(at))], dtype=np.uint64)
        Places(at, keys, keys).save(writer.folder / "columns")
        draft = Draft(
            counts=manifest.counts,
            sources=manifest.sources,
            encoder=manifest.encoder,
            quantiser=manifest.quantiser,
            search=manifest.search,
            fusion=manifest.fusion,
            quality=manifest.quality if quality is None else quality,
            films_sha256=manifest.films_sha256,
        )
        switch(root, writer.commit(draft, {"created": "2026-02-03T04:05:06+00:00"}))
    return root
