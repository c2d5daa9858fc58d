"""What a configuration says of its encoder: refused before anything is read, by its file and its key."""

import io
from pathlib import Path

import pytest

from kadr.build import build, dry_run
from kadr.config import Config, load_config
from kadr.engine import Access
from kadr.errors import ConfigError
from kadr.progress import Lines
from kadr.vectorise import check_settings
from tests.encode.static_models import unigram, write_model
from tests.samples import write_films

SECRET = "swordfish"  # noqa: S105  # a password that must not be seen


def written(folder: Path, encoder: str, source: str = "not-there.jsonl") -> Config:
    """Write a catalogue file of one source, which is not there, and read it."""
    path = folder / "shop.toml"
    path.write_text(
        f'[[sources]]\nkind = "file"\nname = "shelf"\npath = "{source}"\n[encoder]\n{encoder}\n', encoding="utf-8"
    )
    return load_config(path)


WRONG = [
    ('model = "e5-small"', "encoder.model: is for a hosted or static model, and encoder.name is 'embedded'"),
    ('provider = "tei"', "encoder.provider: is for a hosted model, and encoder.name is 'embedded'"),
    ('url = "http://127.0.0.1:1"', "encoder.url: is for a hosted model"),
    ('query_prefix = ""', "encoder.query_prefix: is for a hosted model"),
    ("max_chars = 100", "encoder.max_chars: is for a hosted model"),
    (
        'name = "static"\npassage_prefix = "p: "',
        "encoder.passage_prefix: is for a hosted model, and encoder.name is 's",
    ),
    ('name = "static"\nmodel = "./nowhere"', "encoder.model: there is no folder "),
    ('name = "static"\nmodel = "potion"', "encoder.model: 'potion' is no name of a model; write organisation/name"),
    ('name = "static"\nmodel = "e5-small"', "encoder.model: 'e5-small' is a hosted model"),
    ('name = "hosted"\nmodel = "e5-smal"', "encoder.model: 'e5-smal' is none of e5-large, bge-m3, e5-small"),
    ('name = "hosted"\nquery = "distilled"\ndistil = false', "encoder.distil: is false, and encoder.query"),
    ('name = "hosted"\ncache = "notes.txt"', "encoder.cache: notes.txt is a file of another kind"),
    ('name = "hosted"\ncache = "shop.toml/v"', "encoder.cache: "),
    *(
        (f'name = "hosted"\nmodel = "our/model"\ndim = 8\nprovider = "tei"\nurl = "{url}"', "encoder.url: must be an")
        for url in (f"https://me:{SECRET}@host.example", "host.example/embed", "ftp://host.example", "http://a b")
    ),
]


@pytest.mark.parametrize(("encoder", "said"), WRONG)
def test_what_no_build_can_be_made_of_is_refused_first_with_its_file_and_key(
    tmp_path: Path, encoder: str, said: str
) -> None:
    (tmp_path / "notes.txt").write_text("call home", encoding="utf-8")
    config = written(tmp_path, encoder)
    # The address of the environment stands for the configuration's, which is written into the bundle all the same.
    elsewhere = Access({}, "http://127.0.0.1:9")
    for refuse in (check_settings, lambda it: build(it, tmp_path / "out", Lines(io.StringIO()), access=elsewhere)):
        with pytest.raises(ConfigError) as caught:
            refuse(config)
        assert str(caught.value).startswith(f"{tmp_path / 'shop.toml'}: {said}")
        assert SECRET not in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt", "shop.toml"]
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "call home"


def test_what_is_right_is_let_pass_and_nothing_is_made(tmp_path: Path) -> None:
    write_model(tmp_path / "model", unigram())
    before = sorted(tmp_path.rglob("*"))
    for encoder in (
        "dim = 32",
        'name = "static"\nmodel = "./model"',
        'name = "static"',
        'name = "hosted"\nquery = "distilled"',
        'name = "hosted"\ndistil = false\ncache = "deep/vectors.csv"',
        'name = "hosted"\nmodel = "our/model"\ndim = 8\nprovider = "tei"\nurl = "http://127.0.0.1:8080/x/"',
    ):
        check_settings(written(tmp_path, encoder))
        (tmp_path / "shop.toml").unlink()
    assert sorted(tmp_path.rglob("*")) == before


def test_a_dry_run_names_the_file_too(tmp_path: Path) -> None:
    write_films(tmp_path / "films.jsonl", [{"title": "Маяк"}])
    (tmp_path / "notes.txt").write_text("call home", encoding="utf-8")
    for encoder, said in (
        (f'url = "https://me:{SECRET}@host.example"\nprovider = "tei"', "encoder.url: must be an address"),
        ('cache = "notes.txt"', "encoder.cache: notes.txt is a file of another kind"),
    ):
        config = written(tmp_path, f'name = "hosted"\n{encoder}', "films.jsonl")
        with pytest.raises(ConfigError) as caught:
            dry_run(config, Lines(io.StringIO()))
        assert str(caught.value).startswith(f"{tmp_path / 'shop.toml'}: {said}")
        assert SECRET not in str(caught.value)
