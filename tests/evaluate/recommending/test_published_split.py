from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.errors import RatingsError
from kadr.evaluate.recommending.published import read_published

TRAIN = {(1, 10), (1, 11), (2, 10), (2, 2), (3, 11)}
VALID = {(1, 12), (2, 11)}
TEST = {(1, 2), (3, 10), (3, 12)}


def as_lines(pairs: set[tuple[int, int]]) -> str:
    users = sorted({user for user, _ in pairs})
    return "".join(f"{user} {' '.join(str(item) for owner, item in pairs if owner == user)}\n" for user in users)


def as_table(pairs: set[tuple[int, int]], mark: str = ",", head: str = "", tail: str = "") -> str:
    return head + "".join(f"{user}{mark}{item}{tail}\n" for user, item in sorted(pairs))


LAYOUTS: dict[str, Callable[[set[tuple[int, int]]], str]] = {
    "lines": as_lines,
    "table": as_table,
    "header": lambda pairs: as_table(pairs, head="userId,movieId\n"),
    "rated": lambda pairs: as_table(pairs, head="user,item,rating\n", tail=",1.5"),
    "tabs": lambda pairs: as_table(pairs, "\t", tail="\t5\t978300760"),
    "tabs, some empty": lambda pairs: as_table(pairs, "\t", tail="\t5\t").replace("5", "", 1),
    "recbole": lambda pairs: as_table(pairs, "\t", head="user_id:token\titem_id:token\n"),
    "lines of tabs": lambda pairs: as_lines(pairs).replace(" ", "\t"),
    "lines of commas": lambda pairs: as_lines(pairs).replace(" ", ","),
    "named": lambda pairs: as_table(pairs, tail=",a film, and its title").replace("film, and", "film and", 1),
    "a tab, then spaces": lambda pairs: as_lines(pairs).replace(" ", "\t", 1),
    "lines with a tab at the end": lambda pairs: as_lines(pairs).replace(" ", "\t").replace("\n", "\t\n"),
    "colons": lambda pairs: as_table(pairs, "::", tail="::5"),
    "crlf": lambda pairs: as_table(pairs).replace("\n", "\r\n"),
    "mark": lambda pairs: "\ufeff" + as_table(pairs, head="user,item\n"),
    "twice": lambda pairs: as_table(pairs) * 2,
    "cut short": lambda pairs: as_table(pairs, tail=",5").removesuffix(",5\n"),
}


def written(folder: Path, train: str, valid: str, test: str) -> dict[str, Path]:
    files = {name: folder / name for name in ("train", "valid", "test")}
    for (_, path), text in zip(files.items(), (train, valid, test), strict=True):
        path.write_bytes(text.encode())
    return files


def pairs(matrix: csr_array) -> set[tuple[int, int]]:
    """Return what is stored, by the ids of the files: users 1 to 3, items 2, 10, 11 and 12 in this order."""
    rows, columns = matrix.nonzero()
    items = (2, 10, 11, 12)
    assert (matrix.data == 1).all()
    return {(int(row) + 1, items[column]) for row, column in zip(rows, columns, strict=True)}


def whole(matrix: csr_array, users: NDArray[np.int32]) -> csr_array:
    """Return rows of some users as rows of all."""
    dense = np.zeros((3, matrix.shape[1]))
    dense[users] = matrix.toarray()
    return csr_array(dense)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_says_the_same(tmp_path: Path, layout: str) -> None:
    files = written(tmp_path, *(LAYOUTS[layout](each) for each in (TRAIN, VALID, TEST)))
    found, told = read_published(files, "train")
    assert found.test.train.likes.shape == (3, 4)
    assert pairs(found.test.train.likes) == pairs(found.tuning.train.likes) == TRAIN
    held = found.test.held
    assert pairs(whole(held.targets, held.users)) == TEST
    assert held.users.tolist() == [0, 2]
    assert "3 users, 4 films" in told
    assert "warning" not in told


def test_lines_of_tabs_are_known_by_the_other_files_of_the_split(tmp_path: Path) -> None:
    """Two films of each user look like a film and its rating, where no other file tells."""
    files = written(tmp_path, "1\t10\t11\n2\t10\t2\n3\t11\n", "1\t12\t10\n2\t11\t10\n", "1,2\n")
    found, _ = read_published(files, "train")
    held = found.tuning.held
    assert pairs(whole(held.targets, held.users)) == {(1, 12), (1, 10), (2, 11), (2, 10)}
    assert pairs(whole(found.test.held.targets, found.test.held.users)) == {(1, 2)}
    headed = written(tmp_path, "1\t10\t11\n2\t10\t2\n3\t11\n", "user\titem\trating\n1\t12\t10\n", "1,2\n")
    held = read_published(headed, "train")[0].tuning.held
    assert pairs(whole(held.targets, held.users)) == {(1, 12)}


def test_valid_stays_among_the_candidates_unless_it_is_learned_from(tmp_path: Path) -> None:
    files = written(tmp_path, *(as_table(each) for each in (TRAIN, VALID, TEST)))
    alone, _ = read_published(files, "train")
    both, _ = read_published(files, "train+valid")
    asked = {pair for pair in TRAIN if pair[0] in (1, 3)}
    assert pairs(whole(alone.test.held.seen, alone.test.held.users)) == asked
    assert pairs(both.test.train.likes) == TRAIN | VALID
    assert pairs(whole(both.test.held.seen, both.test.held.users)) == asked | {(1, 12)}
    assert pairs(whole(both.test.held.histories, both.test.held.users)) == asked | {(1, 12)}
    for each in (alone, both):
        assert pairs(each.tuning.train.likes) == TRAIN
        held = each.tuning.held
        assert pairs(whole(held.targets, held.users)) == VALID


def test_films_are_numbered_by_the_size_of_their_ids(tmp_path: Path) -> None:
    files = written(tmp_path, "1,b\n1,10\n1,9\n", "1,a\n", "1,100\n")
    found, _ = read_published(files, "train")
    assert found.test.train.likes.indices.tolist() == [0, 1, 4]  # 9, 10, 100, a, b


@pytest.mark.parametrize("mark", [",", " ", "::"])
def test_a_user_of_words_is_no_header(tmp_path: Path, mark: str) -> None:
    rows = [f"u1{mark}i1\nuser2{mark}i2\n", f"user2{mark}i1\n", f"u1{mark}i3\n"]
    found, told = read_published(written(tmp_path, *rows), "train")
    assert found.test.train.likes.toarray().tolist() == [[1, 0, 0], [0, 1, 0]]
    assert found.test.held.users.tolist() == [0]
    headed = written(tmp_path, *(f"user_id{mark}item_id\n{each}" for each in rows))
    assert read_published(headed, "train")[1] == told


def test_what_stands_in_train_and_test_is_warned_of(tmp_path: Path) -> None:
    files = written(tmp_path, "1,2\n1,3\n", "1,4\n", "1,3\n1,5\n")
    assert "warning: 1 likes of test" in read_published(files, "train")[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no row"),
        ("user,item\n", "holds no row"),
        ("1\n2\n", "holds no row"),
        ("1,2\n3\n", "line 2: has no user and item"),
        ("1,2\n,3\n", "line 2: has no user and item"),
        ("1,\n", "line 1: has no user and item"),
    ],
)
def test_a_file_that_cannot_be_meant_is_named(tmp_path: Path, text: str, said: str) -> None:
    files = written(tmp_path, "1,2\n", text, "1,3\n")
    with pytest.raises(RatingsError, match=f"valid.*{said}"):
        read_published(files, "train")


def test_a_file_that_is_missing_or_no_text_is_named(tmp_path: Path) -> None:
    files = written(tmp_path, "1,2\n", "1,4\n", "1,3\n")
    files["test"].write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(RatingsError, match=r"test: cannot be read \(it is no text"):
        read_published(files, "train")
    files["test"].unlink()
    with pytest.raises(RatingsError, match=r"test: cannot be read \(No such file"):
        read_published(files, "train")
