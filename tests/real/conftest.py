"""A real model on a real server, and a bundle that was built through it by the command line."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.data import real_data
from tests.real.bundle import Built, build
from tests.real.corpus import Corpus, read_corpus
from tests.real.server import Real, serving


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    """The model on its server."""
    python = Path(os.environ["KADR_REAL_PYTHON"]).absolute()
    with serving(python, tmp_path_factory.mktemp("server") / "log.txt") as server:
        yield server


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    """The catalogue and its queries."""
    return read_corpus(real_data("catalogues").parent)


@pytest.fixture(scope="session")
def built(real: Real, corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The bundle of the catalogue; no test changes anything in it."""
    return build(corpus, tmp_path_factory.mktemp("catalogue"), real)
