from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import torch
from torch import Tensor
from train.small import CATS, RED, ROAD, ROWS, Plain, foil, grey, greys, mined, sample, texts

from counterfoil.errors import DataError
from counterfoil.records import Pixels
from counterfoil.shards import SCHEMA, Row, write_rows
from counterfoil.train.batches import FALSE, ORIGINAL, TRUE, UNKNOWN, Batch, truth
from counterfoil.train.batching import Batching
from counterfoil.train.collate import Batches, Chosen, Crop, side_by_side
from counterfoil.train.compose import Composition, Squares, Variations
from counterfoil.train.dataset import NO_PICTURE, FoilDataset
from counterfoil.train.open import open_foils
from counterfoil.train.text import GNM_CLEANING, content


@pytest.fixture
def small(tmp_path: Path) -> FoilDataset:
    return open_foils(mined(tmp_path / "small"))


def batch_of(
    foils: FoilDataset,
    indices: list[int],
    *,
    key: str = "picture",
    most: int = 2,
    compose: Composition | None = None,
    epoch: int = 0,
    **more: object,
) -> Batch:
    batching = Batching(key=key, foils=most, compose=compose or Squares())
    batches = Batches(foils=foils, batching=batching, prepare=Plain(), **more)  # type: ignore[arg-type]
    return batches[Chosen(0, epoch, indices)]


def test_foils_of_one_caption_share_an_item_and_everything_shared_is_there_once(small: FoilDataset) -> None:
    batch = batch_of(small, [1, 0, 2, 3, 6])  # both red cars, the road, the bus; the ordinary pair of c
    assert batch.keys == ("a/1, a/0", "a/2", "b/0", "c")
    layout = batch.layout
    assert greys(batch) == [10, 20, 30, 12, 11, 21]
    assert layout.image_N.tolist() == [0, 0, 1, 2]
    assert layout.negative_image_NK.tolist() == [[3, 4], [-1, -1], [5, -1], [-1, -1]]
    assert texts(batch) == [
        *(RED, ROAD, RED, CATS),
        *("A green car.", "A blue car.", "A dog on a road.", "A red bus."),
    ]
    assert layout.text_N.tolist() == [0, 1, 2, 3]
    assert layout.negative_text_NK.tolist() == [[4, 5], [6, -1], [7, -1], [-1, -1]]
    assert layout.positive_text_NP.shape == (4, 0)


def test_origins_say_group_item_and_foil(small: FoilDataset) -> None:
    layout = batch_of(small, [1, 2, 6]).layout
    red, road, cats = map(content, (RED, ROAD, CATS))
    o = ORIGINAL
    assert layout.origin_I3.tolist() == [[0, o, o], [2, o, o], [0, red, 1]]
    assert layout.origin_T3.tolist() == [
        *([0, red, o], [0, road, o], [2, cats, o]),
        *([0, red, 1], [0, road, 2]),
    ]
    said = [RED, ROAD, CATS, "A green car.", "A dog on a road."]
    assert layout.content_T.tolist() == list(map(content, said))


def test_what_is_true_of_what_follows_for_a_whole_batch(small: FoilDataset) -> None:
    batch = batch_of(small, [0, 1, 2, 3])
    # a, b, a/0, a/1, b/0  x  RED of a, ROAD, RED of b, blue, green, dog, bus
    assert greys(batch) == [10, 20, 11, 12, 21]
    assert truth(batch.layout).tolist() == [
        [TRUE, TRUE, TRUE, FALSE, FALSE, FALSE, FALSE],
        [TRUE, FALSE, TRUE, FALSE, FALSE, FALSE, FALSE],
        [FALSE, UNKNOWN, FALSE, TRUE, UNKNOWN, UNKNOWN, FALSE],
        [FALSE, UNKNOWN, FALSE, UNKNOWN, TRUE, UNKNOWN, FALSE],
        [FALSE, FALSE, FALSE, FALSE, FALSE, FALSE, TRUE],
    ]


def test_a_picture_in_two_datasets_is_no_stranger_to_itself(tmp_path: Path) -> None:
    other = [
        sample("again", 10, ["Something red."], [foil("again/0", "Something red.", "Something blue.", 13)])
    ]
    foils = open_foils([mined(tmp_path / "one"), mined(tmp_path / "two", other)])
    batch = batch_of(foils, [0, 4])
    assert greys(batch) == [10, 10, 11, 13]
    # RED, "Something red.", "A blue car.", "Something blue."
    assert truth(batch.layout).tolist() == [
        [TRUE, TRUE, FALSE, FALSE],
        [TRUE, TRUE, FALSE, FALSE],
        [FALSE, UNKNOWN, TRUE, UNKNOWN],
        [UNKNOWN, FALSE, UNKNOWN, TRUE],
    ]


def test_an_ordinary_pair_stands_alone_wherever_its_picture_stands_too(small: FoilDataset) -> None:
    batch = batch_of(small, [3, 5, 5])  # the bus, and its photo twice as a pair
    assert greys(batch) == [20, 20, 20, 21]
    assert batch.layout.text_N.tolist() == [0, 1, 2]
    assert (truth(batch.layout)[:3, :3] == TRUE).all()


def test_nothing_is_shared_between_the_sampler_s_groups(small: FoilDataset) -> None:
    batch = batch_of(small, [0, 1], key="foil")
    assert greys(batch) == [10, 10, 11, 12]
    assert batch.layout.negative_text_NK.tolist() == [[2, -1], [3, -1]]


@pytest.mark.parametrize(("texts_too", "images_too"), [(True, False), (False, True), (False, False)])
def test_either_side_of_the_negatives_may_be_left_out(
    small: FoilDataset, texts_too: bool, images_too: bool
) -> None:
    batch = batch_of(small, [0, 3], compose=Squares(texts=texts_too, images=images_too))
    assert (batch.layout.negative_text_NK[:, 0] >= 0).tolist() == [texts_too] * 2
    assert (batch.layout.negative_image_NK[:, 0] >= 0).tolist() == [images_too] * 2
    assert greys(batch) == [10, 20, 11, 21][: 4 if images_too else 2]


def test_positives_are_the_picture_s_further_captions(small: FoilDataset) -> None:
    batch = batch_of(small, [0, 2, 6], compose=Squares(num_positives=2))
    assert batch.layout.positive_text_NP.tolist() == [[1, -1], [0, -1], [-1, -1]]
    assert texts(batch)[:2] == [RED, ROAD]


def test_a_variation_is_a_pair_of_its_own(small: FoilDataset) -> None:
    batch = batch_of(small, [0, 3, 6], compose=Variations())
    assert (batch.keys, greys(batch)) == (("a/0", "b/0", "c"), [11, 21, 30])
    assert texts(batch) == ["A blue car.", "A red bus.", CATS]
    assert batch.layout.negative_text_NK.shape == (3, 0)
    assert truth(batch.layout).tolist() == [[TRUE, FALSE, FALSE], [FALSE, TRUE, FALSE], [FALSE, FALSE, TRUE]]


def test_a_variation_without_a_picture_is_refused(small: FoilDataset) -> None:
    with pytest.raises(DataError, match="a/2 has no picture"):
        batch_of(small, [2], compose=Variations())


def test_captions_of_ordinary_pairs_are_drawn_anew_in_each_epoch_and_by_seed(tmp_path: Path) -> None:
    rows = [sample(str(n), n, ["one", "two", "three"]) for n in range(1, 101)]
    foils = open_foils(mined(tmp_path / "d", rows))
    first, again, later, other = (
        texts(batch_of(foils, list(range(100)), epoch=epoch, seed=seed))
        for epoch, seed in ((0, 0), (0, 0), (1, 0), (0, 1))
    )
    assert first == again
    assert len({str(first), str(later), str(other)}) == 3
    assert all(20 <= first.count(caption) <= 47 for caption in ("one", "two", "three"))


def test_the_caption_drawn_does_not_depend_on_what_else_is_in_the_batch(small: FoilDataset) -> None:
    for epoch in range(10):
        alone, beside = batch_of(small, [4], epoch=epoch), batch_of(small, [3, 5, 4], epoch=epoch)
        assert texts(alone)[0] in texts(beside)[2:]


def test_texts_are_cleaned(small: FoilDataset) -> None:
    assert texts(batch_of(small, [0], cleaning=GNM_CLEANING)) == ["a red car", "a blue car"]


def test_texts_that_are_equal_once_cut_count_as_equal(tmp_path: Path) -> None:
    rows = [sample("l", 60, ["a " * 50 + "b"]), sample("m", 61, ["A " * 50 + "c."])]
    foils = open_foils(mined(tmp_path / "d", rows))
    assert len(set(batch_of(foils, [0, 1]).layout.content_T.tolist())) == 2
    assert len(set(batch_of(foils, [0, 1], cleaning=GNM_CLEANING).layout.content_T.tolist())) == 1


class Sizes(Plain):
    """Pictures to their height and width."""

    def pixels(self, pictures: Sequence[Pixels]) -> Tensor:
        return torch.tensor([picture.shape[:2] for picture in pictures])


def test_all_pictures_of_a_group_are_cropped_alike_and_none_by_default(small: FoilDataset) -> None:
    for crop in (None, Crop(least=0.3)):
        batches = Batches(foils=small, batching=Batching(key="picture"), prepare=Sizes(), crop=crop)
        a, b, a_foil, b_foil = batches[Chosen(0, 0, [0, 3])].pixels_ICHW.tolist()
        assert (a, b) == (a_foil, b_foil)
        assert (a == [16, 20]) == (b == [16, 20]) == (crop is None)


def test_a_picture_that_cannot_be_decoded_is_named_by_file_and_key(tmp_path: Path) -> None:
    broken = foil("b/0", RED, "A red bus.", 21)
    broken["negative_image"]["bytes"] = broken["negative_image"]["bytes"][:60]
    rows = [*ROWS[:1], ROWS[1] | {"foils": [broken]}]
    foils = open_foils(mined(tmp_path / "d", rows))
    assert greys(batch_of(foils, [0])) == [10, 11]
    with pytest.raises(DataError, match=r"00000\.parquet, b/0: cannot be decoded"):
        batch_of(foils, [0, 3])


def test_two_pictures_stand_side_by_side_in_a_square() -> None:
    left, right = np.full((10, 30, 3), 50, np.uint8), np.full((40, 20, 3), 200, np.uint8)
    both = side_by_side(left, right)
    assert both.shape == (10, 10, 3)
    assert (both[:, :5] == 50).all()
    assert (both[:, 5:] == 200).all()


def test_a_subset_of_foils_has_batches_of_its_own(small: FoilDataset) -> None:
    some = small.where(small.two_way)
    batch = batch_of(replace(some, sample_P=some.sample_P[2:]), [2, 3])
    assert (batch.keys, greys(batch)) == (("b/0", "c"), [20, 30, 21])


def repainted() -> list[Row]:
    """Two foils whose original fact was painted again, grey 51 and 52, and one where it was not."""
    again = [{"positive_image": {"bytes": grey(value), "path": None}} for value in (51, 52)]
    foils = [
        foil("a/0", RED, "A blue car.", 11, **again[0]),
        foil("a/1", RED, "A green car.", 12),
        foil("a/2", RED, "A black car.", 13, **again[1]),
    ]
    return [sample("a", 10, [RED], foils)]


def test_the_original_fact_painted_again_stands_for_the_original_on_request(tmp_path: Path) -> None:
    data = open_foils(mined(tmp_path / "again", repainted(), ROWS))
    batch = batch_of(data, [0, 1, 2, 6], most=3, compose=Squares(repainted=True))
    assert batch.keys == ("a/0", "a/1", "a/2", "b/0")
    assert greys(batch) == [51, 10, 52, 20, 11, 12, 13, 21]
    assert batch.layout.origin_I3[:3].tolist() == [batch.layout.origin_I3[1].tolist()] * 3
    pictures = batch_of(data, [0, 1, 2], most=3).layout
    assert greys(batch_of(data, [0, 1, 2], most=3)) == [10, 11, 12, 13]
    assert pictures.image_N.tolist() == [0]


def test_datasets_from_before_positives_are_read_and_joined_with_others(tmp_path: Path) -> None:
    foils = SCHEMA.field("foils").type.value_type
    older = pa.struct([field for field in foils if field.name != "positive_image"])
    schema = SCHEMA.set(SCHEMA.get_field_index("foils"), pa.field("foils", pa.list_(older)))
    rows = [row | {"foils": row["foils"] or []} for row in ROWS]
    write_rows(tmp_path / "older.parquet", rows, schema)
    data = open_foils([tmp_path / "older.parquet", mined(tmp_path / "again", repainted())])
    assert [data.foil(number).positive == NO_PICTURE for number in range(7)] == [
        *[True] * 4,
        False,
        True,
        False,
    ]
    assert int(data.pictures[data.foil(6).positive][0, 0, 0]) == 52
    assert data.place_of(data.foil(6).positive).endswith("a/2")
