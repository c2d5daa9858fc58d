"""A small catalogue of our own invention, with hostile films in it, and how a test reads the page."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from app.markdown import JOINER
from kadr.build import build
from kadr.config import load_config
from kadr.progress import Lines

ROOT = Path(__file__).parents[2]
SECONDS = 20.0
"""For one run of the page: the first one opens the bundle."""

Visit = Callable[..., AppTest]
"""Opens the app: the folder of bundles, then the parameters of the address by name."""

# Sources take markup out of texts: what is to be an entity in the bundle is escaped more often than they resolve.
HOSTILE_TITLE = "&amp;amp;lt;script&amp;amp;gt;alert(1)&amp;amp;lt;/script&amp;amp;gt; **Кракен** $x$"
SHOWN_TITLE = "&lt;script&gt;alert(1)&lt;/script&gt; **Кракен** $x$"
PLOTS = (
    ("Смотритель маяка", 1994, "драма", "Старый смотритель маяка находит в бутылке письмо от дочери и чинит лодку."),
    ("Хлеб и побег", 1990, "комедия", "Две сестры пекут караваи в тюремной пекарне и прячут в них план побега."),
    (
        "Вторая луна",
        2001,
        "фантастика",
        "Астроном видит на небе вторую луну, а остальные жители города её не замечают.",
    ),
    ("Письмо через пустыню", 1978, "приключения", "Почтальон ведёт верблюда через пустыню с одним письмом в сумке."),
    ("Подлёдный джаз", 2011, "музыка", "Оркестр полярников репетирует джаз на дрейфующей льдине."),
    ("Шахматы с тенью", 1985, "драма", "Гроссмейстер играет партию с собственной тенью и проигрывает ферзя."),
    ("Робот-садовник", 2016, "фантастика", "Робот ухаживает за садом на заброшенной станции и учит мальчика поливать."),
    ("Кража мостов", 2007, "комедия", "Бригада воров разбирает по ночам мосты и увозит их за реку."),
    ("Тихий колокол", 1969, "драма", "Звонарь глохнет и отливает колокол, который слышит только он."),
    ("Карта бабушки", 2019, "приключения", "Внучка ищет клад по вышитой на скатерти карте."),
    ("Поезд без рельсов", 2003, "детектив", "Следователь ищет пропавший в тумане поезд и его кондуктора."),
    ("Сторож снов", 2013, "детектив", "Ночной сторож музея расследует сны восковых фигур."),
)


def films() -> list[dict[str, object]]:
    plain: list[dict[str, object]] = [
        {"title": title, "year": year, "genres": genre, "description": plot, "directors": "Вера Ким", "rating": 7.5}
        for title, year, genre, plot in PLOTS
    ]
    hostile = {
        "title": HOSTILE_TITLE,
        "year": 1999,
        "genres": '"><img src=x onerror=alert(2)>',
        "directors": "[щупальце](javascript:alert(3))",
        "description": "Чудовище &amp;amp;lt;b onclick=alert(4)&amp;amp;gt;щупальцами тянет на дно корабль.",
        "image_url": "http://127.0.0.1:9/tracker.png",
    }
    pictured = {
        "title": "Снимок кита",
        "year": 2020,
        "description": "Фотограф три года ждёт кита у края льдины.",
        "image_url": "https://127.0.0.1:9/kit.png?a=1&b=2",
        "page_url": "https://films.example/kit",
        "kind": "series",
    }
    return [*plain, hostile, pictured]


def build_shelf(folder: Path, search: str = "") -> Path:
    """Build the catalogue in a folder, with these lines on searching in its file; return the folder of bundles."""
    lines = [json.dumps(film, ensure_ascii=False) for film in films()]
    (folder / "films.jsonl").write_text("\n".join(lines), encoding="utf-8")
    config = f"""
        [search]
        {search}
        [[sources]]
        kind = "file"
        name = "shelf"
        path = "films.jsonl"
        [publish]
        kind = "folder"
        path = "out"
    """
    (folder / "catalogue.toml").write_text(config, encoding="utf-8")
    build(load_config(folder / "catalogue.toml"), folder / "out", Lines(io.StringIO()))
    return folder / "out"


def titles(app: AppTest, key: str) -> list[str]:
    """Return the titles of the films in a grid, as a browser shows them; none where there is no such grid."""
    if key not in [block.key for block in app.grid]:
        return []
    return [written(link.proto.label) for link in app.get_by_key(key).get("page_link")]


def written(label: str) -> str:
    """Return what a browser shows of a label that was made literal."""
    return re.sub(r"\\(.)", r"\1", label).replace(JOINER, "")


def html(app: AppTest) -> str:
    """Return all HTML that the page was given, style sheets and its own scripts apart."""
    assert not app.exception
    bodies = [block.proto.body for block in app.html if not block.proto.unsafe_allow_javascript]
    return "\n".join(body for body in bodies if "<style" not in body)


def scripts(app: AppTest) -> str:
    """Return the scripts of the page, which are its own to the last letter."""
    return "\n".join(block.proto.body for block in app.html if block.proto.unsafe_allow_javascript)
