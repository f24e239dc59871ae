import io
import logging
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image
from train.small import CATS, RED, ROAD, ROWS, foil, mined, sample

from counterfoil.errors import DataError, RecipeError
from counterfoil.mine.engines.local import Local
from counterfoil.mine.run import mine
from counterfoil.recipes.photos import photos
from counterfoil.shards import SCHEMA, write_json, write_rows
from counterfoil.sources import open_source
from counterfoil.train.dataset import FoilDataset, join
from counterfoil.train.drawn import drawn_foils
from counterfoil.train.open import open_foils, open_pairs
from counterfoil.world.deal import deal
from counterfoil.world.paint import paint
from counterfoil.world.quads import quads
from counterfoil.world.read import matches


@pytest.fixture
def small(tmp_path: Path) -> FoilDataset:
    return open_foils(mined(tmp_path / "small"))


def grey(foils: FoilDataset, picture: int) -> int:
    return int(foils.pictures[picture][0, 0, 0])


def test_samples_and_foils_are_known_by_their_columns(small: FoilDataset) -> None:
    first, last = small.foil(0), small.foil(3)
    assert (first.key, first.caption, first.negative_caption) == ("a/0", RED, "A blue car.")
    assert first.sample.captions == (RED, ROAD)
    assert (last.sample.key, grey(small, last.sample.picture), grey(small, last.picture)) == ("b", 20, 21)
    assert small.two_way.tolist() == [True, True, False, True]
    assert [small.sample(row).key for row in small.sample_P] == ["a", "b", "c"]


def test_foils_are_held_together_by_nothing_caption_item_or_picture(small: FoilDataset) -> None:
    assert small.keys("foil").tolist() == [0, 1, 2, 3]
    assert small.keys("caption").tolist() == [0, 0, 1, 2]  # the caption of b is that of a, its picture is not
    assert small.keys("item").tolist() == [0, 0, 1, 2]
    assert small.keys("picture").tolist() == [0, 0, 0, 1]
    with pytest.raises(RecipeError, match="did you mean 'picture'"):
        small.keys("pictures")


def test_scores_are_had_by_name(small: FoilDataset) -> None:
    assert small.scores("itm.mean").tolist() == [2.0, 1.0, 0.0, 5.0]


def test_a_foil_without_the_score_is_named(tmp_path: Path) -> None:
    rows = [sample("a", 1, [RED], [foil("a/0", RED, "x", scores=[{"name": "itm", "value": 1.0}])])]
    rows += [sample("b", 2, [RED], [foil("b/7", RED, "x", scores=[{"name": "vqa", "value": 1.0}])])]
    with pytest.raises(DataError, match=r"foil b/7 lacks .*'itm'.* Known: itm, vqa"):
        open_foils(mined(tmp_path / "d", rows)).scores("itm")


def test_some_of_the_foils_keep_their_own_pictures(small: FoilDataset) -> None:
    some = small.where(np.array([False, True, False, True]))
    assert [some.foil(n).key for n in range(2)] == ["a/1", "b/0"]
    assert [grey(some, some.foil(n).picture) for n in range(2)] == [12, 21]
    assert len(some.sample_P) == 3


def test_a_split_shares_no_group_and_loses_none(tmp_path: Path) -> None:
    rows = [
        sample(str(n), n, [RED], [foil(f"{n}/{k}", RED, "x") for k in range(n % 3)]) for n in range(1, 41)
    ]
    rows.append(sample("again", 7, [CATS], [foil("again/0", CATS, "x")]))  # the picture of sample 7
    whole = open_foils(mined(tmp_path / "d", rows))
    large, small = whole.split(0.25, seed=3)
    groups = [set(part.group_S[part.sample_P].tolist()) for part in (large, small)]
    assert not groups[0] & groups[1]
    assert [len(part) for part in groups] == [30, 10]
    assert len(large.foils) + len(small.foils) == len(whole.foils)
    for part, own in zip((large, small), groups, strict=True):
        assert set(part.group_S[part.sample_F].tolist()) <= own


def test_the_same_picture_in_two_datasets_is_one_group(tmp_path: Path) -> None:
    other = [
        sample("a", 99, ["a red CAR", "New."]),  # key and a caption of a, encoded otherwise
        sample("z", 20, ["Something."]),  # the bytes of b
        sample("c", 98, ["A horse."]),  # another c
    ]
    both = open_foils([mined(tmp_path / "one"), mined(tmp_path / "two", other)])
    a, b, c, other_a, other_b, other_c = both.group_S.tolist()
    assert (a, b) == (other_a, other_b)
    assert len({a, b, c, other_c}) == 4


def test_joined_datasets_keep_their_pictures_and_foils(tmp_path: Path) -> None:
    other = [
        sample("d", 40, ["x"]),
        sample("e", 50, ["x"], [foil("e/0", "x", "t"), foil("e/1", "x", "y", 51)]),
    ]
    both = open_foils([mined(tmp_path / "one"), mined(tmp_path / "two", other)])
    last = both.foil(5)
    assert (last.key, last.sample.key, grey(both, last.sample.picture), grey(both, last.picture)) == (
        ("e/1", "e", 50, 51)
    )
    assert grey(both, both.foil(3).picture) == 21
    assert both.two_way.tolist() == [True, True, False, True, False, True]
    assert [both.sample(row).key for row in both.sample_P] == ["a", "b", "c", "d", "e"]


def test_ordinary_pairs_may_come_from_photos_that_nobody_mined(drawn_coco: Path, small: FoilDataset) -> None:
    photos = open_pairs(open_source(str(drawn_coco)))
    both = join(small.without_pairs(), photos)
    assert (len(both.foils), len(both.sample_P)) == (4, 12)
    sample = both.sample(int(both.sample_P[0]))
    assert sample.captions[0] == "A red car on a road."
    assert both.pictures[sample.picture].shape == (160, 240, 3)


def test_what_a_source_refuses_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Image.new("RGB", (20, 20)).save(tmp_path / "a.png")
    (tmp_path / "captions.jsonl").write_text('{"file_name": "a.png", "caption": "Black."}\nnonsense\n')
    with caplog.at_level(logging.WARNING):
        assert len(open_pairs(open_source(str(tmp_path))).sample_P) == 1
    assert "1 inputs refused" in caplog.text


def test_plain_parquet_of_the_same_columns_is_read_too(tmp_path: Path) -> None:
    write_rows(tmp_path / "some.parquet", ROWS, SCHEMA)
    for place in (tmp_path, tmp_path / "some.parquet"):
        assert open_foils(place).foil(3).key == "b/0"


@pytest.mark.parametrize("column", ["captions", "foils"])
def test_a_lacking_column_is_named(tmp_path: Path, column: str) -> None:
    write_rows(tmp_path / "some.parquet", ROWS, SCHEMA)
    pq.write_table(pq.read_table(tmp_path / "some.parquet").drop_columns(column), tmp_path / "some.parquet")
    with pytest.raises(DataError, match=f"some.parquet lacks {column}"):
        open_foils(tmp_path)


def test_a_row_without_a_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="image is missing in 1 rows"):
        open_foils(mined(tmp_path / "d", [*ROWS, sample("d", 4, [RED]) | {"image": None}]))


def test_an_unfinished_dataset_and_nothing_at_all_are_refused(tmp_path: Path) -> None:
    write_rows(tmp_path / "unfinished" / "data" / "00000.parquet", ROWS, SCHEMA)
    write_json(tmp_path / "unfinished" / "run.json", {})
    with pytest.raises(DataError, match="let `mine` run to its end"):
        open_foils(tmp_path / "unfinished")
    with pytest.raises(DataError, match="is not there"):
        open_foils(tmp_path / "nowhere")
    (tmp_path / "text.parquet").write_text("no Parquet")
    with pytest.raises(DataError, match=r"text\.parquet cannot be read"):
        open_foils(tmp_path / "text.parquet")


def test_drawn_foils_are_squares_of_the_world_and_scenes_are_ordinary_pairs() -> None:
    foils = drawn_foils("validation", scenes=5, quads_per_cell=2, size=48)
    squares = list(quads("validation", 0, 2))
    assert len(foils.foils) == len(squares) == 18
    assert len(set(foils.keys("picture").tolist())) == 18
    for number, square in enumerate(squares):
        foil = foils.foil(number)
        assert (foil.caption, foil.negative_caption) == square.captions
        for picture, drawing in zip((foil.sample.picture, foil.picture), square.drawings, strict=True):
            assert (foils.pictures[picture] == paint(drawing, 48)).all()
    scenes = [foils.sample(row) for row in foils.sample_P]
    assert len(scenes) == 5
    assert all(matches(said, deal(scene.key).drawing) for scene in scenes for said in scene.captions)


def test_the_drawn_world_is_opened_by_the_name_of_its_split() -> None:
    with pytest.raises(DataError, match="did you mean 'train'"):
        open_foils("drawn:trains")


def test_real_photos_come_as_they_were_mined(shared_data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    mine(open_source(str(shared_data / "coco_mini")), photos(), out, Local(workers=0), limit=2)
    foils = open_foils(out)
    rows = [row for path in sorted((out / "data").iterdir()) for row in pq.read_table(path).to_pylist()]
    told = [(row["key"], one) for row in rows for one in row["foils"]]
    assert len(foils.foils) == len(told) > 30
    for number, (key, row) in enumerate(told):
        foil = foils.foil(number)
        assert (foil.sample.key, foil.key, foil.caption) == (key, row["key"], row["caption"])
        if row["negative_image"]:
            picture = Image.open(io.BytesIO(row["negative_image"]["bytes"]))
            assert (foils.pictures[foil.picture] == np.asarray(picture)).all()
        assert (foil.picture < 0) == (row["negative_image"] is None)
