"""A dual encoder as a scorer: cosines of what it makes, each picture and text encoded once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from official.pictures import png, write_picture

from counterfoil.errors import DataError, ScoreError
from counterfoil.evaluate.benchmark import Item, evaluate
from counterfoil.evaluate.benchmarks.drawn import DrawnQuads
from counterfoil.evaluate.pictures import Cropped, Stored, Written
from counterfoil.evaluate.scorers.cosine import Cosine
from counterfoil.models import DualEncoder
from counterfoil.models.drawn import DrawnEncoder
from counterfoil.records import ImageFile

SMALL = DrawnEncoder(kind="ends", image_size=32, width=16, heads=2, layers=1, embed_dim=8)


@pytest.fixture
def encoder() -> DualEncoder:
    return SMALL.build()


@torch.no_grad()
def image(encoder: DualEncoder, picture: Any) -> NDArray[np.float32]:
    return encoder.encode_images(encoder.prepare.pixels([picture.pixels()])).image_ID[0].numpy()


@torch.no_grad()
def text(encoder: DualEncoder, sentence: str) -> NDArray[np.float32]:
    return encoder.encode_texts(encoder.prepare.tokens([sentence])).text_TD[0].numpy()


def quads(number: int = 2) -> list[Item]:
    return list(DrawnQuads(split="test", number=number).open().items())


def photos(folder: Path, number: int = 6) -> list[Item]:
    """Each photo with two captions of its own colour."""
    files = [folder / f"{n}.png" for n in range(number)]
    for n, path in enumerate(files):
        write_picture(path, 40 * n)
    return [
        Item(
            key=f"photo {n}",
            pictures=(Stored(ImageFile(str(path))),),
            texts=(f"a red star {n}", f"a blue circle {n}"),
            owners=(0, -1),
        )
        for n, path in enumerate(files)
    ]


@dataclass
class Encoded:
    """How many pictures and texts went through the towers."""

    pictures: int = 0
    texts: int = 0


@pytest.fixture
def encoded(encoder: DualEncoder, monkeypatch: pytest.MonkeyPatch) -> Encoded:
    """Counts what the fixture's encoder encodes."""
    counts = Encoded()
    of_images, of_texts = encoder.encode_images, encoder.encode_texts

    def images(pixels: torch.Tensor) -> Any:
        counts.pictures += len(pixels)
        return of_images(pixels)

    def texts(tokens: dict[str, torch.Tensor]) -> Any:
        counts.texts += len(tokens["input_ids"])
        return of_texts(tokens)

    monkeypatch.setattr(encoder, "encode_images", images)
    monkeypatch.setattr(encoder, "encode_texts", texts)
    return counts


def test_scores_are_the_cosines_of_single_pictures_and_texts(encoder: DualEncoder) -> None:
    items = quads()
    for item, score_IT in zip(items, Cosine(encoder=encoder, batch=3)(items), strict=True):
        alone = [[image(encoder, p) @ text(encoder, t) for t in item.texts] for p in item.pictures]
        assert score_IT.dtype == np.float32
        assert_allclose(score_IT, alone, atol=1e-5)


def test_each_different_picture_and_text_is_encoded_once_in_a_run(
    encoder: DualEncoder, encoded: Encoded
) -> None:
    items, scorer = quads(), Cosine(encoder=encoder, batch=3)
    first = list(scorer([*items, *items]))
    again = list(scorer(reversed(items)))
    assert encoded.pictures == len({picture for item in items for picture in item.pictures})
    assert encoded.texts == len({text for item in items for text in item.texts})
    for before, after in zip(first[: len(items)], reversed(again), strict=True):
        assert np.array_equal(before, after)


def test_a_text_in_templates_is_the_mean_of_its_sentences_at_length_1(encoder: DualEncoder) -> None:
    templates = ("a red {}", "two {} and a star", "{}")
    item = replace(quads(1)[0], texts=("circle", "heart {}"), templates=templates)
    (score_IT,) = Cosine(encoder=encoder)([item])
    for column, name in enumerate(item.texts):
        mean = np.mean([text(encoder, t.replace("{}", name)) for t in templates], axis=0)
        for row, picture in enumerate(item.pictures):
            cosine = image(encoder, picture) @ mean / np.linalg.norm(mean)
            assert score_IT[row, column] == pytest.approx(cosine, abs=1e-5)


def test_a_row_that_is_a_text_is_compared_by_the_text_tower(encoder: DualEncoder, encoded: Encoded) -> None:
    item = Item(key="tot", pictures=(Written("a star"), Written("a moon")), texts=("a star",), owners=(0,))
    (score_IT,) = Cosine(encoder=encoder)([item])
    assert encoded == Encoded(pictures=0, texts=2)
    assert score_IT[:, 0] == pytest.approx([1, text(encoder, "a moon") @ text(encoder, "a star")], abs=1e-5)


def test_a_training_encoder_is_left_in_training(encoder: DualEncoder) -> None:
    encoder.train()
    evaluate(DrawnQuads(split="test", number=1).open(), Cosine(encoder=encoder))
    assert encoder.training


def test_an_encoder_whose_weights_are_no_numbers_is_an_error(encoder: DualEncoder) -> None:
    torch.nn.init.constant_(encoder.model.visual_projection.weight, torch.nan)
    with pytest.raises(ScoreError, match="NaN"):
        evaluate(DrawnQuads(split="test", number=1).open(), Cosine(encoder=encoder))


def test_towers_in_half_precision_give_float32_scores_that_are_close(encoder: DualEncoder) -> None:
    whole, half = (np.stack(list(Cosine(encoder=encoder, precision=p)(quads()))) for p in ("fp32", "bf16"))
    assert half.dtype == np.float32
    assert 0 < np.abs(whole - half).max() < 0.05


def test_texts_beyond_the_models_length_are_told_of_each_benchmark(encoder: DualEncoder) -> None:
    scorer = Cosine(encoder=encoder)
    item = quads(1)[0]
    long = " ".join(["star"] * encoder.prepare.length)
    fits = " ".join(["star"] * (encoder.prepare.length - 2))
    list(scorer([replace(item, texts=(long, fits)), replace(item, key="again", texts=(long, fits))]))
    assert scorer.truncated == {long}
    list(scorer([item]))
    assert scorer.truncated == set()
    list(scorer([replace(item, texts=(long, fits))]))
    assert scorer.truncated == {long}


def test_progress_is_told_up_to_the_end(encoder: DualEncoder) -> None:
    told: list[tuple[str, int, int]] = []
    items = quads(1)
    list(Cosine(encoder=encoder, batch=8, progress=lambda *step: told.append(step))(items))
    for what in ("texts", "pictures"):
        steps = [step[1:] for step in told if step[0] == what]
        assert [done for done, _ in steps] == sorted({done for done, _ in steps})
        assert steps[-1][0] == steps[-1][1] == steps[0][1]


def test_many_items_share_their_texts_as_one_tuple(encoder: DualEncoder) -> None:
    classes = [f"a {n} star" for n in range(5)]
    shared, (picture,) = tuple(classes), photos_of_bytes(1)
    items = [
        Item(key=str(n), pictures=(picture,), texts=shared if n % 2 else tuple(classes), owners=(0,) * 5)
        for n in range(6)
    ]
    scores = list(Cosine(encoder=encoder)(items))
    assert all(np.array_equal(scores[0], other) for other in scores[1:])


def photos_of_bytes(number: int) -> list[Stored]:
    return [Stored(ImageFile(f"{n}.png", png(40 * n))) for n in range(number)]


def test_pictures_that_hold_their_bytes_are_let_go(encoder: DualEncoder) -> None:
    scorer = Cosine(encoder=encoder)
    items = [
        Item(key=str(n), pictures=(picture, Cropped(picture, 0, 0, 9, 9)), texts=("a star",), owners=(0,))
        for n, picture in enumerate(photos_of_bytes(3))
    ]
    first, again = list(scorer(items)), list(scorer(items))
    assert np.array_equal(first, again)
    assert {type(key) for key in scorer.images.known} == {str}
    assert len(scorer.images.known) == 6


class TestKept:
    """Embeddings in a folder."""

    def test_a_second_run_encodes_nothing_and_has_the_same_scores(
        self, encoder: DualEncoder, encoded: Encoded, tmp_path: Path
    ) -> None:
        items = photos(tmp_path)
        first = list(Cosine(encoder=encoder, batch=4, cache=tmp_path / "kept")(items))
        assert encoded == Encoded(pictures=6, texts=12)
        again = list(Cosine(encoder=encoder, batch=3, cache=tmp_path / "kept")(items))
        assert encoded == Encoded(pictures=6, texts=12)
        assert np.array_equal(first, again)

    def test_the_same_photo_under_another_name_is_not_encoded_again(
        self, encoder: DualEncoder, encoded: Encoded, tmp_path: Path
    ) -> None:
        list(Cosine(encoder=encoder, cache=tmp_path / "kept")(photos(tmp_path / "one")))
        list(Cosine(encoder=encoder, cache=tmp_path / "kept")(photos(tmp_path / "other")))
        assert encoded.pictures == 6

    def test_a_photo_that_changed_is_encoded_again(
        self, encoder: DualEncoder, encoded: Encoded, tmp_path: Path
    ) -> None:
        items = photos(tmp_path)
        list(Cosine(encoder=encoder, cache=tmp_path / "kept")(items))
        write_picture(tmp_path / "0.png", 250)
        list(Cosine(encoder=encoder, cache=tmp_path / "kept")(items))
        assert encoded.pictures == 7

    def test_other_weights_and_another_precision_share_nothing(
        self, encoder: DualEncoder, tmp_path: Path
    ) -> None:
        base = Cosine(encoder=encoder)
        assert base.fingerprint == Cosine(encoder=SMALL.build()).fingerprint
        others = Cosine(encoder=SMALL.build(seed=1)), replace(base, precision="bf16")
        assert len({scorer.fingerprint for scorer in (base, *others)}) == 3
        list(Cosine(encoder=encoder)(photos(tmp_path)))
        assert Cosine(encoder=encoder).fingerprint == base.fingerprint

    def test_a_killed_run_goes_on(
        self,
        encoder: DualEncoder,
        encoded: Encoded,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("counterfoil.evaluate.scorers.tower.KEEP", 2)
        items = photos(tmp_path)

        def stop(what: str, done: int, total: int) -> None:
            if (what, done) == ("pictures", 4):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            list(Cosine(encoder=encoder, batch=2, cache=tmp_path / "kept", progress=stop)(items))
        list(Cosine(encoder=encoder, batch=2, cache=tmp_path / "kept")(items))
        assert encoded == Encoded(pictures=4 + 4, texts=12)

    def test_what_is_drawn_is_not_kept(self, encoder: DualEncoder, tmp_path: Path) -> None:
        list(Cosine(encoder=encoder, cache=tmp_path)(quads(1)))
        assert {path.parent.name for path in tmp_path.rglob("*.npz")} == {"texts"}


@pytest.mark.parametrize("cached", [False, True])
def test_a_picture_that_is_not_there_is_an_error_that_names_it_and_its_item(
    encoder: DualEncoder, tmp_path: Path, cached: bool
) -> None:
    items = photos(tmp_path)
    (tmp_path / "3.png").unlink()
    with pytest.raises(DataError, match=r"item photo 3: .*3\.png.*--allow-missing"):
        list(Cosine(encoder=encoder, cache=tmp_path / "kept" if cached else None)(items))


def test_items_are_held_no_longer_than_their_window(
    encoder: DualEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("counterfoil.evaluate.scorers.windows.WEIGHT", 4)
    asked: list[str] = []

    def items() -> Iterator[Item]:
        for item in quads(1):
            asked.append(item.key)
            yield item

    scores: Iterator[Any] = iter(Cosine(encoder=encoder)(items()))
    next(scores)
    assert len(asked) == 2
    assert len(list(scores)) + 1 == len(asked) == len(quads(1))


def test_windows_do_not_change_scores(encoder: DualEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    whole: Sequence[Any] = list(Cosine(encoder=encoder)(quads()))
    monkeypatch.setattr("counterfoil.evaluate.scorers.windows.WEIGHT", 3)
    assert_allclose(list(Cosine(encoder=encoder)(quads())), whole, atol=1e-6)
