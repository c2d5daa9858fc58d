"""The page about the catalogue: its version, its size, where its films come from."""

from html import escape

import streamlit as st

from app.loading import opened_or_stop
from app.texts import count, grouped, say
from app.widgets import headline
from kadr.bundle import Manifest


def facts(manifest: Manifest) -> list[tuple[str, str]]:
    """Return the rows of the page: what, and how much of it. Plain text, from data."""
    counts = manifest.counts
    numbers = [
        (say(f"about_{name}"), grouped(counts[name])) for name in ("films", "series", "described") if name in counts
    ]
    sources = ", ".join(f"{source.name} — {count(source.films, 'films')}" for source in manifest.sources)
    encoder = " ".join(str(manifest.encoder[key]) for key in ("provider", "model") if manifest.encoder.get(key))
    return [
        *numbers,
        (say("about_sources"), sources),
        (say("about_encoder"), encoder),
        (say("about_version"), manifest.version),
    ]


def draw() -> None:
    """Draw the page."""
    manifest = opened_or_stop().engine.manifest
    headline(say("about_heading"))
    st.write(say("about_text"))
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts(manifest))
    st.html(f'<dl class="kadr-about">{rows}</dl>')


draw()
