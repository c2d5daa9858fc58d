"""A query that is spoken: recorded in the browser, transcribed by a hosted model, corrected by the visitor, searched.

A recording stays in the session until it is understood, and no longer; nothing is searched that was not confirmed.
"""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, cast

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from app.helping import awaited, helpers
from app.session import act, choose
from app.texts import say

if TYPE_CHECKING:
    from kadr.search.aside import Said

__all__ = ["voice"]

BUDGET_S = 20.0
"""Seconds that a visitor waits: half a minute of speech takes a woken model 2 to 5, and one that sleeps gives up."""
MOST_LETTERS = 600
"""Of what was heard, and of its correction."""
TOLD: Mapping[str, str] = {
    "": "voice_nothing",
    "quiet": "voice_nothing",
    "long": "voice_long",
    "broken": "voice_broken",
    "text": "voice_text_lack",
}
"""What is wrong with a recording, in words: by the lack that a model's answer has."""
_SOUND, _SAID, _FOUND = "voice_sound", "voice_said", "voice_found"
_DRAWER, _RECORDER, _TEXT = "voice", "voice_recorder", "voice_text"


@st.fragment
def voice() -> None:
    """Show the control for speaking a query. Put it beside the search field; a search begins when it is confirmed."""
    if st.session_state.pop(_FOUND, False):
        act()  # what the callback noted, the run of this fragment alone may have used up
        st.rerun()
    with st.popover(say("voice"), icon=":material/mic:", key=_DRAWER, on_change="rerun") as drawer:
        if not drawer.open:
            _forget()
        elif helpers().can_hear:
            _recorder()
        else:
            st.html(f'<p class="kadr-voice">{say("voice_no_access")}</p>')


def _recorder() -> None:
    st.html(f'<p class="kadr-voice">{say("voice_hint")}</p>')
    st.audio_input(say("voice_record"), key=_RECORDER, on_change=_recorded, label_visibility="collapsed")
    said = _understood()
    if said is None:
        st.html(f'<p class="kadr-lead">{say("voice_privacy")}</p>')
    elif said.text:
        _correction()
    else:
        _failure(said)


def _understood() -> "Said | None":
    """Return what became of the recording, None where there is none; it is sent once."""
    sound: bytes | None = st.session_state.get(_SOUND)
    if sound and _SAID not in st.session_state:
        said = awaited(partial(helpers().heard, sound, BUDGET_S), say("voice_hearing"))
        st.session_state[_SAID] = said
        st.session_state[_TEXT] = said.text[:MOST_LETTERS]
        if said.lack in TOLD:  # another try would end the same way
            del st.session_state[_SOUND]
    return cast("Said | None", st.session_state.get(_SAID))


def _correction() -> None:
    with st.form("voice_form", border=False):
        st.text_area(say("voice_heard"), max_chars=MOST_LETTERS, key=_TEXT, height=96)
        st.form_submit_button(say("voice_find"), type="primary", icon=":material/search:", on_click=_find)


def _failure(said: "Said") -> None:
    """Say why there are no words; where the model failed and not the recording, offer to send it again."""
    if said.lack in TOLD:
        st.html(f'<p class="kadr-voice" role="status">{say(TOLD[said.lack])}</p>')
        return
    text = say("voice_failed", because=say(f"because_{said.lack}"))
    st.html(f'<p class="kadr-voice" role="status">{text}</p>')
    st.button(say("voice_again"), key="voice_again", icon=":material/refresh:", on_click=_again)


def _recorded() -> None:
    """Take a new recording out of Streamlit's store, or forget the one that the visitor deleted."""
    recorded = st.session_state[_RECORDER]
    if recorded is None:
        _forget()
    elif isinstance(recorded, UploadedFile):  # anything else is what is left of one that was taken
        _forget()
        st.session_state[_SOUND] = recorded.getvalue()
        context = get_script_run_ctx()
        if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):  # Streamlit's own
            context.uploaded_file_mgr.remove_file(context.session_id, recorded.file_id)


def _again() -> None:
    st.session_state.pop(_SAID, None)


def _find() -> None:
    """Search for the corrected words, and close the drawer."""
    if query := " ".join(st.session_state[_TEXT].split()):
        choose(q=query)
        st.session_state[_DRAWER] = False
        st.session_state[_FOUND] = True
        _forget()


def _forget() -> None:
    for key in (_SOUND, _SAID):
        st.session_state.pop(key, None)
