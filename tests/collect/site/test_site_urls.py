import gzip
from pathlib import Path

import pytest

from kadr.collect.harvest import Reject
from kadr.collect.site.urls import Addresses, read_addresses
from kadr.errors import SourceError


def test_addresses_comments_blanks_and_bad_lines(tmp_path: Path) -> None:
    text = (
        "\ufeff# ours\n\nhttps://films.example/1#top\nhttps://films.example/1?utm_source=x\n"
        "films.example/2\n  http://other.example/ё  the hedgehog\nftp://films.example/3?key=geheim\r\nhttps://me:pw@films.example/\n"
    )
    (tmp_path / "urls.txt").write_text(text, encoding="utf-8")
    got = read_addresses(str(tmp_path / "urls.txt"))
    reason = "the line is no http or https address"
    assert got == Addresses(
        ("https://films.example/1", "http://other.example/%D1%91"),
        tuple(
            Reject(number, "urls", reason, detail=f"line {number}: {shown!r}")
            for number, shown in ((5, "films.example/2"), (7, "ftp://films.example/3"), (8, "https://films.example/"))
        ),
    )
    (tmp_path / "urls.gz").write_bytes(gzip.compress(text.removeprefix("\ufeff").encode("utf-16")))
    assert read_addresses(str(tmp_path / "urls.gz")) == got


@pytest.mark.parametrize("content", [b"# nothing\n", b"films.example/2", None, b""])
def test_a_file_without_any_is_refused_by_name(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "urls.txt").write_bytes(content)
    with pytest.raises(SourceError, match=r"urls\.txt: "):
        read_addresses(str(tmp_path / "urls.txt"))
