"""`kadr doctor`: looks at everything that a working search needs, and says what to do about what is amiss.

Each check is a function that never raises for what it looks at: a fault is its finding.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kadr.bundle import Manifest, resolve, verify
from kadr.config import Config, load_config
from kadr.encode.encoder import Profile, Role
from kadr.encode.hosted.embedder import TRUSTED_COSINE
from kadr.encode.hosted.secrets import Keys
from kadr.encode.hosted.service import Service
from kadr.encode.hosted.serving import resolve_served
from kadr.encode.presets import DEFAULT, profile_of
from kadr.engine import Access, Engine
from kadr.errors import BundleMissing, KadrError
from kadr.search.params import legs_from_json

__all__ = ["Check", "Finding", "State", "examine"]

CALL_TIMEOUT_S = 90.0
"""A model that was put to sleep is loaded within the call."""
MAX_SKEW_S = 60.0
"""A clock that is off by more breaks certificates and tokens before anything else."""
BUNDLES_KEPT = 3
"""The disk must hold the bundle being built beside what is there."""
LEAST_FREE = 200 << 20
ENVIRONMENT = "look at HF_ENDPOINT, HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR in the environment"


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found. `remedy` says what to do, "" where nothing is to be done."""

    name: str
    state: State
    said: str
    remedy: str = ""

    def to_text(self) -> str:
        """Return one line, or two with what to do."""
        line = f"{self.state.value:<5}{self.name:<10}{self.said}"
        return f"{line}\n{'':15}-> {self.remedy}" if self.remedy else line


@dataclass(frozen=True, slots=True)
class Check:
    """What is looked at. `bundle`: a bundle or the root of several. `config`: a catalogue file that may not exist."""

    bundle: Path
    config: Path
    access: Access


@dataclass(frozen=True, slots=True)
class _Model:
    """The hosted model to ask. `ours`: its address is the configuration's. `built`: it is the bundle's."""

    profile: Profile
    ours: bool
    built: bool


def examine(check: Check) -> Iterator[Finding]:
    """Yield what is found, in the order in which it should be mended. Asks a hosted model once, for its canaries."""
    config, finding = _config(check.config)
    yield finding
    manifest, finding = _bundle(check.bundle)
    yield finding
    yield from _disk(check.bundle, manifest, config)
    model, finding = _model(config, manifest)
    yield finding
    if model is not None:
        yield from _hosted(check.access, model)


def _hosted(access: Access, model: _Model) -> Iterator[Finding]:
    try:
        service = access.service(model.profile, trusted=model.ours)
        kept = _kept_from_the_page(access, model.profile)
    except KadrError as error:
        yield Finding("token", State.BAD, str(error), "set the variable anew and run this again")
        return
    except ValueError as error:  # the library's, when it is loaded: HF_ENDPOINT is no address
        yield Finding("token", State.BAD, f"the login of the Hub cannot be read ({type(error).__name__})", ENVIRONMENT)
        return
    yield _token(service)
    yield from kept
    if not service.may_ask:
        return
    try:
        # A bundle holds the name that its provider knows the model by; a configuration does not.
        profile = model.profile if model.built else resolve_served(model.profile, Keys.read(access.environ))
    except KadrError as error:
        yield Finding("provider", State.BAD, str(error))
        return
    except (OSError, ValueError) as error:  # the library's: a file of certificates that is gone, an odd address
        yield Finding("provider", State.BAD, f"the Hub cannot be asked ({type(error).__name__})", ENVIRONMENT)
        return
    with closing(access.service(profile, trusted=model.ours)) as service:
        yield from _call(service, profile)
    yield _clock(service.address)


def _config(path: Path) -> tuple[Config | None, Finding]:
    try:
        if not path.exists():
            return None, Finding("config", State.NOTE, f"{path}: not here; only the bundle is looked at")
        config = load_config(path)
    except (KadrError, OSError) as error:
        return None, Finding("config", State.BAD, str(error))
    return config, Finding("config", State.OK, f"{path}: {len(config.sources)} sources, encoder {config.encoder.name}")


def _bundle(path: Path) -> tuple[Manifest | None, Finding]:
    try:
        manifest = verify(resolve(path))
        with Engine.open(path):  # files may be whole and yet not fit together, or need a newer program
            pass
    except BundleMissing as error:
        return None, Finding("bundle", State.NOTE, str(error), "build one: kadr build")
    except (KadrError, OSError) as error:
        return None, Finding("bundle", State.BAD, str(error), "go back with `kadr rollback`, or build anew: kadr build")
    films = manifest.counts["films"]
    return manifest, Finding(
        "bundle", State.OK, f"{manifest.version} is whole: {films} films, {len(manifest.files)} files"
    )


def _disk(bundle: Path, manifest: Manifest | None, config: Config | None) -> Iterator[Finding]:
    size = sum(entry.size for entry in manifest.files.values()) if manifest else 0
    needed = max(LEAST_FREE, BUNDLES_KEPT * size)
    places = {"bundles": bundle} | ({"vectors": config.encoder.cache} if config else {})
    for name, path in places.items():
        try:
            there = next(p for p in (path, *path.resolve().parents) if p.is_dir())
            free = shutil.disk_usage(there).free
        except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
            yield Finding("disk", State.BAD, f"{name}: {path} cannot be looked at ({error})", "name another folder")
            continue
        said = f"{name}: {free >> 20:,} MiB are free at {there}"
        if free < needed:
            yield Finding("disk", State.BAD, said, f"free {needed >> 20:,} MiB, or name another folder")
        else:
            yield Finding("disk", State.OK, said)


def _model(config: Config | None, manifest: Manifest | None) -> tuple[_Model | None, Finding]:
    """Return the hosted model to ask: the bundle's, where its queries go there, else the one to be built with."""
    try:
        built = Profile.from_json(manifest.encoder) if manifest else None
        asked = manifest is not None and "hosted" in legs_from_json(manifest.fusion)
        wanted = None
        if config and config.encoder.name == "hosted":
            wanted = profile_of(config.encoder.model or DEFAULT, config.encoder.dim, config.encoder.wishes)
    except KadrError as error:
        return None, Finding("model", State.BAD, str(error))
    local = f"the {config.encoder.name if config else 'embedded'} encoder"
    needless = Finding("model", State.OK, f"{built or local}: needs no network, no token")
    profile = built if asked else wanted
    if profile is None or (built == wanted and not asked):
        return None, needless
    model = _Model(profile, ours=wanted is not None and profile.url == wanted.url, built=asked)
    if built is not None and wanted is not None and built != wanted:
        said = f"the bundle is of {built}, the configuration wants {wanted}"
        return model, Finding("model", State.NOTE, said, "build anew to change over: kadr build")
    return model, Finding("model", State.OK, str(profile))


def _token(service: Service) -> Finding:
    if service.may_ask:
        has = "is set" if service.has_token else "is not set, and may not be needed"
        return Finding("token", State.OK, f"{service.token_variable}, for {service.host}, {has}")
    return Finding(
        "token",
        State.BAD,
        f"{service.token_variable} is not set, and {service.host} answers nobody without it",
        "make a fine-grained token with the right 'Make calls to Inference Providers' and set the variable",
    )


def _kept_from_the_page(access: Access, profile: Profile) -> list[Finding]:
    """Tell where the page, which knows the bundle alone, sends no token though there is one.

    Raises:
        ConfigError: a token has a wrong form.
    """
    if not profile.url or access.base or not Keys.read(access.environ).token_for(profile.url):
        return []
    said = "the page sends no token to an address that only the bundle names"
    return [Finding("page", State.NOTE, said, f"set KADR_INFERENCE_URL to that address: {profile.url}")]


def _call(service: Service, profile: Profile) -> Iterator[Finding]:
    texts = [canary.text for canary in profile.canaries] or ["film"]
    start = time.perf_counter()
    try:
        vectors = service.embed(texts, Role.QUERY, timeout=CALL_TIMEOUT_S)
    except KadrError as error:
        yield Finding("service", State.BAD, str(error))
        return
    except (OSError, ValueError) as error:  # the library's, when it is loaded
        yield Finding("service", State.BAD, f"{service.host} cannot be asked ({type(error).__name__})", ENVIRONMENT)
        return
    took = (time.perf_counter() - start) * 1000
    yield Finding("service", State.OK, f"{service.host} gave vectors of {profile.full_dim} dimensions in {took:.0f} ms")
    yield _canaries(vectors, profile)


def _canaries(vectors: NDArray[np.float32], profile: Profile) -> Finding:
    """Compare vectors, float32 (canaries, full_dim), with those of the bundle."""
    if not profile.canaries:
        return Finding("canaries", State.NOTE, "no bundle of this model is here to compare with")
    if any(len(canary.vector) != profile.full_dim or not any(canary.vector) for canary in profile.canaries):
        return Finding("canaries", State.BAD, "the bundle's are no vectors of its model", "build anew: kadr build")
    known = np.array([canary.vector for canary in profile.canaries], dtype=np.float32)
    cosine = float((vectors * known / np.linalg.norm(known, axis=1, keepdims=True)).sum(axis=1).min())
    if cosine >= TRUSTED_COSINE:
        return Finding("canaries", State.OK, f"cosine {cosine:.4f} with the bundle's")
    remedy = "the model changed since the bundle was built; build anew: kadr build"
    return Finding("canaries", State.BAD, f"cosine {cosine:.4f} with the bundle's, under {TRUSTED_COSINE}", remedy)


def _clock(address: str) -> Finding:
    """Compare this clock with a server's, which every answer names."""
    unknown = Finding("clock", State.NOTE, "nobody told the time to compare with")
    try:
        from huggingface_hub.utils import httpx  # type: ignore[attr-defined]  # whichever version the library uses
    except ValueError:  # HF_ENDPOINT is no address
        return unknown
    try:
        # No token goes along: whatever the answer is, it has a date.
        answer = httpx.head(address, timeout=10, follow_redirects=False)
        skew = abs((datetime.now(UTC) - parsedate_to_datetime(answer.headers["date"])).total_seconds())
    except (httpx.HTTPError, httpx.InvalidURL, OSError, KeyError, ValueError, TypeError):
        return unknown
    if skew > MAX_SKEW_S:
        return Finding(
            "clock", State.BAD, f"is off by {skew:.0f} s", "set the clock, or switch time synchronisation on"
        )
    return Finding("clock", State.OK, f"is right to {max(skew, 1):.0f} s")
