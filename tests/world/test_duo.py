"""Two things and all that is said of them, judged by the world's independent reader."""

from __future__ import annotations

from collections import Counter

import pytest

from counterfoil.errors import DataError
from counterfoil.world.duo import CHANGES, duo_quads, duos
from counterfoil.world.read import matches
from counterfoil.world.splits import held_out


@pytest.mark.parametrize("split", ["train", "held_out"])
@pytest.mark.parametrize("cell", CHANGES)
def test_each_caption_of_a_square_is_true_of_its_own_drawing_alone(cell: tuple, split: str) -> None:  # type: ignore[type-arg]
    squares = list(duo_quads(split, 0, 25, (cell,)))
    assert len(squares) == 25
    for quad in squares:
        told = [[matches(text, drawing) for text in quad.captions] for drawing in quad.drawings]
        assert told == [[True, False], [False, True]], quad


@pytest.mark.parametrize("kind", ["attribute", "object"])
def test_a_swap_changes_no_word(kind: str) -> None:
    for quad in duo_quads("test", 0, 25, (("swap", kind),)):  # type: ignore[arg-type]
        one, other = (Counter(text.lower().rstrip(".").split()) for text in quad.captions)
        assert one == other


def test_training_shows_and_says_no_held_out_composition_and_held_out_squares_do() -> None:
    held = held_out(0)
    for split, unseen in (("train", False), ("held_out", True)):
        for quad in duo_quads(split, 0, 10):
            items = [item for drawing in quad.drawings for item in drawing.items]
            pairs = {(item.shape, item.colour) for item in items} & held.pairs
            assert quad.unseen is unseen
            assert unseen or not pairs


def test_scenes_are_the_same_at_any_time_and_differ_by_seed() -> None:
    assert list(duos("train", 0, 5)) == list(duos("train", 0, 9))[:5]
    assert [duo for _, duo in duos("train", 0, 5)] != [duo for _, duo in duos("train", 1, 5)]


def test_a_scene_is_true_told_from_either_thing() -> None:
    for _, duo in duos("test", 0, 30):
        assert matches(duo.caption, duo.drawing)
        assert matches(duo.turned.caption, duo.drawing)
        assert duo.turned.caption != duo.caption
        assert duo.turned.turned == duo


def test_every_word_of_held_out_squares_occurs_in_training() -> None:
    words = {word for _, duo in duos("train", 0, 300) for word in duo.caption.lower().split()}
    assert {
        w for quad in duo_quads("held_out", 0, 20) for t in quad.captions for w in t.lower().split()
    } <= words


def test_unknown_cells_are_refused() -> None:
    with pytest.raises(DataError, match="swap relation"):
        list(duo_quads("train", 0, 1, (("swap", "relation"),)))
