"""What [search] of a catalogue file may say beside the weights of fields."""

from pathlib import Path

import pytest

from kadr.errors import ConfigError
from tests.configs import SOURCE, load


def test_a_file_that_search_names_must_be_there(tmp_path: Path) -> None:
    for name in ("synonyms", "queries", "judgments"):
        with pytest.raises(ConfigError, match=rf"search\.{name}: .*nowhere\.txt: there is no such file"):
            load(tmp_path, SOURCE + f'[search]\n{name} = "nowhere.txt"\n')
        assert getattr(load(tmp_path, SOURCE + f'[search]\n{name} = ""\n').search, name) is None


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("rerank_weight = 7", "search.rerank_weight: must be"),
        ("rerank_depth = 0", "search.rerank_depth: must be"),
        ("guess_weight = -1", "search.guess_weight: must be"),
        ('judgments_half = "third"', "search.judgments_half: 'third' is unknown"),
        ("fine = 1", "search.fine: must be"),
        ("rerank = 1", "search.rerank: must be"),
        ("theme_names = 1", "search.theme_names: must be"),
    ],
)
def test_a_wrong_value_is_named(said: str, fault: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=fault):
        load(tmp_path, f"{SOURCE}[search]\n{said}\n")
