"""`kadr doctor`: looks at everything that a working search needs, and says what to do about what is amiss.

Each check is a function that never raises for what it looks at: a fault is its finding.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kadr.bundle import Manifest
from kadr.checks import Asked, Finding, State, check_bundle, check_service, check_space
from kadr.config import Config, load_config
from kadr.encode.encoder import Profile
from kadr.encode.hosted.secrets import Keys
from kadr.encode.hosted.serving import resolve_served
from kadr.encode.presets import DEFAULT, profile_of
from kadr.engine import Access
from kadr.errors import KadrError
from kadr.search.params import legs_from_json

__all__ = ["Check", "Finding", "State", "examine"]


@dataclass(frozen=True, slots=True)
class Check:
    """What is looked at. `bundle`: a bundle or the root of several. `config`: a catalogue file that may not exist."""

    bundle: Path
    config: Path
    access: Access


def examine(check: Check) -> Iterator[Finding]:
    """Yield what is found, in the order in which it should be mended. Asks a hosted model once, for its canaries."""
    config, finding = _config(check.config)
    yield finding
    manifest, finding = check_bundle(check.bundle)
    yield finding
    yield from check_space({"bundles": check.bundle} | ({"vectors": config.encoder.cache} if config else {}), manifest)
    model, built, finding = _model(config, manifest)
    yield finding
    if model is not None and built:
        yield from check_service(check.access, model)
    elif model is not None:
        # A bundle holds the name that its provider knows the model by; a configuration does not.
        yield from check_service(check.access, model, lambda it: resolve_served(it, Keys.read(check.access.environ)))


def _config(path: Path) -> tuple[Config | None, Finding]:
    try:
        if not path.exists():
            return None, Finding("config", State.NOTE, f"{path}: not here; only the bundle is looked at")
        config = load_config(path)
    except (KadrError, OSError) as error:
        return None, Finding("config", State.BAD, str(error))
    return config, Finding("config", State.OK, f"{path}: {len(config.sources)} sources, encoder {config.encoder.name}")


def _model(config: Config | None, manifest: Manifest | None) -> tuple[Asked | None, bool, Finding]:
    """Return the hosted model to ask, the bundle's where its queries go there, else the one to be built with; and which
    of the two it is: True for the bundle's.
    """
    try:
        built = Profile.from_json(manifest.encoder) if manifest else None
        asked = manifest is not None and "hosted" in legs_from_json(manifest.fusion)
        wanted = None
        if config and config.encoder.name == "hosted":
            wanted = profile_of(config.encoder.model or DEFAULT, config.encoder.dim, config.encoder.wishes)
    except KadrError as error:
        return None, False, Finding("model", State.BAD, str(error))
    local = f"the {config.encoder.name if config else 'embedded'} encoder"
    needless = Finding("model", State.OK, f"{built or local}: needs no network, no token")
    profile = built if asked else wanted
    if profile is None or (built == wanted and not asked):
        return None, False, needless
    model = Asked(profile, trusted=wanted is not None and profile.url == wanted.url)
    if built is not None and wanted is not None and built != wanted:
        said = f"the bundle is of {built}, the configuration wants {wanted}"
        return model, asked, Finding("model", State.NOTE, said, "build anew to change over: kadr build")
    return model, asked, Finding("model", State.OK, str(profile))
