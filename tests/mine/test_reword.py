"""Changes applied to a caption, and the English around them mended."""

from pathlib import Path

import numpy as np
import pytest

from counterfoil.mine.reword import Refusal, Reword, changed
from counterfoil.mine.stage import Run
from counterfoil.records import Change, Edit, ImageFile, Proposal, Rejected, Reworded, Scene


def reworded(caption: str, *negative: Change, true: tuple[Change, ...] = ()) -> Reworded | Rejected:
    scene = Scene(
        key="a",
        image=ImageFile("a.png"),
        captions=(caption,),
        pixels=np.zeros((1, 1, 3), np.uint8),
        parses=(),
        facts=(),
    )
    edit = Edit(operation="replace", kind="attribute", before="red", after="blue")
    proposal = Proposal(
        key="a/0",
        scene=scene,
        edit=edit,
        proposer="test",
        caption=0,
        negative_changes=negative,
        true_changes=true,
    )
    [out] = Reword().load(Run(0, Path()))([proposal])
    assert isinstance(out, Reworded | Rejected)
    return out


@pytest.mark.parametrize(
    ("caption", "change", "expected"),
    [
        ("A red car.", Change(2, 5, "orange"), "An orange car."),
        ("An orange car.", Change(3, 9, "red"), "A red car."),
        ("He saw a car.", Change(9, 9, "old "), "He saw an old car."),
        ("Red car.", Change(0, 3, "orange"), "Orange car."),
        ("A dog. Red car.", Change(7, 10, "blue"), "A dog. Blue car."),
        ("A big old car.", Change(2, 6, ""), "An old car."),
        ("A dog runs.", Change(5, 10, ""), "A dog."),
        ("A very red car", Change(7, 10, "blue"), "A very blue car"),
        ("A cat by an owl.", Change(12, 15, "TV"), "A cat by a TV."),
        ("A dog", Change(5, 5, ". There is an owl."), "A dog. There is an owl."),
        ("a vitamin a pill", Change(12, 16, "day"), "a vitamin a day"),
    ],
)
def test_articles_capitals_and_spaces_are_mended(caption: str, change: Change, expected: str) -> None:
    assert changed(caption, [change]) == expected


def test_nothing_is_mended_away_from_the_change() -> None:
    assert changed("a apple  and a red car .", [Change(15, 18, "blue")]) == "a apple  and a blue car ."


def test_changes_may_come_in_any_order() -> None:
    assert changed("red car, blue bike", [Change(9, 13, "red"), Change(0, 3, "blue")]) == "blue car, red bike"


@pytest.mark.parametrize(
    "changes", [[Change(0, 3, "x"), Change(2, 4, "y")], [Change(5, 99, "x")], [Change(4, 2, "x")]]
)
def test_changes_that_overlap_or_lie_outside_are_refused(changes: list[Change]) -> None:
    refusal = changed("red car", changes)
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "changes_overlap"


def test_a_fact_put_in_stands_in_both_captions() -> None:
    out = reworded("A car.", Change(2, 2, "blue "), true=(Change(2, 2, "orange "),))
    assert isinstance(out, Reworded)
    assert (out.true_caption, out.negative_caption) == ("An orange car.", "A blue car.")


@pytest.mark.parametrize(
    ("caption", "change", "reason"),
    [
        ("A red car.", Change(2, 5, "RED"), "captions_equal"),
        ("A red car.", Change(2, 5, "car"), "ungrammatical"),
        ("A red car.", Change(0, 5, "A the"), "ungrammatical"),
        ("A red car.", Change(2, 5, "blue\x00"), "control_characters"),
        ("A red car.", Change(2, 5, "blue " * 100), "caption_too_long"),
        (
            "A red car.",
            Change(2, 5, "blue and also not red but rather more like a kind of green"),
            "ungrammatical",
        ),
    ],
)
def test_what_is_no_caption_is_rejected_with_its_reason(caption: str, change: Change, reason: str) -> None:
    out = reworded(caption, change)
    assert isinstance(out, Rejected)
    assert (out.reason, out.stage, out.key) == (reason, "reword", "a/0")


def test_a_word_twice_in_the_source_is_the_sources_own() -> None:
    out = reworded("A red car that that man has.", Change(2, 5, "blue"))
    assert isinstance(out, Reworded)


def test_scrambled_words_stay_the_same_words() -> None:
    caption = "A dog on an old red chair."
    assert changed(caption, [Change(0, 26, "An a dog on old the red chair.")], mend=False) == (
        "An a dog on old the red chair."
    )
