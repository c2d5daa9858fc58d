"""The settings table: what is read, what is refused, and that the table is the truth."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from kadr.errors import ConfigError
from kadr.settings import SETTINGS, Settings, load_settings, settings_table

DEFAULTS = Settings(
    bundle=Path("bundles"),
    results=10,
    budget_ms=1500,
    inference_url="",
    api_keys=(),
    api_rate=600,
    api_origins=(),
    trusted_proxies=(),
    log_queries=False,
    source="",
    poll_seconds=10,
)


def test_nothing_needs_to_be_set() -> None:
    assert load_settings({}) == DEFAULTS


def test_blank_variables_count_as_not_set() -> None:
    assert load_settings({setting.name: "  " for setting in SETTINGS}) == DEFAULTS


def test_values_are_read_and_foreign_variables_are_not() -> None:
    environ = {
        "KADR_BUNDLE": "/srv/кино бандл",
        "KADR_RESULTS": " 25 ",
        "KADR_BUDGET_MS": "0",
        "KADR_INFERENCE_URL": "https://proxy.example:8443/hf/",
        "KADR_OTHER": "x",
        "PATH": "/bin",
    }
    assert load_settings(environ) == Settings(
        bundle=Path("/srv/кино бандл"), results=25, budget_ms=0, inference_url="https://proxy.example:8443/hf"
    )


@pytest.mark.parametrize("name", ["KADR_INFERENCE_URL", "HF_ENDPOINT"])
@pytest.mark.parametrize(
    "value",
    [
        "http://[bad",
        "https://",
        "proxy.example",
        "ftp://proxy.example",
        "https://me:hf_Secret@proxy.example",
        "https://a?key=hf_Secret",
        "https://a b",
    ],
)
def test_an_address_that_is_none_or_holds_a_password_is_refused_unseen(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({name: value})
    assert str(caught.value).startswith(f"{name}: must be an address such as")
    assert "Secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://[::1]:8080/x", "https://hf-mirror.example", " "])
def test_an_address_of_the_hub_may_be_another(url: str) -> None:
    load_settings({"HF_ENDPOINT": url})


def test_tokens_are_in_the_table_and_not_in_the_settings() -> None:
    assert {"HF_TOKEN", "KADR_INFERENCE_TOKEN"} <= {setting.name for setting in SETTINGS}
    assert "Secret" not in repr(load_settings({"HF_TOKEN": "hf_Secret", "KADR_INFERENCE_TOKEN": "Secret"}))


@pytest.mark.parametrize("results", [1, 100])
def test_the_bounds_are_allowed(results: int) -> None:
    assert load_settings({"KADR_RESULTS": str(results)}).results == results


@pytest.mark.parametrize("value", ["0", "101", "-1", "ten", "1.5", "1_0", "\u0661\u0662", "9" * 5000, "hf_SecretToken"])
def test_a_wrong_number_names_the_variable_and_never_the_value(value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({"KADR_RESULTS": value})
    assert str(caught.value) == "KADR_RESULTS: must be a whole number from 1 to 100"


@pytest.mark.parametrize("value", ["a\0b", "a\nb"])
def test_a_path_of_several_lines_is_refused(value: str) -> None:
    with pytest.raises(ConfigError, match="KADR_BUNDLE: must be the path of a folder, on one line"):
        load_settings({"KADR_BUNDLE": value})


def test_the_defaults_in_the_table_are_those_that_count() -> None:
    assert load_settings({setting.name: setting.default for setting in SETTINGS}) == load_settings({})


def test_the_table_has_a_whole_row_for_each_setting() -> None:
    head, line, *rows = settings_table().splitlines()
    assert (head, line) == ("| variable | default | meaning |", "|---|---|---|")
    assert [row.split(" | ")[0] for row in rows] == [f"| `{setting.name}`" for setting in SETTINGS]
    assert "| `HF_TOKEN` | not set | " in rows[6]
    assert rows[3] == (
        "| `KADR_RESULTS` | `10` | films on a page of results when a search asks for no number, 1 to 100 |"
    )
    assert {row.count("|") for row in rows} == {4}


def test_the_settings_of_the_api_are_read() -> None:
    environ = {
        "KADR_API_KEYS": " first_key-0123456 ,, second-key-0123456,first_key-0123456",
        "KADR_API_RATE": "0",
        "KADR_API_ORIGINS": "https://films.example, http://localhost:3000",
        "KADR_TRUSTED_PROXIES": "10.0.0.0/8,2001:db8::/32, 192.0.2.1",
        "KADR_LOG_QUERIES": "1",
    }
    settings = load_settings(environ)
    assert settings.api_keys == ("first_key-0123456", "second-key-0123456")
    assert (settings.api_rate, settings.log_queries) == (0, True)
    assert settings.api_origins == ("https://films.example", "http://localhost:3000")
    assert settings.trusted_proxies == tuple(map(ip_network, ("10.0.0.0/8", "2001:db8::/32", "192.0.2.1/32")))
    assert "first_key" not in repr(settings)
    assert load_settings({"KADR_API_ORIGINS": "*"}).api_origins == ("*",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KADR_API_KEYS", "short-Secret"),
        ("KADR_API_KEYS", "long-enough-1234567, with space Secret"),
        ("KADR_API_KEYS", "Secret-" + "x" * 200),
        ("KADR_API_RATE", "-1"),
        ("KADR_API_RATE", "100001"),
        ("KADR_API_ORIGINS", "Secret.example"),
        ("KADR_API_ORIGINS", "https://films.example/Secret"),
        ("KADR_API_ORIGINS", "https://films.example, null"),
        ("KADR_TRUSTED_PROXIES", "Secret"),
        ("KADR_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("KADR_TRUSTED_PROXIES", "10.0.0.0/33"),
        ("KADR_LOG_QUERIES", "yes"),
    ],
)
def test_a_wrong_setting_of_the_api_names_the_variable_and_never_the_value(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({name: value})
    assert str(caught.value).startswith(f"{name}: must be ")
    assert "Secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "address",
    [
        "hf://datasets/films-of/index",
        "hf://datasets/films-of/index@checked",
        "hf://datasets/films-of/index@refs/pr/1",
        "https://films.example/bundles",
        "https://films.example:8443/a~b/%D0%B8",
        "http://127.0.0.1:8000/bundles",
        "s3://shelf/bundles",
        "sftp://keeper@films.example:22/bundles",
        "file:///srv/кино",
    ],
)
def test_bundles_from_elsewhere_have_a_folder_of_copies(address: str) -> None:
    settings = load_settings({"KADR_BUNDLE": f" {address}/ ", "KADR_CACHE": "/var/cache/films"})
    assert (settings.source, settings.poll_seconds) == (address, 60)
    assert settings.bundle.parent == Path("/var/cache/films/bundles")
    other = load_settings({"KADR_BUNDLE": f"{address}2", "KADR_CACHE": "/var/cache/films"})
    assert other.bundle != settings.bundle


@pytest.mark.parametrize(
    "address",
    [
        "http://films.example/bundles",
        "http://127.0.0.1.films.example/",
        "https://me:hf_Secret@films.example/",
        "https://hf_Secret@films.example/",
        "https://films.example/?key=hf_Secret",
        "https://",
        "hf://models/hf_Secret/index",
        "hf://datasets/hf_Secret",
        "hf://datasets/hf_Secret/../index",
        "sftp://me:hf_Secret@films.example/",
        "s3://shelf?key=hf_Secret",
        "simplecache::s3://hf_Secret",
        "://hf_Secret",
    ],
)
def test_an_address_of_bundles_that_is_none_is_refused_unseen(address: str) -> None:
    with pytest.raises(ConfigError, match=r"^KADR_BUNDLE: must be ") as caught:
        load_settings({"KADR_BUNDLE": address})
    assert "Secret" not in str(caught.value)


def test_the_cache_is_the_users_own_where_none_is_named() -> None:
    there = {"KADR_BUNDLE": "s3://shelf"}
    assert load_settings({**there, "HOME": "/home/ann"}).bundle.is_relative_to("/home/ann/.cache/kadr")
    named = {**there, "HOME": "/home/ann", "XDG_CACHE_HOME": "/caches"}
    assert load_settings(named).bundle.is_relative_to("/caches/kadr")
    assert load_settings(there).bundle.is_absolute()
    assert load_settings({"KADR_BUNDLE": "/srv/bundles", "KADR_CACHE": "/caches"}).bundle == Path("/srv/bundles")


def test_the_pause_between_looks_may_be_chosen() -> None:
    assert load_settings({"KADR_POLL_SECONDS": "3"}).poll_seconds == 3
    assert load_settings({"KADR_BUNDLE": "s3://shelf", "KADR_POLL_SECONDS": "86400"}).poll_seconds == 86_400
    for odd in ("0", "86401", "-1", "1.5"):
        with pytest.raises(ConfigError, match=r"^KADR_POLL_SECONDS: must be a whole number from 1 to 86400"):
            load_settings({"KADR_POLL_SECONDS": odd})
