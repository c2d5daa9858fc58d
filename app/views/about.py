"""The page about the catalogue: its size and age, its sources, how well it is searched, and whether all is well."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

import streamlit as st

from app.loading import checked, opened_or_stop
from app.origins import PLAIN, Figure, Origins, built, figures, origins
from app.texts import count, grouped, say
from app.widgets import headline, section
from kadr.bundle import Manifest
from kadr.engine import EncoderState
from kadr.live import Opened

# A string that stands alone in this file would be shown on the page.
API_PAGE = "/api/v1/docs"
Rows = Sequence[tuple[str, str]]  # what, and how much of it: plain text, from data


def contents(opened: Opened, read: Origins) -> Rows:
    """Return what the catalogue holds, and how old it is."""
    manifest = opened.engine.manifest
    counts = manifest.counts
    made = built(opened.engine)
    days = say("about_days", first=read.first_read, last=read.last_read) if read.first_read else ""
    rows = [
        *((say(f"about_{name}"), grouped(counts[name])) for name in ("films", "series", "described") if name in counts),
        (say("about_themes"), grouped(counts.get("themes", 0)) if counts.get("themes") else ""),
        (say("about_read"), days),
        (say("about_built"), _moment(made) if made else ""),
        (say("about_opened"), _moment(datetime.fromtimestamp(opened.since, UTC))),
        (say("about_version"), say("about_whole", version=manifest.version, files=len(manifest.files))),
    ]
    return [(name, value) for name, value in rows if value]


def sources(manifest: Manifest, read: Origins) -> Rows:
    """Return the sources: how many films of each, what its terms ask to be shown, and the licence of its texts."""
    rows = []
    for source in manifest.sources:
        licences = ", ".join(read.licences.get(source.name, ()))
        told = [count(source.films, "films") + ".", source.notice]
        told += [say("about_licence", licences=licences)] if licences else []
        rows.append((source.name, " ".join(filter(None, told))))
    return rows


def encoders(manifest: Manifest, state: EncoderState) -> Rows:
    """Return how meaning is read, and how the hosted model stands."""
    profile = manifest.encoder
    model = f"{profile['provider']} {profile['model']}, " + count(profile["dim"], "dimensions")
    return [
        (say("about_encoder"), model),
        (say("about_queries"), ", ".join(say(f"leg_{leg}") for leg in state.legs)),
        *_service(state),
    ]


def shares(found: Sequence[Figure]) -> Rows:
    """Return how often a film was found, by what was asked."""
    return [
        (
            say(f"sort_of_{each.sort}"),
            say(
                "about_share",
                found=grouped(round(each.found * each.asked)),
                asked=count(each.asked, "asked"),
                share=round(each.found * 100),
            ),
        )
        for each in found
    ]


def _service(state: EncoderState) -> Rows:
    """Return how the hosted encoder stands; nothing where the catalogue has none."""
    if "hosted" not in state.legs:
        return []
    well = {None: "service_unasked", True: "service_well", False: "lack_drifted"}[state.trusted]
    return [(say("about_service"), say(f"lack_{state.lack}" if state.lack else well))]


def _moment(moment: datetime) -> str:
    return say("about_moment", moment=f"{moment:%Y-%m-%d %H:%M}")


def draw() -> None:
    """Draw the page."""
    opened = opened_or_stop()
    engine, state = opened.engine, opened.engine.encoder_state()
    read = origins(engine)
    headline(say("about_heading"))
    st.write(say("about_text"))
    _table(say("about_catalogue"), contents(opened, read))
    _table(say("about_sources"), sources(engine.manifest, read))
    _table(say("about_meaning"), encoders(engine.manifest, state))
    if found := figures(engine.manifest.quality, state.legs):
        section(say("about_quality"))
        _remarked(say("about_quality_text"), shares([each for each in found if each.sort in PLAIN]))
        _remarked(say("about_trials_text"), shares([each for each in found if each.sort not in PLAIN]))
    section(say("about_privacy"))
    st.write(say("about_privacy_text"))
    section(say("about_api"))
    link = f'<a href="{API_PAGE}" target="_blank">{escape(say("about_api_link"))}</a>'
    st.html(f'<p class="kadr-api">{escape(say("about_api_text"))} {link}</p>')
    with st.expander(say("checks"), on_change="rerun", key="checks") as details:
        if details.open:
            _checks()


def _table(title: str, rows: Rows) -> None:
    """Show rows below a heading."""
    section(title)
    _rows(rows)


def _remarked(remark: str, rows: Rows) -> None:
    """Show rows below a remark on them; nothing where there are no rows."""
    if rows:
        st.caption(remark)
        _rows(rows)


def _rows(rows: Rows) -> None:
    """Show rows; all of it is text, whatever it quotes."""
    body = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    st.html(f'<dl class="kadr-about">{body}</dl>')


def _checks() -> None:
    """Show what the checks find, in the words that `kadr doctor` has for the operator."""
    for finding in checked():
        remedy = f"<p>{escape(finding.remedy)}</p>" if finding.remedy else ""
        st.html(
            f'<div class="kadr-check kadr-{finding.state}"><b>{say(f"check_{finding.state}")}</b>'
            f"<div><strong>{escape(finding.name)}</strong> {escape(finding.said)}{remedy}</div></div>"
        )


draw()
