"""Proposing things that come: drawn floors, and a bank of drawn things."""

import random
from pathlib import Path

import pytest
from standing import BLUE, GREEN, HEIGHT, RED, Thing, sample, scene

from counterfoil.mine.cutouts import GatherCutouts
from counterfoil.mine.propose.paste import AddOne, OneMore, ReplaceOne
from counterfoil.mine.propose.rule import Draft, Rule
from counterfoil.mine.stage import Run
from counterfoil.records import Scene

DOG = Thing("dog", RED, (90, 80, 190, 180))
SHEEP = Thing("sheep", GREEN, (200, 60, 330, 180))
CUP = Thing("cup", BLUE, (150, 60, 230, 160))
PERSON = Thing("person", BLUE, (180, 80, 214, 165))
TABLE = Thing("dining table", (150, 110, 70), (60, 120, 340, 230))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run's folder with a dog, a sheep and a cup from other photos."""
    folder = tmp_path_factory.mktemp("run")
    photos = [sample(folder, thing.label, thing) for thing in (DOG, SHEEP, CUP)]
    GatherCutouts().prepare(photos, folder, 0)
    return folder


def drafts(rule: Rule, of: Scene, folder: Path) -> list[Draft]:
    return list(rule.load(Run(0, folder))(of, random.Random(0)))


def said(of: Scene, draft: Draft, *, negative: bool) -> str:
    caption = of.captions[draft.caption]
    changes = draft.negative_changes if negative else draft.true_changes
    for start, end, text in sorted(changes, reverse=True):
        caption = caption[:start] + text + caption[end:]
    return caption


def test_a_dog_comes_to_a_person_who_has_none(folder: Path) -> None:
    made = scene("A man stands on a grey floor.", PERSON)
    (draft,) = drafts(AddOne(), made, folder)
    assert (draft.edit.operation, draft.edit.kind) == ("add", "object")
    assert (draft.edit.before, draft.edit.after, draft.values) == ("no dog", "dog", ("dog",))
    assert draft.two_way
    assert draft.edit.box is not None
    assert (draft.edit.box[3] - draft.edit.box[1]) * HEIGHT == pytest.approx(0.55 * 50, rel=0.3)
    assert "no dog" in said(made, draft, negative=False).lower()
    assert "no dog" not in said(made, draft, negative=True).lower()


@pytest.mark.parametrize(
    "caption", ["A man with his dog.", "A man walks two dogs.", "A puppy runs to a man."]
)
def test_what_a_caption_speaks_of_does_not_come(caption: str, folder: Path) -> None:
    assert drafts(AddOne(), scene(caption, PERSON), folder) == []


def test_a_thing_comes_only_where_it_is_at_home(folder: Path) -> None:
    cup = Thing("cup", RED, (180, 120, 212, 160))
    offered = drafts(AddOne(), scene("A cup on a table.", TABLE, cup), folder)
    assert {draft.values for draft in offered} <= {("bottle",)}


def test_a_dog_gives_way_to_a_sheep(folder: Path) -> None:
    made = scene("A dog on the floor.", Thing("dog", RED, (150, 100, 230, 150)))
    (draft,) = drafts(ReplaceOne(), made, folder)
    assert (draft.edit.operation, draft.edit.before, draft.edit.after) == ("replace", "dog", "sheep")
    assert draft.targets == (0,)
    assert said(made, draft, negative=True) == "A sheep on the floor."


def test_what_the_picture_shows_already_does_not_come_instead(folder: Path) -> None:
    dog, sheep = Thing("dog", RED, (60, 100, 140, 150)), Thing("sheep", GREEN, (250, 80, 350, 150))
    assert drafts(ReplaceOne(), scene("A dog and a sheep.", dog, sheep), folder) == []


def test_one_more_cup_comes_to_two(folder: Path) -> None:
    cups = Thing("cup", RED, (120, 130, 160, 180)), Thing("cup", RED, (180, 130, 220, 180))
    made = scene("A table with two cups.", TABLE, *cups)
    (draft,) = drafts(OneMore(), made, folder)
    assert (draft.edit.operation, draft.edit.kind) == ("replace", "count")
    assert (draft.edit.before, draft.edit.after, draft.values) == ("two", "three", ("cup",))
    assert draft.targets == (1, 2)
    assert said(made, draft, negative=True) == "A table with three cups."


def test_none_comes_to_a_crowd(folder: Path) -> None:
    cups = Thing("cup", RED, (120, 130, 160, 180)), Thing("cup", RED, (180, 130, 220, 180), crowd=True)
    assert drafts(OneMore(), scene("A table with two cups.", TABLE, *cups), folder) == []


def test_an_empty_bank_proposes_nothing(tmp_path: Path) -> None:
    made = scene("A dog and a man.", PERSON, Thing("dog", RED, (250, 130, 300, 165)))
    for rule in (AddOne(), ReplaceOne(), OneMore()):
        assert drafts(rule, made, tmp_path) == []


KITE = Thing("kite", RED, (150, 60, 230, 140))
BED = Thing("bed", GREEN, (240, 160, 360, 230))
WALKER = Thing("person", BLUE, (180, 150, 204, 210))


@pytest.fixture(scope="module")
def sky_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run's folder with a kite from another photo."""
    folder = tmp_path_factory.mktemp("sky")
    GatherCutouts().prepare([sample(folder, "kite", KITE)], folder, 0)
    return folder


def under_sky(caption: str, *things: Thing) -> Scene:
    """A person below, and a pale sky above."""
    made = scene(caption, WALKER, *things)
    made.pixels[:130] = (200, 215, 235)
    return made


def test_a_kite_flies_in_the_sky_over_a_beach(sky_folder: Path) -> None:
    (draft,) = drafts(AddOne(), under_sky("A man walks along the beach."), sky_folder)
    assert (draft.edit.before, draft.edit.after) == ("no kite", "kite")
    assert draft.edit.box is not None
    assert draft.edit.box[3] * HEIGHT < 130


@pytest.mark.parametrize(
    ("why", "caption", "things"),
    [
        ("no word tells of the open air", "A man stands there.", ()),
        (
            "a bed tells of a room",
            "A man with a picture of a beach.",
            (Thing("bed", GREEN, (240, 160, 360, 230)),),
        ),
        ("a caption speaks of a kite", "A man flies a kite on the beach.", ()),
    ],
)
def test_no_kite_comes_where(why: str, caption: str, things: tuple[Thing, ...], sky_folder: Path) -> None:
    assert drafts(AddOne(), under_sky(caption, *things), sky_folder) == [], why


def labels(of: Scene, folder: Path) -> set[str]:
    return {draft.values[0] for draft in drafts(AddOne(), of, folder)}


def test_a_cup_comes_where_nothing_hints_at_cups_and_little_else_is(folder: Path) -> None:
    vase = Thing("teddy bear", GREEN, (170, 100, 230, 180))
    books = [Thing("book", BLUE, (10 + 28 * i, 10, 32 + 28 * i, 40)) for i in range(13)]
    assert "cup" in labels(scene("A teddy bear on a ledge.", TABLE, vase), folder)
    assert "cup" not in labels(scene("A teddy bear in a kitchen.", TABLE, vase), folder)
    assert "cup" not in labels(scene("A teddy bear on a ledge.", TABLE, vase, *books), folder)


def test_small_things_do_not_clutter_a_picture(folder: Path) -> None:
    vase = Thing("teddy bear", GREEN, (170, 100, 230, 180))
    books = [Thing("book", BLUE, (10 + 28 * i, 10, 20 + 28 * i, 30)) for i in range(13)]
    assert "cup" in labels(scene("A teddy bear on a ledge.", TABLE, vase, *books), folder)


def test_of_each_category_one_is_offered_at_most(folder: Path) -> None:
    made = scene("A man stands on a grey floor.", PERSON)
    offered = [draft.values[0] for draft in drafts(AddOne(), made, folder)]
    assert len(offered) == len(set(offered))
