from pathlib import Path

import pytest

from table import part_of, read_parts

KEYS = [f"row {i}" for i in range(10_000)]


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_parts_hold_about_60_20_and_20_percent() -> None:
    parts = [part_of(key) for key in KEYS]
    assert abs(parts.count("train") / len(KEYS) - 0.6) < 0.02
    assert abs(parts.count("validation") / len(KEYS) - 0.2) < 0.02


def test_a_row_is_in_the_part_that_its_key_has_always_had() -> None:
    expected = ["train", "train", "train", "validation", "train", "train", "test", "train"]
    assert [part_of(key) for key in KEYS[:8]] == expected


def test_copies_of_a_row_share_a_part_and_differ_in_id(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "x,label\n1,yes\n1,yes\n")
    write(tmp_path, "b.csv", "x,label\n1,yes\n")
    parts = read_parts(tmp_path)
    assert sorted(len(part.ids) for part in parts.values()) == [0, 0, 3]
    assert len({id for part in parts.values() for id in part.ids}) == 3


def test_rows_keep_their_order_and_shapes(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "id,x,y,label\n" + "".join(f"{key},{i},2,yes\n" for i, key in enumerate(KEYS[:6])))
    train = read_parts(tmp_path)["train"]
    assert train.columns == ["x", "y"]
    assert train.ids == ["row 0", "row 1", "row 2", "row 4", "row 5"]
    assert train.features.tolist() == [[0, 2], [1, 2], [2, 2], [4, 2], [5, 2]]
    assert train.labels.tolist() == ["yes"] * 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x,label\n1,a\nred,b\n", 'row 2, column x: "red"'),
        ("x,label\nnan,a\n", 'row 1, column x: "nan"'),
        ("x,label\n1\n", "row 1: 1 cells, not 2"),
        ("x,y\n1,2\n", 'no column "label"'),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    write(tmp_path, "data.csv", text)
    with pytest.raises(ValueError, match=f"data.csv.*{message}"):
        read_parts(tmp_path)
