"""Build the images where no Docker is, run them as a container would, and hold them against their bounds.

    python -m tools.image.check        # `make image-check`; needs root, buildah and, the first time, mmdebstrap

Where the machine cannot, it says why and ends well. What was built is kept in cache/image and used again.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.image.base import base_image
from tools.image.running import Seen
from tools.image.tools import Buildah, Unfit, run
from tools.image.wanted import LEFT_OUT

__all__ = ["BOUNDS", "Bounds", "Size", "broken", "main", "table"]

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "cache" / "image"
QUERY = "мальчик и робот"
OVER_FLOOR = 1.05
"""An image is never more than so many times its base and its wheels as they are downloaded."""
FIRST_S = 3.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a target may take: compressed and resident, in megabytes (10^6 bytes)."""

    compressed_mb: float
    resident_mb: float


BOUNDS = {"app": Bounds(210, 350), "api": Bounds(115, 200)}


@dataclass(frozen=True, slots=True)
class Size:
    """Compressed sizes in bytes: of the base image, of our layers, and of the wheels as downloaded."""

    base: int
    ours: int
    wheels: int

    @property
    def over_floor(self) -> float:
        """How many times the base and the wheels the image is."""
        return (self.base + self.ours) / (self.base + self.wheels)


def broken(target: str, size: Size, seen: Seen) -> list[str]:
    """Return what of the bounds an image does not keep, one sentence each."""
    bounds = BOUNDS[target]
    checks = {
        f"compressed, it is more than {bounds.compressed_mb} MB": (size.base + size.ours) / 1e6 > bounds.compressed_mb,
        f"it is more than {OVER_FLOOR} times its base and wheels": size.over_floor > OVER_FLOOR,
        f"the first answer comes after more than {FIRST_S} s": seen.first_s > FIRST_S,
        f"more than {bounds.resident_mb} MB are resident": seen.resident_mb > bounds.resident_mb,
        "its health check fails": not seen.healthy,
        "a search finds nothing": seen.found == 0,
        "it can write outside of /tmp and /cache, or not there": not seen.refused,
        "it does not run as user 1000": seen.uid != 1000,
        f"its first page ends so: {seen.page}": target == "app" and seen.page != "FINISHED_SUCCESSFULLY",
    }
    return [f"{target}: {said}" for said, is_so in checks.items() if is_so]


def table(contents: dict[str, dict[str, Any]], target: str, size: Size) -> str:
    """Return what takes the space of an image and what was cut, as lines of text, the largest packages first."""
    lines = [f"{target}: what takes the space", f"{'package':<22}{'wheel MB':>10}{'in layer':>10}{'cut, raw':>10}"]
    largest = sorted(contents.items(), key=lambda each: -each[1]["compressed"])
    for name, of in [*largest[:12]]:
        cut = sum(of["cut"].values())
        lines.append(f"{name:<22}{of['wheel'] / 1e6:>10.2f}{of['compressed'] / 1e6:>10.2f}{cut / 1e6:>10.2f}")
    rest = largest[12:]
    wheel, packed = (sum(of[key] for _, of in rest) / 1e6 for key in ("wheel", "compressed"))
    lines.append(f"{f'{len(rest)} others':<22}{wheel:>10.2f}{packed:>10.2f}")
    reasons: Counter[str] = Counter()
    for of in contents.values():
        reasons.update(of["cut"])
    lines += [f"cut: {why:<38}{count / 1e6:>8.2f} MB raw" for why, count in reasons.most_common()]
    lines.append(f"left out whole: {', '.join(LEFT_OUT[target])}")
    total = (size.base + size.ours) / 1e6
    lines.append(
        f"base {size.base / 1e6:.1f} + ours {size.ours / 1e6:.1f} = {total:.1f} MB compressed"
        f" (at most {BOUNDS[target].compressed_mb}); floor: base + wheels {size.wheels / 1e6:.1f}"
        f" = {(size.base + size.wheels) / 1e6:.1f}; {size.over_floor:.3f} of it (at most {OVER_FLOOR})"
    )
    return "\n".join(lines)


def _bundle() -> Path:
    """Return the folder of a bundle of 5,000 real films, of the local model; the sample's where those are not there."""
    from bench.common import build_from, real_data
    from kadr.bundle import FORMAT_VERSION

    data = real_data()
    if data is None:
        if not (ROOT / "bundles" / "current").is_file():
            raise Unfit("there is no bundle to serve; run `make build`")
        return ROOT / "bundles"
    root = KEPT / f"films-{FORMAT_VERSION}"
    if not (root / "bundles" / "current").is_file():
        build_from({"merged": data / "catalogues" / "merged_ru.csv"}, root, "local")
    return root / "bundles"


def _measured(buildah: Buildah, base: str, target: str, bundle: Path) -> list[str]:
    """Build a target, run it, print what was seen, and return what is broken."""
    name = f"kadr:{target}"
    buildah.build(ROOT / "Dockerfile", ROOT, name, target=target, arguments={"BASE": f"localhost/{base}"})
    of_base, of_all = (sum(buildah.layers(each, KEPT / "pushed")) for each in (base, name))
    container, tree = buildah.mounted(name)
    try:
        contents = json.loads((tree / "srv/about/contents.json").read_text("utf-8"))
        size = Size(of_base, of_all - of_base, sum(of["wheel"] for of in contents.values()))
        sys.stdout.write(table(contents, target, size) + "\n")
        seen = _run(tree, buildah.config(name), bundle)
        compilers = [each for each in ("cc", "gcc", "g++", "clang") if shutil.which(each, path=str(tree / "usr/bin"))]
    finally:
        buildah.removed(container)
    sys.stdout.write(
        f"{target}: first answer {seen.first_s:.2f} s ({seen.cpu_s:.2f} s of a processor),"
        f" {seen.resident_mb:.0f} MB resident, {seen.films} films, {seen.found} found, user {seen.uid},"
        f" health check {'passes' if seen.healthy else 'FAILS'}, root {'read-only' if seen.refused else 'WRITABLE'},"
        f" page {seen.page or 'none'}\n\n"
    )
    return broken(target, size, seen) + [f"{target}: has a compiler, {each}" for each in compilers]


def _run(tree: Path, config: dict[str, Any], bundle: Path) -> Seen:
    told = KEPT / "config.json"
    told.write_text(json.dumps(config), "utf-8")
    inside = [sys.executable, "-m", "tools.image.running", str(tree), str(told), str(bundle), QUERY]
    return Seen(**json.loads(run("unshare", "--mount", "--net", *inside)))


def _fit() -> None:
    if sys.platform != "linux" or os.geteuid() != 0:
        raise Unfit("images are mounted and run here, which takes root on Linux")


def main() -> int:
    """Check both images; 1 where a bound is broken."""
    try:
        _fit()
        KEPT.mkdir(parents=True, exist_ok=True)
        buildah = Buildah(KEPT / "store")
        bundle = _bundle()
        base = base_image(buildah, KEPT)
        flaws = [flaw for target in BOUNDS for flaw in _measured(buildah, base, target, bundle)]
    except Unfit as reason:
        sys.stdout.write(f"make image-check skipped: {reason}\n")
        return 0
    except subprocess.CalledProcessError as error:
        sys.stdout.write(
            f"{' '.join(map(str, error.cmd[:12]))} failed:\n{error.stdout[-1500:]}\n{error.stderr[-3000:]}\n"
        )
        return 1
    sys.stdout.write("\n".join(flaws or ["every bound is kept"]) + "\n")
    return 1 if flaws else 0


if __name__ == "__main__":
    sys.exit(main())
