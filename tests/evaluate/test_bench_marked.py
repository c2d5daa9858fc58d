import pytest

from bench.marked import replaced

START, END = "<!-- here -->", "<!-- /here -->"


def test_a_table_is_replaced_between_its_marks_and_nothing_else() -> None:
    text = f"before\n{START}\nold\nrows\n{END}\nafter\n"
    new = replaced(text, "new", START, END)
    assert new == f"before\n{START}\nnew\n{END}\nafter\n"
    assert replaced(new, "new", START, END) == new


@pytest.mark.parametrize("text", ["", START, f"{END} {START}", f"{START} {START} {END}", f"{START} {END} {END}"])
def test_a_file_without_its_marks_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="once each"):
        replaced(text, "new", START, END)
