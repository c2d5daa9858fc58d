"""A built shop whose server misbehaves on demand."""

from collections.abc import Iterator

import pytest

from tests.vectorise.shop import Shop, opened_shop


@pytest.fixture(scope="module")
def built_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with opened_shop(tmp_path_factory.mktemp("shop")) as opened:
        opened.build()
        yield opened


@pytest.fixture
def shop(built_shop: Shop) -> Iterator[Shop]:
    yield built_shop
    built_shop.server.misbehave(())
