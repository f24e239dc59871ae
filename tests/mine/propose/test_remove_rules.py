"""Which things a rule takes out of a scene, whole categories and one of several."""

import random
from dataclasses import replace
from pathlib import Path

from scenes import Colour, block, disc, perceived, region, scene

from counterfoil.mine.propose.recount import OneLess
from counterfoil.mine.propose.remove import RemoveOne, groups, hull
from counterfoil.mine.propose.rule import Draft
from counterfoil.mine.stage import Run
from counterfoil.records import Mask, Scene

RED, BLUE = (220, 20, 20), (20, 20, 220)


def drafts(rule: RemoveOne | OneLess, of: Scene) -> list[Draft]:
    return list(rule.load(Run(0, Path()))(of, random.Random(0)))


def things(label: str, *places: int) -> list[tuple[str, Mask, Colour]]:
    return [(label, disc(x, 120, 18), RED) for x in places]


def test_the_only_dog_goes() -> None:
    of = perceived(scene(("dog", disc(160, 120, 25), RED), captions=("A green meadow.",)))
    (draft,) = drafts(RemoveOne(), of)
    assert (draft.edit.operation, draft.edit.kind, draft.edit.before) == ("remove", "object", "dog")
    assert draft.targets == (0,)
    assert draft.two_way
    assert draft.edit.box == of.regions[0].box


def test_a_dog_in_a_crowd_of_dogs_stays() -> None:
    crowd = region("dog", block(10, 10, 40, 40), crowd=True)
    drawn = scene(("dog", disc(160, 120, 25), RED), captions=("A green meadow.",))
    assert drafts(RemoveOne(), perceived(replace(drawn, regions=(*drawn.regions, crowd)))) == []


def test_four_of_a_kind_are_too_many_to_go() -> None:
    of = perceived(scene(*things("dog", 60, 120, 180, 240), captions=("Dogs on a meadow.",)))
    assert drafts(RemoveOne(), of) == []


def test_one_of_three_dogs_goes_and_two_are_left() -> None:
    of = perceived(scene(*things("dog", 80, 160, 240), captions=("Three dogs on a meadow.",)))
    found = drafts(OneLess(), of)
    assert {draft.targets for draft in found} == {(0,), (1,), (2,)}
    for draft in found:
        assert (draft.edit.before, draft.edit.after) == ("three", "two")
        assert draft.edit.box == of.regions[draft.targets[0]].box


def test_no_more_drafts_of_a_count_than_the_rule_allows() -> None:
    of = perceived(scene(*things("dog", 80, 160, 240), captions=("Three dogs on a meadow.",)))
    assert len(drafts(OneLess(most=1), of)) == 1


def test_things_that_are_mostly_hidden_or_cut_off_are_not_counted() -> None:
    cut = [("dog", block(left, 0, left + 40, 30), RED) for left in (20, 120)]
    of = perceived(scene(*things("dog", 240), *cut, captions=("A green meadow.",)))
    assert drafts(OneLess(), of) == []


def test_all_of_two_dogs_go() -> None:
    of = perceived(scene(*things("dog", 80, 240), captions=("A green meadow.",)))
    (draft,) = drafts(RemoveOne(), of)
    assert draft.targets == (0, 1)


def test_what_annotators_leave_out_is_not_denied() -> None:
    small = ("chair", disc(160, 120, 8), RED), ("dog", disc(60, 120, 8), BLUE)
    of = perceived(scene(*small, captions=("A green meadow.",)))
    assert [draft.edit.before for draft in drafts(RemoveOne(), of)] == ["dog"]


def test_one_dog_alone_is_no_matter_of_counting() -> None:
    of = perceived(scene(*things("dog", 160), captions=("A dog on a meadow.",)))
    assert drafts(OneLess(), of) == []


def test_groups_leave_out_labels_with_a_crowd() -> None:
    regions = (
        region("dog", disc(60, 60, 10)),
        region("cat", disc(160, 60, 10)),
        region("dog", disc(90, 160, 10)),
    )
    crowd = region("cat", disc(200, 160, 10), crowd=True)
    assert groups((*regions, crowd)) == {"dog": [0, 2]}


def test_the_hull_holds_all_boxes() -> None:
    assert hull([(0.1, 0.2, 0.3, 0.4), (0.2, 0.1, 0.5, 0.3)]) == (0.1, 0.1, 0.5, 0.4)
