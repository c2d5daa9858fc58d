"""Films of two voices through hosted inference: a build takes the voices out of all that stands for a film."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kadr.config import load_config
from kadr.harvesting import ALL, gather
from kadr.progress import Lines
from kadr.vectorise import Questions, vectorise
from kadr.vectorise.voices import LEAST
from kadr.weigh import MIN_PROBES
from tests.vectorise.shop import opened_shop

VOICES = {
    "абвгдежзиклмнопрст": "маяк шторм письмо лодка пекарь тюрьма сестра голос почта песок",
    "abcdefghiklmnoprst": "widow orchard letter glass harbour thief violin circus desert signal",
}
"""Letters of a language, and words that its texts have in common."""
SENTENCES, COMMON, OWN = 4, 4, 6
"""A film's sentences, and their words: those of the voice, and those that no other sentence has."""


def rows() -> list[dict[str, str]]:
    """Return films, half of them in each language."""
    draw = np.random.default_rng(0)
    made = []
    for letters, common in VOICES.items():
        for _ in range(LEAST):
            title, *own = ("".join(draw.choice([*letters], 8)) for _ in range(1 + SENTENCES * OWN))
            sentences = (
                " ".join([*draw.choice(common.split(), COMMON, replace=False), *own[i * OWN : (i + 1) * OWN]]) + "."
                for i in range(SENTENCES)
            )
            made.append({"title": title, "description": " ".join(sentences)})
    return made


def gap(vectors: NDArray[np.float32], one: NDArray[np.bool_]) -> float:
    """Return how far the means of two groups of vectors are apart."""
    return float(np.linalg.norm(vectors[one].mean(axis=0) - vectors[~one].mean(axis=0)))


def test_a_build_takes_the_voices_out_of_films_and_of_what_stands_in_for_them(tmp_path: Path) -> None:
    with opened_shop(tmp_path) as shop:
        config = load_config(shop.write(rows()))
        films = gather(config, Lines(io.StringIO()), ALL, {}).whole().films
        questions = Questions.of(films, paid=True)
        made = vectorise(films, questions, config, tmp_path / "encoder", Lines(io.StringIO()), shop.access)
    russian = np.array([film.descriptions[0].language == "ru" for film in films])
    assert [russian.sum(), (~russian).sum()] == [LEAST, LEAST]
    assert gap(made.vectors, russian) < 0.02  # .95 as the model gives them
    lost = questions.probes.reduced_rows
    assert lost.size >= MIN_PROBES
    assert made.reduced is not None
    stand_ins = np.array([made.reduced.vector(row) for row in range(lost.size)])
    assert gap(stand_ins, russian[lost]) < 0.2  # .88
    assert (stand_ins * made.vectors[lost]).sum(axis=1).min() > 0.5
