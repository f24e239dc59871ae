"""What is held out of training: no picture shows it, no caption says it, and every word is still seen."""

import itertools
from collections import Counter
from functools import cache

import pytest
from worlds import mined, scenes

from counterfoil.chance import rng_for
from counterfoil.mine.editors.redraw import redrawn
from counterfoil.world.claims import Claim, Described, Description, Listed, Related
from counterfoil.world.drawing import Drawing, Item
from counterfoil.world.read import read
from counterfoil.world.splits import SPLITS, TRIPLES, held_out
from counterfoil.world.words import COLOURS, CONVERSE, RELATIONS, SHAPES

NUMBER = 1000
SEEN = [split for split in SPLITS if split != "held_out"]
Pair = tuple[str, str]


def shown(drawing: Drawing) -> set[Pair]:
    return {(item.shape, item.colour) for item in drawing.items}


def things(claim: Claim) -> list[Description]:
    """Everything that a caption speaks of, with all that it says of it."""
    found = []
    for statement in claim:
        if isinstance(statement, Listed):
            found += [*statement.things, *(thing for thing, _ in statement.counts)]
        elif isinstance(statement, Related):
            found += statement.things
        elif isinstance(statement, Described):
            thing = statement.thing
            found.append(Description(thing.shape, thing.attributes | statement.attributes))
    return found


def said_pairs(text: str) -> set[Pair]:
    claim = read(text)
    assert claim is not None, text
    return {(t.shape, a) for t in things(claim) if t.shape for a in t.attributes if a in COLOURS}


def said_triples(text: str) -> set[tuple[str | None, str, str | None]]:
    claim = read(text)
    assert claim is not None, text
    return {
        (statement.things[0].shape, relation, other.shape)
        for statement in claim
        if isinstance(statement, Related)
        for relation, other in zip(statement.relations, statement.things[1:], strict=True)
    }


@cache
def edited() -> list[tuple[str, Drawing]]:
    found = []
    for foil in mined("train", 120):
        after = redrawn(foil, rng_for(0, foil.key, "redraw"))
        assert after is not None
        found.append((foil.negative_caption, after))
    return found


@pytest.mark.parametrize("seed", range(5))
def test_two_colours_of_each_shape_are_held_out_and_each_colour_two_or_three_times(seed: int) -> None:
    pairs = held_out(seed).pairs
    assert Counter(shape for shape, _ in pairs) == dict.fromkeys(SHAPES, 2)
    assert set(Counter(colour for _, colour in pairs).values()) <= {2, 3}
    assert {colour for _, colour in pairs} == set(COLOURS)


@pytest.mark.parametrize("seed", range(5))
def test_held_out_triples_come_with_their_converses(seed: int) -> None:
    triples = held_out(seed).triples
    assert all((other, CONVERSE[way], first) in triples for first, way, other in triples)
    for way in RELATIONS:
        share = sum(way == of for _, of, _ in triples) / len(SHAPES) ** 2
        assert share == pytest.approx(TRIPLES, abs=0.01)
    assert {first for first, _, _ in triples} == set(SHAPES)


def test_the_colours_of_a_shape_are_the_nine_that_are_not_held_out() -> None:
    lacking = held_out(0)
    for shape in SHAPES:
        colours = lacking.colours_of(shape)
        assert len(colours) == 9
        assert not {(shape, colour) for colour in colours} & lacking.pairs


@pytest.mark.parametrize("split", SEEN)
def test_no_picture_but_those_of_held_out_shows_a_held_out_pair(split: str) -> None:
    lacking = held_out(0).pairs
    for dealt in scenes(split, NUMBER):
        assert not shown(dealt.drawing) & lacking, dealt.key


def test_every_picture_of_held_out_shows_a_held_out_pair() -> None:
    for dealt in scenes("held_out", NUMBER):
        assert shown(dealt.drawing) & held_out(0).pairs, dealt.key


def test_every_held_out_pair_is_shown_by_held_out() -> None:
    pairs = set().union(*(shown(dealt.drawing) for dealt in scenes("held_out", NUMBER)))
    assert held_out(0).pairs <= pairs


@pytest.mark.parametrize("split", SEEN)
def test_no_caption_but_those_of_held_out_states_a_held_out_pair_or_triple(split: str) -> None:
    lacking = held_out(0)
    triples = 0
    for dealt in scenes(split, NUMBER):
        for caption in dealt.captions:
            assert not said_pairs(caption.text) & lacking.pairs, caption.text
            assert not said_triples(caption.text) & lacking.triples, caption.text
            triples += len(said_triples(caption.text))
    assert triples > 500


def test_captions_of_held_out_state_held_out_pairs_and_triples() -> None:
    lacking = held_out(0)
    texts = [caption.text for dealt in scenes("held_out", NUMBER) for caption in dealt.captions]
    assert sum(bool(said_pairs(text) & lacking.pairs) for text in texts) > 300
    assert sum(bool(said_triples(text) & lacking.triples) for text in texts) > 50


def test_no_negative_picture_of_train_shows_a_held_out_pair() -> None:
    assert len(edited()) > 500
    for caption, drawing in edited():
        assert not shown(drawing) & held_out(0).pairs, caption


def test_no_negative_caption_of_train_states_a_held_out_pair_or_triple() -> None:
    triples = 0
    for caption, _ in edited():
        assert not said_pairs(caption) & held_out(0).pairs, caption
        assert not said_triples(caption) & held_out(0).triples, caption
        triples += len(said_triples(caption))
    assert triples > 100


def test_every_shape_and_colour_of_train_is_seen_in_all_pairs_but_those_held_out() -> None:
    pairs = set().union(*(shown(dealt.drawing) for dealt in scenes("train", NUMBER)))
    assert pairs == set(itertools.product(SHAPES, COLOURS)) - held_out(0).pairs


def test_every_word_of_held_out_captions_is_said_in_training() -> None:
    words = {
        split: {
            word
            for dealt in scenes(split, NUMBER)
            for caption in dealt.captions
            for word in caption.text.lower().rstrip(".").replace(",", "").split()
        }
        for split in SPLITS
    }
    assert words["held_out"] <= words["train"]
    assert words["test"] <= words["train"]
    assert words["validation"] <= words["train"]


def test_another_seed_holds_out_other_compositions() -> None:
    worlds = [held_out(seed) for seed in range(10)]
    for one, other in itertools.combinations(worlds, 2):
        # by chance a pair of 24 of 132 is in the other with 2/11: 4.4 of 24
        assert len(one.pairs & other.pairs) < 14
        assert len(one.triples & other.triples) < len(one.triples) / 2


def test_the_same_seed_holds_out_the_same() -> None:
    first = held_out(3)
    held_out.cache_clear()
    assert held_out(3) == first


def test_the_card_names_every_pair() -> None:
    text = str(held_out(0))
    assert all(f"{colour} {shape}" in text for shape, colour in held_out(0).pairs)
    assert f"{len(held_out(0).triples)} triples" in text


def test_splits_and_seeds_share_no_scene() -> None:
    drawn: list[tuple[Item, ...]] = [d.drawing.items for split in SPLITS for d in scenes(split, NUMBER)]
    drawn += [dealt.drawing.items for dealt in scenes("train", 300, 1)]
    assert len(set(drawn)) == len(drawn)
