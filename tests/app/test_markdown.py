import re

from hypothesis import given
from hypothesis import strategies as st

from app.markdown import JOINER, literal


@given(st.text(max_size=60))
def test_every_mark_is_escaped_and_the_words_stay(text: str) -> None:
    shown = literal(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*[!-/:-@\[\]^-`{-~]", shown)
    plain = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", shown)
    assert plain.replace(f":{JOINER}", ":") == " ".join(text.split())


def test_icons_and_emoji_are_broken() -> None:
    assert literal(":smile: :material/bolt: x: y") == (rf"\:{JOINER}smile\: \:{JOINER}material\/bolt\: x\: y")
