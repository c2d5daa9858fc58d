"""A catalogue that the command line builds through a server, as a user would."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.commands import ROOT
from tests.real.corpus import Corpus, Slice, write_corpus
from tests.real.server import DIM, MODEL, Real

__all__ = ["Built", "build", "kadr"]

CACHE = ROOT / "cache" / "real.duckdb"
"""Git ignores the folder. What was embedded once stays, because it is slow on two cores."""
TIMEOUT_S = 3_000


@dataclass(frozen=True, slots=True)
class Built:
    """What a build left.

    `config`: the catalogue file. `judged`: the queries by slice. `report`: what the build said of itself.
    """

    config: Path
    bundles: Path
    judged: Mapping[Slice, Path]
    report: dict[str, Any]
    seconds: float

    @property
    def bundle(self) -> Path:
        """The bundle's own folder."""
        return Path(self.report["folder"])


def kadr(*arguments: str | Path) -> Any:
    """Run a command as a shell would, with --json, and return what it printed; no token is in its environment."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("KADR_", "HF_"))}
    command = [sys.executable, "-m", "kadr", *map(str, arguments), "--json"]
    run = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    assert run.returncode == 0, run.stderr[-2_000:]
    return json.loads(run.stdout)


def build(corpus: Corpus, folder: Path, real: Real) -> Built:
    """Write a corpus and its catalogue file into a folder, and build it."""
    sources, judged = write_corpus(corpus, folder)
    config, bundles = folder / "catalogue.toml", folder / "bundles"
    blocks = [f'[[sources]]\nkind = "file"\nname = "{name}"\npath = "{path}"\n' for name, path in sources.items()]
    encoder = f'[encoder]\nname = "hosted"\nprovider = "openai"\nurl = "{real.url}"\nmodel = "{MODEL}"\ndim = {DIM}\n'
    publish = f'[publish]\npath = "{bundles}"\n'
    config.write_text("\n".join([*blocks, encoder + f'cache = "{CACHE}"\n', publish]), encoding="utf-8")
    start = time.monotonic()
    report = kadr("build", config)
    return Built(config, bundles, judged, report, time.monotonic() - start)
