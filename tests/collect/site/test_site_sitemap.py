import contextlib
import datetime as dt
import gzip
import os
import re
import time
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.collect.site.sitemap import MAX_DECLARED, MAX_MARKS, MAX_SITEMAP, Entry, changed_at, read_sitemap
from kadr.errors import SourceError
from tests.commands import shell

NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/image"'


def urlset(inside: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {NAMESPACE}>{inside}</urlset>'.encode()


def locs(body: bytes) -> list[str]:
    return [entry.address for entry in read_sitemap(body)]


def test_pages_and_their_dates() -> None:
    body = urlset(
        "<url><loc>\n https://films.example/1?a=1&amp;b=2 </loc><lastmod>2024-05-06T07:08:09+03:00</lastmod>"
        "<image:image><image:loc>https://films.example/1.jpg</image:loc></image:image></url>"
        "<!-- <url><loc>https://films.example/hidden</loc></url> -->"
        "<url><lastmod>yesterday</lastmod><loc><![CDATA[https://films.example/2]]></loc></url><url><loc/></url>"
    )
    moment = dt.datetime(2024, 5, 6, 4, 8, 9, tzinfo=dt.UTC).timestamp()
    assert list(read_sitemap(body)) == [
        Entry("https://films.example/1?a=1&b=2", changed=moment),
        Entry("https://films.example/2"),
    ]


def test_an_index_in_any_namespace_or_none() -> None:
    index = "<sitemapindex><sitemap><loc>https://films.example/s1.xml.gz</loc></sitemap></sitemapindex>"
    assert list(read_sitemap(index.encode())) == [Entry("https://films.example/s1.xml.gz", is_sitemap=True)]
    strange = index.replace("<", "<x:").replace("<x:/", "</x:").replace("index>", "index xmlns:x='urn:x'>", 1)
    assert list(read_sitemap(strange.encode())) == [Entry("https://films.example/s1.xml.gz", is_sitemap=True)]


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        lambda body: b"\xef\xbb\xbf" + body,
        lambda body: b"\n\n" + body.split(b"?>", 1)[1],
        lambda body: body.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        lambda body: body.decode().replace("UTF-8", "windows-1251").encode("cp1251"),
        lambda body: b"\r\n".join(re.findall(rb"https://films[^<]+", body)),
        lambda body: gzip.compress(b"\n".join(re.findall(rb"https://films[^<]+", body))),
    ],
)
def test_packings_and_encodings(pack: object) -> None:
    body = urlset("<url><loc>https://films.example/one</loc></url><url><loc>https://films.example/два</loc></url>")
    assert callable(pack)
    assert locs(pack(body)) == ["https://films.example/one", "https://films.example/два"]


def test_broken_ones_are_read_as_far_as_they_go() -> None:
    whole = urlset("".join(f"<url><loc>https://films.example/{n}?a=1&b=2</loc></url>" for n in range(9)))
    assert locs(whole) == [f"https://films.example/{n}?a=1&b=2" for n in range(9)]
    assert locs(whole[: whole.index(b"/7?")]) == locs(whole)[:7]
    assert locs(whole[: whole.index(b"/7?") + 3]) == locs(whole)[:7]
    assert locs(whole.replace(b"</urlset>", b"")) == locs(whole)
    assert (
        locs(whole.replace(b"</url><url><loc>https://films.example/3", b"<url><b><loc>x</url><url><loc>https:/3"))[-5:]
        == locs(whole)[-5:]
    )
    assert locs(whole.replace(b"example/2?", b"example/\xff\x00?"))[3:] == locs(whole)[3:]


def test_references_within_cdata_and_without() -> None:
    body = urlset(
        "<url><loc><![CDATA[https://films.example/?a=1&b=2]]></loc></url>"
        "<url><loc>https://films.example/?a=&apos;&#38;b=&#x26;&c</loc></url>"
    )
    assert locs(body) == ["https://films.example/?a=1&b=2", "https://films.example/?a='&b=&&c"]


@pytest.mark.parametrize("hostile", [b"<![CDATA[", b"&", b"<url>", b"<url><loc>x", b"<!--", b"</loc>", b"<loc>&#"])
def test_hostile_repeats_take_linear_time(hostile: bytes) -> None:
    began = time.perf_counter()
    with contextlib.suppress(SourceError):
        list(read_sitemap(b"<urlset>" + hostile * 200_000))
    assert time.perf_counter() - began < 3


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "neither XML nor"),
        (b"not here", "neither XML nor"),
        (b"<html><head><title>Just a moment</title></head><body>x</body></html>", "names no page"),
        (b"<", "no sitemap"),
        (b"<?xml version='1.0'?>", "no sitemap"),
        (gzip.compress(b"<urlset>" + b" " * (MAX_SITEMAP + 1)), "more than"),
        (b"\x1f\x8bnot gzip", "broken"),
        (b" " * (MAX_SITEMAP + 1), "more than"),
    ],
)
def test_what_is_no_sitemap_is_refused(body: bytes, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        list(read_sitemap(body))


def test_an_empty_sitemap_is_one() -> None:
    assert locs(urlset("")) == []


def test_entities_stay_shut(tmp_path: object) -> None:
    secret = f"{tmp_path}/secret"
    with open(secret, "w") as file:  # noqa: PTH123  # the path goes into an entity as text
        file.write("https://films.example/secret")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 50}">' for n in range(12))
    head = f'<?xml version="1.0"?><!DOCTYPE urlset [{laughs}<!ENTITY x SYSTEM "file://{secret}">]>'
    body = head + "<urlset><url><loc>&x;</loc></url><url><loc>&l11;</loc></url></urlset>"
    began = time.perf_counter()
    try:
        found = locs(body.encode())
    except SourceError:
        found = []
    assert time.perf_counter() - began < 1
    assert all("secret" not in each and "haha" not in each for each in found)


MEASURED = """
import resource
from kadr.collect.site.sitemap import MAX_ENTRIES, read_sitemap

line = "<url><loc>https://films.example/film/%d</loc><lastmod>2024-01-01</lastmod></url>"
body = ("<urlset>" + "".join(line % n for n in range(MAX_ENTRIES + 5)) + "</urlset>").encode()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert sum(1 for _ in read_sitemap(body)) == MAX_ENTRIES
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / len(body))
"""


def test_a_large_one_takes_little_memory() -> None:
    """A tree of it would take more than ten times its size; mending takes two copies."""
    done = shell("-c", MEASURED)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 4


HOSTILE = """
import resource, sys, time
from kadr.collect.site.sitemap import MAX_MARKS, read_sitemap
from kadr.errors import SourceError

piece, share = sys.argv[1].encode(), int(sys.argv[2])
count = min(50_000_000 // len(piece), MAX_MARKS // (piece.count(b"<") + piece.count(b"&") or 1) - 9) // share
body = b"<urlset><url><loc>http://a.example/" + piece * count + b"</loc></url></urlset>"
before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
try:
    list(read_sitemap(body))
except SourceError:
    pass
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, time.process_time() - began)
"""


@pytest.mark.parametrize("piece", ["<x/>", "<!---->", "&", "<x></x>", "</x>", '<x a="1" a="2"/>', "\1"])
def test_as_many_marks_as_are_read_take_little_memory(piece: str) -> None:
    """A tree of the first would take 500 MB, of the part read every day 125; the bounds are for a busy machine."""
    share = 1 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 4
    done = shell("-c", HOSTILE, piece, str(share))
    assert done.returncode == 0, done.stderr
    mib, seconds = map(float, done.stdout.split())
    assert mib < 60
    assert seconds < 30 / share


@pytest.mark.parametrize("hostile", [b"<x/>", b"&", b"<!---->", b"<![CDATA[]]>"])
def test_more_marks_than_a_sitemap_has_are_refused(hostile: bytes) -> None:
    with pytest.raises(SourceError, match="more than 4,000,000"):
        list(read_sitemap(gzip.compress(b"<urlset>" + hostile * (MAX_MARKS + 1) + b"</urlset>", 1)))
    declared = "".join(f'<!ENTITY a{n} "x">' for n in range(MAX_DECLARED + 1))
    for encoding in ("utf-8", "utf-16"):
        with pytest.raises(SourceError, match="declares more than"):
            list(read_sitemap(f"<!DOCTYPE urlset [{declared}]><urlset/>".encode(encoding)))


def test_addresses_across_the_pieces_that_the_parser_is_fed_with() -> None:
    """Wherever a piece ends: in a reference, in a CDATA section, in a tag."""
    for shift in range(0, 90, 7):
        one = "<url><loc>https://films.example/{0}?a=1&amp;b=2&c</loc></url><url><loc><![CDATA[http://a/{0}&]]></loc></url>"
        inside = "<!--" + "x" * shift + "-->" + "".join(one.format(n) for n in range(1_500))
        expected = [t for n in range(1_500) for t in (f"https://films.example/{n}?a=1&b=2&c", f"http://a/{n}&")]
        assert locs(urlset(inside)) == expected


def test_a_date_alone_means_its_end_anywhere() -> None:
    assert changed_at("2024-01-01") == dt.datetime(2024, 1, 2, 12, tzinfo=dt.UTC).timestamp()
    assert changed_at("2024-01-01T00:00:00Z") == dt.datetime(2024, 1, 1, tzinfo=dt.UTC).timestamp()
    assert changed_at("2024-01") is changed_at("") is changed_at("9999-12-31") is changed_at("soon") is None


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=30), max_size=9),
    st.booleans(),
)
def test_what_is_written_is_read(parts: list[str], packed: bool) -> None:
    addresses = [f"https://films.example/{part}" for part in parts]
    body = urlset("".join(f"<url><loc>{escape(each)}</loc><lastmod>2024-01-01</lastmod></url>" for each in addresses))
    assert locs(gzip.compress(body) if packed else body) == addresses


@given(st.binary(max_size=200), st.sampled_from([b"", b"<urlset><url><loc>", b"\x1f\x8b", b"\xff\xfe<", b"http://a\n"]))
def test_any_bytes_are_read_or_refused(data: bytes, head: bytes) -> None:
    with contextlib.suppress(SourceError):
        assert all(entry.address for entry in read_sitemap(head + data))
