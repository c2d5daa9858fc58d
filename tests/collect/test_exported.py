import json
from dataclasses import replace
from pathlib import Path

import pytest

from kadr.catalogue.export import export
from kadr.catalogue.records import encode
from kadr.collect.files import read_file
from kadr.film import Description, Film, Kind, SourceLink
from kadr.sources import FileSource

FILMS = (
    Film(
        id="shelf:7",
        title="Маяк на краю",
        original_title="The Far Lamp",
        year=1988,
        kind=Kind.FILM,
        genres=("драма", "мистика"),
        countries=("Исландия",),
        directors=("Йон Йонссон",),
        actors=("Анна Свейнс", "Олаф Пек"),
        runtime_minutes=97,
        age_rating=12,
        descriptions=(
            Description("Смотритель маяка ждёт корабль, который не приходит.", "shelf", "ru"),
            Description("A keeper waits for a ship, and the ship waits for him.", "board", "en"),
        ),
        tagline="Свет не спит",
        rating=7.5,
        votes=120,
        page_url="https://films.example/7",
        image_url="https://films.example/7.jpg",
        sources=(SourceLink("shelf", "7", "https://films.example/7"), SourceLink("board", "", "")),
        tags=("море", "одиночество"),
        external_ids={"imdb": "tt0000007"},
        extra={"shelf mark": "B 12"},
    ),
    Film(id="tdeadbeef0001", title="1984", sources=(SourceLink("board"),)),
)


@pytest.mark.parametrize("name", ["films.csv", "films.csv.gz", "films.jsonl", "films.parquet"])
def test_an_exported_catalogue_reads_back_as_it_was(tmp_path: Path, name: str) -> None:
    export(FILMS, tmp_path / name)
    assert read_file(FileSource("any name", str(tmp_path / name))).films == FILMS


@pytest.mark.parametrize("name", ["films.csv", "films.csv.gz", "films.jsonl", "films.parquet"])
def test_titles_that_a_spreadsheet_would_run_read_back_as_they_were(tmp_path: Path, name: str) -> None:
    texts = ("=1+1", "+1", "-30-", "@home", "'=1", "'Tis", "''-x")
    films = tuple(replace(FILMS[0], id=f"shelf:{n}", title=each, tagline=each) for n, each in enumerate(texts))
    films = tuple(replace(each, sources=(SourceLink("shelf", each.id.removeprefix("shelf:")),)) for each in films)
    export(films, tmp_path / name)
    assert read_file(FileSource("any name", str(tmp_path / name))).films == films


def test_a_text_mended_by_hand_stands_first_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    export(FILMS[:1], path)
    shown = FILMS[0].description
    first, rest = path.read_text(encoding="utf-8").split(shown, 1)
    path.write_text(first + "Старик зажигает лампу для корабля-призрака." + rest, encoding="utf-8")
    (film,) = read_file(FileSource("any name", str(path))).films
    assert [each.text for each in film.descriptions] == [
        "Старик зажигает лампу для корабля-призрака.",
        *(each.text for each in FILMS[0].descriptions),
    ]


def test_a_column_of_that_name_in_another_file_is_nobody_elses(tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    path.write_text('title,sources,descriptions\nМаяк,"[1, 2]",просто слова о маяке\n', encoding="utf-8")
    (film,) = read_file(FileSource("shelf", str(path))).films
    assert film.sources == (SourceLink("shelf", "", ""),)
    assert film.extra["sources"] == "[1, 2]"


@pytest.mark.parametrize("name", ["films.jsonl", "films.csv"])
def test_half_characters_in_nested_texts_do_not_pass(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    half, nul = "\\ud800", "\\u0000"  # as they stand in a file: JSON's escapes
    texts = f'[{{"text": "Маяк{half}", "source": "shelf{half}", "language": "ru{half}"}}]'
    links = f'[{{"name": "shelf{half}", "id": "7{half}", "url": "https://a.example/{half}"}},'
    links += f'{{"name": "board", "id": "", "url": "https://a.example/{nul}"}}]'
    nested = {"descriptions": texts, "sources": links, "extra": f'{{"key{half}": "value{half}"}}'}
    if name == "films.csv":
        cells = [f'"{text.replace(chr(34), chr(34) * 2)}"' for text in nested.values()]
        content = f"title,{','.join(nested)}\nМаяк,{','.join(cells)}\n"
    else:
        content = '{"title": "Маяк", ' + ", ".join(f"{json.dumps(k)}: {v}" for k, v in nested.items()) + "}"
    path.write_text(content, encoding="utf-8")
    (film,) = read_file(FileSource("any name", str(path))).films
    assert film.descriptions == (Description("Маяк?", "shelf?", "ru?"),)
    assert film.sources == (SourceLink("shelf?", "7?", "https://a.example/?"), SourceLink("board", "", ""))
    assert film.extra == {"key?": "value?"}
    encode(film)
