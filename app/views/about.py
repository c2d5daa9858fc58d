"""The page about the catalogue: its version, its size, where its films come from, whether all is well with it."""

from html import escape

import streamlit as st

from app.loading import checked, opened_or_stop
from app.texts import count, grouped, say
from app.widgets import headline
from kadr.bundle import Manifest
from kadr.engine import EncoderState


def facts(manifest: Manifest, state: EncoderState) -> list[tuple[str, str]]:
    """Return the rows of the page: what, and how much of it. Plain text, from data."""
    counts = manifest.counts
    numbers = [
        (say(f"about_{name}"), grouped(counts[name])) for name in ("films", "series", "described") if name in counts
    ]
    sources = ", ".join(f"{source.name} — {count(source.films, 'films')}" for source in manifest.sources)
    notices = [(source.name, source.notice) for source in manifest.sources if source.notice]
    profile = manifest.encoder
    model = f"{profile['provider']} {profile['model']}, " + count(profile["dim"], "dimensions")
    return [
        *numbers,
        (say("about_sources"), sources),
        *notices,
        (say("about_encoder"), model),
        (say("about_queries"), ", ".join(say(f"leg_{leg}") for leg in state.legs)),
        *_service(state),
        (say("about_version"), say("about_whole", version=manifest.version, files=len(manifest.files))),
    ]


def _service(state: EncoderState) -> list[tuple[str, str]]:
    """Return how the hosted encoder stands; nothing where the catalogue has none."""
    if "hosted" not in state.legs:
        return []
    well = {None: "service_unasked", True: "service_well", False: "lack_drifted"}[state.trusted]
    return [(say("about_service"), say(f"lack_{state.lack}" if state.lack else well))]


def draw() -> None:
    """Draw the page."""
    engine = opened_or_stop().engine
    headline(say("about_heading"))
    st.write(say("about_text"))
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>"
        for name, value in facts(engine.manifest, engine.encoder_state())
    )
    st.html(f'<dl class="kadr-about">{rows}</dl>')
    with st.expander(say("checks"), on_change="rerun", key="checks") as details:
        if details.open:
            _checks()


def _checks() -> None:
    """Show what the checks find, in the words that `kadr doctor` has for the operator."""
    for finding in checked():
        remedy = f"<p>{escape(finding.remedy)}</p>" if finding.remedy else ""
        st.html(
            f'<div class="kadr-check kadr-{finding.state}"><b>{say(f"check_{finding.state}")}</b>'
            f"<div><strong>{escape(finding.name)}</strong> {escape(finding.said)}{remedy}</div></div>"
        )


draw()
