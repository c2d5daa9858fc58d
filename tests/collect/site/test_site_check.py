import json
from pathlib import Path

import pytest

from kadr.collect.site.check import Checked, check
from kadr.errors import SourceError
from tests.collect.site.little_site import LittleSite, fetching, film_page, list_page

ACTORS = [{"@type": "Person", "name": f"Вера Тихая {n}"} for n in range(9)]


def test_a_page_is_told_field_by_field(tmp_path: Path) -> None:
    page = film_page("Маяк", genre=["драма"], actor=ACTORS, duration="PT1H44M")
    with LittleSite({"/film/1": page}) as site, fetching(tmp_path / "pages.sqlite") as fetcher:
        got = check(f"{site.url}/film/1?utm_source=x#top", fetcher)
    lines = got.to_text().splitlines()
    assert lines[0] == f"{site.url}/film/1"
    told = {line.split()[0]: " ".join(line.split()[1:]) for line in lines[1:]}
    assert told["title"].startswith("Маяк [json-ld")
    assert told["year"].startswith("1987 [json-ld")
    assert told["runtime_minutes"].startswith("104 [json-ld")
    assert told["actors"].startswith(
        "Вера Тихая 0, Вера Тихая 1, Вера Тихая 2, Вера Тихая 3, Вера Тихая 4 and 4 more ["
    )
    assert told["descriptions"].startswith("Смотрительница маяка")
    assert lines[-1] == "  not found: countries, directors, image_url"
    assert max(map(len, lines)) < 300
    data = json.loads(json.dumps(got.to_json()))
    assert data["place"] == lines[0]
    assert data["fields"]["actors"]["value"] == [each["name"] for each in ACTORS]
    assert data["fields"]["title"]["origin"] in told["title"]
    assert (data["missing"], data["refused"]) == (["countries", "directors", "image_url"], None)
    assert {"id", "sources", "fetched_at"} & set(data["fields"]) == set()


def test_a_refusal_says_why_and_what_to_do(tmp_path: Path) -> None:
    answers: dict[str, str | bytes | int] = {"/list": list_page(*(f"/film/{n}" for n in range(50))), "/no": 403}
    with LittleSite(answers) as site, fetching(tmp_path / "pages.sqlite") as fetcher:
        missing = check(f"{site.url}/x?token=geheim", fetcher)
        listed = check(f"{site.url}/list", fetcher)
        refused = check(f"{site.url}/no", fetcher)
    assert (missing.reason, missing.advice) == ("not found", "check the address in a browser")
    assert "geheim" not in missing.to_text() + json.dumps(missing.to_json())
    assert listed.film is None
    assert listed.to_text().splitlines()[1].startswith("  refused: not a film page (")
    assert refused.to_json()["refused"] == {
        "reason": "refused by the server",
        "detail": "status 403",
        "advice": "the site lets no program in, or wants a login; try later, or take another source",
    }
    assert Checked("x", reason="not a film page", detail="a robot check").advice.startswith("the site asks whether")
    assert Checked("x", reason="odd").advice


def test_a_saved_page_is_read_without_a_network(tmp_path: Path) -> None:
    saved = film_page("Маяк").replace("<html", "<!-- saved from url=(0030)https://films.example/film/1#x -->\n<html", 1)
    (tmp_path / "Маяк.html").write_text(saved, encoding="utf-8")
    got = check(str(tmp_path / "Маяк.html"), None)
    assert got.place == str(tmp_path / "Маяк.html")
    assert got.film is not None
    assert (got.film.title, got.film.page_url) == ("Маяк", "https://films.example/film/1")
    (tmp_path / "bare.html").write_text(film_page("Прилив"), encoding="utf-8")
    bare = check(str(tmp_path / "bare.html"), None)
    assert bare.film is not None
    assert (bare.film.title, bare.film.page_url) == ("Прилив", "")
    assert "page_url" not in bare.to_json()["fields"]


def test_what_cannot_be_looked_at_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        check(str(tmp_path / "none.html"), None)
    with pytest.raises(SourceError, match="nothing may be fetched"):
        check("https://films.example/film/1?token=geheim", None)


def test_odd_addresses_are_refused_not_raised(tmp_path: Path) -> None:
    with fetching(tmp_path / "pages.sqlite") as fetcher:
        for odd in ("ftp://films.example/", "https://me:geheim@films.example/", "https://[x/"):
            got = check(odd, fetcher)
            assert got.reason == "not a web address"
            assert "geheim" not in got.to_text()
