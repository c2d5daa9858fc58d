"""An invented catalogue in which what each film tells of is known."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kadr.film import Description, Film

WORLDS = {
    "sea": "старый маяк ждёт корабль а моряк и капитан гадают скоро ли шторм",
    "space": "чужая планета манит экипаж а ракета и астроном знают одну звезду",
    "school": "новый учитель открыл класс а ученик и директор ищут старый дневник",
    "forest": "дикий волк оставил след а егерь и медведь делят одну берлогу",
    "circus": "грустный клоун любит арену а акробат и тигр учат опасный трюк",
}
"""Five subjects, each told in words of its own."""
DIM = 24


def film(world: str, number: int) -> Film:
    """Return a film that tells of one subject in most of its words, of its hero, and of what every film tells."""
    told = WORLDS[world].split()
    kept = [word for at, word in enumerate(told) if (number + at) % 4]
    text = f"Однажды {' '.join(kept)}, и рядом Аркадий, а потом наступает {'зима' if number % 3 else 'лето'}."
    return Film(id=f"{world}-{number:03}", title=f"Картина {number}", descriptions=(Description(text, "", "ru"),))


def catalogue(per_world: int = 60) -> list[Film]:
    """Return films of all subjects, in the order of their ids."""
    return sorted((film(world, n) for world in WORLDS for n in range(per_world)), key=lambda each: each.id)


def world_of(each: Film) -> str:
    """Return the subject of a film."""
    return each.id.split("-")[0]


def vectors_of(films: Sequence[Film], turn: int = 0) -> NDArray[np.float32]:
    """Return a vector near the direction of each film's subject; another `turn` has other axes, as an encoder fitted
    anew, and the same angles.
    """
    axes = np.eye(DIM)
    rows = []
    for each in films:
        at, number = list(WORLDS).index(world_of(each)), int(each.id.split("-")[1])
        noise = np.random.default_rng([at, number]).normal(size=DIM)
        rows.append(axes[at] + axes[-1] + 0.5 * noise / np.linalg.norm(noise))
    turned, _ = np.linalg.qr(np.random.default_rng(turn).normal(size=(DIM, DIM)))
    return np.array(np.array(rows) @ (turned if turn else axes), dtype=np.float32)
