"""What stands between two marks of a file, such as a table of the README, put anew."""

__all__ = ["replaced"]


def replaced(text: str, made: str, start: str, end: str) -> str:
    """Return a text with what was made between its marks in place of what stood there.

    Raises:
        ValueError: the marks are not there, once each and in order.
    """
    before, _, rest = text.partition(start)
    _, _, after = rest.partition(end)
    if text.count(start) != 1 or text.count(end) != 1 or end not in rest:
        raise ValueError(f"the file must hold {start} and then {end}, once each")
    return f"{before}{start}\n{made}\n{end}{after}"
