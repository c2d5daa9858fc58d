"""The parameters of a function around a value, replaced by what it is called with. Pure functions, linear time."""

from dataclasses import dataclass
from typing import Any

__all__ = ["Setting", "Slot", "filled"]

MAX_LENGTH = 10_000
"""Items that an assignment may make a list long."""

Setting = tuple[str, list[Any], Any]
"""The parameter whose inside is set, the keys on the way in, and the value: `a.items[0] = 5`."""


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """The place of a parameter, until the arguments are known."""

    name: str


def filled(root: Any, told: list[Setting], known: dict[str, Any]) -> Any:
    """Put arguments in the places of parameters, and what was set into the arguments; return the value.

    One argument may stand in many places, in itself, too: the objects are shared, not copied.

    Args:
        root: what the function returns.
        told: what it sets before.
        known: the arguments by the parameters' names.
    """
    done: set[int] = set()
    for name, keys, set_to in told:
        value = _with_arguments(set_to, known, done)
        if keys:
            _put(known.get(name), keys, value)
        else:
            known[name] = value
    return _with_arguments(root, known, done)


def _with_arguments(root: Any, known: dict[str, Any], done: set[int]) -> Any:
    if isinstance(root, Slot):
        return known.get(root.name)
    todo = [root]
    while todo:
        each = todo.pop()
        if not isinstance(each, (dict, list)) or id(each) in done:
            continue
        done.add(id(each))
        for key, value in list(each.items() if isinstance(each, dict) else enumerate(each)):
            if isinstance(value, Slot):
                each[key] = known.get(value.name)
            elif isinstance(value, (dict, list)):
                todo.append(value)
    return root


def _put(place: Any, keys: list[Any], value: Any) -> None:
    for key in keys[:-1]:
        place = place.get(str(key)) if isinstance(place, dict) else _at(place, key)
    if isinstance(place, dict):
        place[str(keys[-1])] = value
    elif isinstance(place, list) and isinstance(keys[-1], int) and 0 <= keys[-1] < MAX_LENGTH:
        place.extend([None] * (keys[-1] + 1 - len(place)))
        place[keys[-1]] = value


def _at(place: Any, key: Any) -> Any:
    within = isinstance(place, list) and isinstance(key, int) and 0 <= key < len(place)
    return place[key] if within else None
