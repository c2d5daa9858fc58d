import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.bundle import FORMAT_VERSION, Draft, FileEntry, Manifest, SourceCount, version_of
from kadr.errors import BundleDamaged, BundleForeign

FILES = {"films.duckdb": FileEntry(9, "01" * 32), "lexical/a.npy": FileEntry(0, "ff" * 32)}

text = st.text(st.characters(codec="utf-8"), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(text, values, max_size=4)
sizes = st.integers(0, 2**63 - 1)
hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
paths = st.from_regex(r"[a-z_][a-z0-9._-]{0,8}(/[a-z_][a-z0-9._-]{0,8}){0,3}\Z", fullmatch=True)
manifests = st.builds(
    Manifest.seal,
    st.builds(
        Draft,
        counts=st.dictionaries(text, sizes, max_size=3).map(lambda counts: {**counts, "films": 1}),
        sources=st.lists(st.builds(SourceCount, text, sizes), max_size=3).map(tuple),
        encoder=objects,
        quantiser=objects,
        search=objects,
        fusion=objects,
        quality=objects,
        films_sha256=hashes,
    ),
    st.dictionaries(
        paths.filter(lambda path: path not in ("manifest.json", "provenance.json")),
        st.builds(FileEntry, sizes, hashes),
        max_size=3,
    ),
)


@pytest.fixture(scope="module")
def sealed(draft: Draft) -> Manifest:
    return Manifest.seal(draft, FILES)


def changed(manifest: Manifest, **keys: object) -> str:
    raw = json.loads(manifest.to_json())
    return json.dumps({**raw, **keys}, sort_keys=True, ensure_ascii=False, indent=1) + "\n"


@given(manifests)
def test_a_manifest_comes_back_from_its_text(manifest: Manifest) -> None:
    again = Manifest.from_json(manifest.to_json())
    assert again == manifest
    assert version_of(again.files, again) == manifest.version


def test_the_text_is_canonical(draft: Draft) -> None:
    there = Manifest.seal(draft, FILES).to_json()
    back = Manifest.seal(replace(draft, counts={"themes": 1, "films": 3}), dict(reversed(FILES.items()))).to_json()
    assert there == back
    assert '"полка"' in there
    assert there.endswith("}\n")


def test_the_version_ignores_the_bytes_of_the_films_file_but_not_its_rows(draft: Draft) -> None:
    version = version_of(FILES, draft)
    assert version_of({**FILES, "films.duckdb": FileEntry(10, "02" * 32)}, draft) == version
    assert version_of(FILES, replace(draft, films_sha256="ac" * 32)) != version


@pytest.mark.parametrize(
    "files",
    [
        {**FILES, "lexical/a.npy": FileEntry(0, "fe" * 32)},
        {**FILES, "lexical/a.npy": FileEntry(1, "ff" * 32)},
        {**FILES, "lexical/b.npy": FileEntry(0, "ff" * 32)},
        {"films.duckdb": FILES["films.duckdb"]},
        {"lexical/a.npy": FILES["lexical/a.npy"]},
    ],
)
def test_the_version_speaks_for_every_file(files: Mapping[str, FileEntry], draft: Draft) -> None:
    assert version_of(files, draft) != version_of(FILES, draft)


@pytest.mark.parametrize("key", ["counts", "encoder", "quantiser", "search", "fusion", "quality"])
def test_the_version_speaks_for_every_part_of_the_draft(key: str, draft: Draft) -> None:
    other = {**getattr(draft, key), "more": 1}
    assert version_of(FILES, replace(draft, **{key: other})) != version_of(FILES, draft)  # type: ignore[arg-type]  # one name for six fields


@pytest.mark.parametrize("key", sorted(Manifest.__dataclass_fields__))
def test_a_missing_key_is_named(key: str, sealed: Manifest) -> None:
    raw = json.loads(sealed.to_json())
    del raw[key]
    with pytest.raises(BundleDamaged, match=f"{key}.*kadr rollback"):
        Manifest.from_json(json.dumps(raw))


@pytest.mark.parametrize("value", [None, True, 1.5, -1, [1], "Ü"])
@pytest.mark.parametrize("key", sorted(Manifest.__dataclass_fields__))
def test_a_mistyped_key_is_named(key: str, value: object, sealed: Manifest) -> None:
    with pytest.raises(BundleDamaged, match=f"(?s)manifest.json: {key}.*kadr rollback"):
        Manifest.from_json(changed(sealed, **{key: value}))


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        ("counts", {"themes": 1}, "counts.films"),
        ("counts", {"films": True}, "counts.films"),
        ("counts", {"films": 1, "a\nb": -1}, r"counts.'a\\nb'"),
        ("sources", [{"name": "a"}], r"sources\[0\]"),
        ("sources", [{"name": "a", "films": 1, "notice": "", "x": 1}], r"sources\[0\]"),
        ("sources", [{"name": 1, "films": 1, "notice": ""}], r"sources\[0\].name"),
        ("sources", [{"name": "a", "films": "1", "notice": ""}], r"sources\[0\].films"),
        ("sources", [{"name": "a", "films": 1, "notice": 1}], r"sources\[0\].notice"),
        ("files", {"a": {"size": 1}}, "files.a"),
        ("files", {"a": {"size": -1, "sha256": "00" * 32}}, "files.a.size"),
        ("files", {"a": {"size": 2**63, "sha256": "00" * 32}}, "files.a.size"),
        ("files", {"a": {"size": 1, "sha256": "AA" * 32}}, "files.a.sha256"),
        ("version", "ABCDEF0123456789", "version"),
        ("films_sha256", "ab" * 32 + "\n", "films_sha256"),
        ("surprise", 1, "surprise"),
    ],
)
def test_what_lies_deeper_is_named_too(key: str, value: object, named: str, sealed: Manifest) -> None:
    with pytest.raises(BundleDamaged, match=f"^manifest.json: .?{named}") as caught:
        Manifest.from_json(changed(sealed, **{key: value}))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../../x",
        "a/..",
        "./a",
        "a//b",
        "a/",
        "a\\b",
        "a\n",
        "a\x00",
        ".wal",
        "a/.b",
        "é",
        "manifest.json",
        "provenance.json",
        "a" * 101,
        "a/" * 8 + "a",
    ],
)
def test_a_path_that_could_leave_the_folder_is_refused(path: str, sealed: Manifest) -> None:
    with pytest.raises(BundleDamaged, match=r"files: .* is not the path of a file inside the bundle"):
        Manifest.from_json(changed(sealed, files={path: {"size": 1, "sha256": "00" * 32}}))


def test_a_newer_format_is_refused_before_anything_else_is_read() -> None:
    newer = FORMAT_VERSION + 1
    with pytest.raises(BundleForeign, match=f"format {newer}, .*format {FORMAT_VERSION}; update kadr"):
        Manifest.from_json(f'{{"format": {newer}, "files": 7, "unheard of": []}}')


def test_an_older_format_asks_for_a_rebuild() -> None:
    with pytest.raises(BundleForeign, match=r"format 0, .*make build"):
        Manifest.from_json('{"format": 0}')


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{", "[" * 100_000, '{"format": NaN}', '{"format": 1' + "0" * 5000 + "}", "\x00", "\ufeff{}"],
)
def test_text_that_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(BundleDamaged, match=r"^manifest.json: .*kadr rollback"):
        Manifest.from_json(text)


@pytest.mark.parametrize("edit", [("\n", "\r\n"), (" ", "  "), ("0.5", "0.50"), ("}\n", "}"), ("полка", "\\u043fолка")])
def test_another_spelling_of_the_same_values_is_refused(edit: tuple[str, str], sealed: Manifest) -> None:
    with pytest.raises(BundleDamaged, match="was changed after it was written"):
        Manifest.from_json(sealed.to_json().replace(*edit))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_a_number_that_is_not_finite_is_refused(number: str, sealed: Manifest) -> None:
    with pytest.raises(BundleDamaged, match=r"quality.mrr"):
        Manifest.from_json(sealed.to_json().replace("0.5", number))


def deep(levels: int) -> Any:
    return [deep(levels - 1)] if levels else 1


@pytest.mark.parametrize(
    "value",
    [{"k": float("nan")}, {"k": {2021: 1}}, {"k": {1, 2}}, {"k": b""}, {"k": "\ud800"}, {"k": deep(20)}, {"k": object}],
)
def test_a_draft_that_json_cannot_hold_is_refused_by_its_key(value: Mapping[str, Any], draft: Draft) -> None:
    with pytest.raises(BundleDamaged, match=r"^quality\.k"):
        Manifest.seal(replace(draft, quality=value), FILES)
