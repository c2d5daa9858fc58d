"""What a source yields from run to run: missing films stay for a while, a sudden loss stops, and nothing is lost."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.collect.growth import RETIRED_AFTER, History, Past, grow
from kadr.collect.harvest import Harvest
from kadr.errors import SourceError
from kadr.film import Description, Film

ASKED = "as ever"


def film(number: int, title: str = "Фильм") -> Film:
    return Film(id=f"web:{number}", title=f"{title} {number}", descriptions=(Description("Один\nдва  три"),))


def harvest(*numbers: int, title: str = "Фильм") -> Harvest:
    return Harvest("web", len(numbers), tuple(film(number, title) for number in numbers))


def ids(found: Harvest) -> list[int]:
    return [int(each.id.partition(":")[2]) for each in found.films]


def test_a_first_run_is_taken_as_it_is() -> None:
    grown = grow(None, harvest(1, 2), ASKED)
    assert grown.harvest == harvest(1, 2)
    assert (grown.kept, grown.retired, grown.after.found) == (0, 0, 2)


def test_a_film_that_is_missing_is_kept_twice_and_gone_the_third_time() -> None:
    past = grow(None, harvest(1, 2, 3), ASKED).after
    seen = []
    for _ in range(RETIRED_AFTER):
        grown = grow(past, harvest(1, 3), ASKED)
        past = grown.after
        seen.append((ids(grown.harvest), grown.kept, grown.retired))
    assert seen == [([1, 3, 2], 1, 0), ([1, 3, 2], 1, 0), ([1, 3], 0, 1)]
    assert ids(grow(past, harvest(1, 3), ASKED).harvest) == [1, 3]


def test_a_film_that_comes_back_begins_anew() -> None:
    past = grow(None, harvest(1, 2, 3), ASKED).after
    for numbers in ((1, 3), (1, 3), (1, 2, 3), (1, 3)):
        grown = grow(past, harvest(*numbers), ASKED)
        past = grown.after
    assert past.missed == {"web:2": 1}


def test_what_a_film_says_now_replaces_what_it_said() -> None:
    past = grow(None, harvest(1, 2), ASKED).after
    grown = grow(past, harvest(1, title="Иначе"), ASKED, accept_loss=True)
    assert [each.title for each in grown.harvest.films] == ["Иначе 1", "Фильм 2"]


@pytest.mark.parametrize(("now", "stops"), [(5, False), (4, True)])
def test_less_than_half_stops_unless_told_otherwise(now: int, stops: bool) -> None:  # a case
    past = grow(None, harvest(*range(10)), ASKED).after
    few = harvest(*range(now))
    if stops:
        with pytest.raises(SourceError, match=r"^web: gave 4 films, 10 in the run before; .* --accept-loss$"):
            grow(past, few, ASKED)
    assert len(grow(past, few, ASKED, accept_loss=stops).harvest.films) == 10


def test_films_that_are_only_kept_do_not_count_for_the_loss() -> None:
    past = grow(None, harvest(*range(10)), ASKED).after
    past = grow(past, harvest(*range(6)), ASKED).after
    assert grow(past, harvest(*range(3)), ASKED).kept == 7  # half of six, not of ten


def test_another_question_is_compared_with_nothing() -> None:
    past = grow(None, harvest(*range(10)), ASKED).after
    grown = grow(past, harvest(1), "only new ones")
    assert (ids(grown.harvest), grown.after.missed) == ([1], {})


@given(st.lists(st.sets(st.integers(0, 12), min_size=1), min_size=2, max_size=6))
def test_a_film_stays_exactly_while_it_was_seen_within_three_runs(runs: list[set[int]]) -> None:
    past: Past | None = None
    for at, numbers in enumerate(runs):
        grown = grow(past, harvest(*sorted(numbers)), ASKED, accept_loss=True)
        past = grown.after
        recent = set().union(*runs[max(0, at - RETIRED_AFTER + 1) : at + 1])
        assert set(ids(grown.harvest)) == recent
        assert len(grown.harvest.films) == len(recent)


def test_a_run_is_remembered_whole(tmp_path: Path) -> None:
    history = History(tmp_path / "harvests")
    assert history.read("web") is None
    past = grow(grow(None, harvest(1, 2, 3), ASKED).after, harvest(1, 3), ASKED).after
    history.write("Web", past)
    assert history.read("web") == past
    assert [path.name for path in history.folder.iterdir()] == ["web.jsonl.gz"]


def test_what_another_version_of_the_program_wrote_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "web.jsonl.gz").write_bytes(gzip.compress(b'{"format": ["kadr harvest 1", "id"], "asked": "x"}\n'))
    assert History(tmp_path).read("web") is None


@pytest.mark.parametrize(
    "damage", [b"", b"no gzip", gzip.compress(b"{}\n"), gzip.compress(b"[1]\n"), gzip.compress(b"")]
)
def test_a_damaged_memory_says_what_to_delete(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "web.jsonl.gz").write_bytes(damage)
    with pytest.raises(SourceError, match=r"web\.jsonl\.gz: .*delete"):
        History(tmp_path).read("web")


def test_a_memory_cut_short_says_so_too(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.write("web", grow(None, harvest(*range(50)), ASKED).after)
    whole = (tmp_path / "web.jsonl.gz").read_bytes()
    (tmp_path / "web.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceError, match="delete the file"):
        history.read("web")


def test_a_memory_with_a_changed_byte_says_so_too(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.write("web", grow(None, harvest(*range(50)), ASKED).after)
    whole = (tmp_path / "web.jsonl.gz").read_bytes()
    for at in range(len(whole) // 2, len(whole)):  # behind the head, which may be that of another version
        (tmp_path / "web.jsonl.gz").write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with pytest.raises(SourceError, match="delete the file"):
            history.read("web")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(SourceError, match=r"collect\.folder"):
        History(tmp_path / "file").write("web", Past(ASKED, {}))


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(SourceError, match=r"cache: is no folder; name another: collect\.folder"):
        History(tmp_path / "cache" / "harvests").read("ours")
