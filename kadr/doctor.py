"""`kadr doctor`: looks at everything that a working search needs, and says what to do about what is amiss.

Each check is a function that never raises for what it looks at: a fault is its finding.
"""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from kadr.bundle import Manifest
from kadr.checks import Asked, Finding, State, amiss, check_bundle, check_service, check_space, counted
from kadr.config import Config, EncoderConfig, load_config
from kadr.encode.encoder import Profile
from kadr.encode.fit import DIM
from kadr.encode.hosted.addresses import host_of
from kadr.encode.hosted.secrets import Keys
from kadr.encode.hosted.serving import resolve_served
from kadr.encode.local import LocalModel, local_profile
from kadr.encode.static import VOID_AXES
from kadr.encode.take_static import DEFAULT_MODEL, is_local
from kadr.engine import Access
from kadr.errors import ConfigError, EncodeError, KadrError
from kadr.search.params import legs_from_json
from kadr.sources import FileSource
from kadr.vectorise.wishes import check_settings, model_of

__all__ = ["Check", "Finding", "State", "examine"]

BUILD = "build anew to change over: kadr build"


@dataclass(frozen=True, slots=True)
class Check:
    """What is looked at.

    `bundle`: a bundle or the root of several. `config`: a catalogue file, which must be there if it was `named`.
    """

    bundle: Path
    config: Path
    access: Access
    named: bool = False


@dataclass(frozen=True, slots=True)
class _Built:
    """What a bundle was built with: its model, and who is asked for the vectors of queries."""

    profile: Profile
    legs: frozenset[str]
    films: int

    @property
    def asked(self) -> bool:
        """Whether a hosted model is."""
        return "hosted" in self.legs


def examine(check: Check) -> Iterator[Finding]:
    """Yield what is found, in the order in which it should be mended. Asks each hosted model once, for its canaries."""
    config, finding = _config(check)
    yield finding
    if config:
        yield from _unreadable(config)
    manifest, finding = check_bundle(check.bundle)
    yield finding
    hosted = config is not None and config.encoder.name == "hosted"
    places = {"vectors": config.encoder.cache} if config and hosted else {}
    yield from check_space({"bundles": check.bundle} | places, manifest)
    if config:
        yield from _unwritable(config)
    try:
        built = _built(manifest)
    except KadrError as error:
        yield amiss("model", error, BUILD)
        return
    yield from _models(check, config, built)


def _config(check: Check) -> tuple[Config | None, Finding]:
    path = check.config
    try:
        if not check.named and not path.exists():
            return None, Finding("config", State.NOTE, f"{path}: not here; only the bundle is looked at")
        config = load_config(path)
        check_settings(config)
    except KadrError as error:
        return None, amiss("config", error, "mend it there; the README lists the keys")
    except OSError as error:
        return None, amiss("config", error, "name another file")
    said = f"{path}: {counted(len(config.sources), 'source')}, encoder {config.encoder.name}"
    return config, Finding("config", State.OK, said)


def _unreadable(config: Config) -> Iterator[Finding]:
    """Look for the files of films that lie on this machine."""
    for source in _local_files(config):
        if Path(source.path).is_dir() or not os.access(source.path, os.R_OK):
            said = f"{source.name}: {source.path}: is not there, or no file that can be read"
            yield Finding("source", State.BAD, said, "put the file there, or name another: sources.path")


def _unwritable(config: Config) -> Iterator[Finding]:
    """Look whether a build may write its bundle, and what it fetches; of the vectors the configuration was asked."""
    places = {"publish.path": config.publish.path}
    if len(_local_files(config)) < len(config.sources):
        places["collect.folder"] = config.collect.folder
    for key, path in places.items():
        try:
            with tempfile.TemporaryFile(dir=next(each for each in (path, *path.parents) if each.exists())):
                pass
        except OSError as error:
            said = f"{path}: cannot be written ({error.strerror})"
            yield Finding("disk", State.BAD, said, f"see to its permissions, or name another folder: {key}")


def _local_files(config: Config) -> list[FileSource]:
    return [each for each in config.sources if isinstance(each, FileSource) and "://" not in each.path]


def _built(manifest: Manifest | None) -> _Built | None:
    if manifest is None:
        return None
    legs = frozenset(legs_from_json(manifest.fusion))
    return _Built(Profile.from_json(manifest.encoder), legs, manifest.counts["films"])


def _models(check: Check, config: Config | None, built: _Built | None) -> Iterator[Finding]:
    """Look at the bundle's model and at the one to be built with, where they are not the same."""
    wanted = _wanted(config, built, check.access) if config else ""
    if built:
        yield Finding("model", State.OK, _needs(str(built.profile), hosted=built.asked))
    if built and "local" in built.legs:
        yield _local(built.profile)
    if config and wanted:
        state, remedy = (State.NOTE, BUILD) if built else (State.OK, "")
        what = f"the bundle is of {built.profile}, the configuration wants {wanted}" if built else wanted
        yield Finding("model", state, _needs(what, hosted=config.encoder.name == "hosted"), remedy)
    whose = ("the bundle's", "the configuration's") if built and wanted else ("", "")
    if built and built.asked:
        url = model_of(config).url if config and config.encoder.name == "hosted" else ""
        yield from check_service(check.access, Asked(built.profile, built.profile.url == url, whose[0]))
    if config and wanted and config.encoder.name == "hosted":
        # A bundle holds the name that its provider knows the model by; a configuration does not.
        keys = check.access.environ
        model = Asked(model_of(config), trusted=True, whose=whose[1])
        yield from check_service(check.access, model, lambda it: resolve_served(it, Keys.read(keys)))


def _local(profile: Profile) -> Finding:
    """Ask the local model for its canaries: where it cannot be believed others answer, and no page says so."""
    try:
        LocalModel(profile).check()
    except ConfigError as error:  # it is not here, and the bundle has another encoder
        return replace(amiss("canaries", error, BUILD), state=State.NOTE)
    except EncodeError as error:
        return amiss("canaries", error, BUILD)
    return Finding("canaries", State.OK, "the local model gives the vectors that the bundle has")


def _needs(what: str, *, hosted: bool) -> str:
    return what if hosted else f"{what}: needs no network, no token"


def _wanted(config: Config, built: _Built | None, access: Access) -> str:
    """Return the encoder that a configuration wants where a bundle has not just that one, else ""."""
    encoder = config.encoder
    if encoder.name != "hosted":
        is_same = {"embedded": _is_embedded, "local": _is_local, "static": _is_static}[encoder.name]
        return "" if built is not None and is_same(encoder, built) else _named(encoder)
    profile = model_of(config)
    if built is None or built.profile != profile:
        return str(profile)
    if built.asked != encoder.asks_model:
        return f"{profile} with queries by the {encoder.query or encoder.name} encoder"
    if built.asked and not access.base and built.profile.url.rstrip("/") != profile.url.rstrip("/"):
        return f"{profile} at {host_of(profile.url)}"
    return ""


def _is_static(encoder: EncoderConfig, built: _Built) -> bool:
    profile, model = built.profile, encoder.model or DEFAULT_MODEL
    name = Path(model).resolve().name if is_local(model) else model
    whole = profile.native_dim == 0 if encoder.dim is None else profile.dim == encoder.dim + VOID_AXES
    return (profile.provider, profile.model) == ("static", name) and whole


def _is_embedded(encoder: EncoderConfig, built: _Built) -> bool:
    """Tell whether a bundle may be of this encoder, which has fewer dimensions where there are few films."""
    dim, most = built.profile.dim, encoder.dim or DIM
    return built.profile.provider == "embedded" and (dim == most or (dim < most and built.films <= most))


def _is_local(encoder: EncoderConfig, built: _Built) -> bool:
    wanted = replace(local_profile(encoder.dim), revision=built.profile.revision)
    return built.profile == wanted and built.legs == {*_local_legs(encoder)}


def _local_legs(encoder: EncoderConfig) -> list[str]:
    """Return who is to encode queries in a bundle of the local model, the best first."""
    wanted = {"local": encoder.asks_model, "distilled": encoder.distil}
    return [leg for leg, is_wanted in wanted.items() if is_wanted]


def _named(encoder: EncoderConfig) -> str:
    if encoder.name == "local":
        return f"{local_profile(encoder.dim)} with queries by the {' or else the '.join(_local_legs(encoder))} encoder"
    dim = f" of {encoder.dim} dimensions" if encoder.dim else ""
    model = f" {encoder.model or DEFAULT_MODEL}" if encoder.name == "static" else ""
    return f"the {encoder.name} encoder{model}{dim}"
