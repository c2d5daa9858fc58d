"""Damaged files of every format: a SourceError or a harvest comes out, nothing else, and soon."""

import random
import time
from pathlib import Path

from kadr.collect.files import read_file
from kadr.errors import SourceError
from kadr.sources import FileSource

ROUNDS = 25  # for each of some twenty files; about ten seconds in all


def damaged(data: bytes, chance: random.Random) -> bytes:
    kind = chance.randrange(3)
    at = chance.randrange(len(data))
    if kind == 0:
        return data[:at]
    if kind == 1:
        changed = bytearray(data)
        for _ in range(chance.randint(1, 8)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        return bytes(changed)
    junk = chance.choice([chance.randbytes(40), b'"', b"\x00" * 9, b"[{(" * 400, b"<style" * 300, b"9" * 5_000])
    return data[:at] + junk + data[at:]


def test_damage_never_gets_through(formats: dict[str, bytes], tmp_path: Path) -> None:
    outcomes = {"read": 0, "refused": 0}
    for name, data in formats.items():
        for seed in range(ROUNDS):
            path = tmp_path / name
            path.write_bytes(damaged(data, random.Random(f"{name}{seed}")))
            start = time.monotonic()
            try:
                read_file(FileSource("ours", str(path)))
                outcomes["read"] += 1
            except SourceError:
                outcomes["refused"] += 1
            assert time.monotonic() - start < 10, (name, seed)
    assert min(outcomes.values()) > 30, outcomes
