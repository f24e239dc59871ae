"""How a changed fact is told, on drawn pictures with real parses."""

from pathlib import Path

import numpy as np
import pytest

from counterfoil.mine.perceive.annotations import Perceive
from counterfoil.mine.propose import wording
from counterfoil.mine.propose.wording import Wording
from counterfoil.mine.reword import changed
from counterfoil.mine.stage import Apply, Run
from counterfoil.records import ImageFile, Pictured, Region, Scene


@pytest.fixture(scope="module")
def perceive() -> Apply:
    return Perceive().load(Run(0, Path()))


def scene(perceive: Apply, labels: str, *captions: str) -> Scene:
    """Things of these labels (parted by commas) from left to right, with captions."""
    names = [name.strip() for name in labels.split(",")]
    step = 1 / len(names)
    regions = tuple(
        Region(label=name, box=(i * step + step / 4, 0.3, (i + 1) * step - step / 4, 0.7))
        for i, name in enumerate(names)
    )
    pixels = np.full((100, 100 * len(names), 3), (128, 90, 60), np.uint8)
    sample = Pictured(key="a", image=ImageFile("a"), captions=captions, regions=regions, pixels=pixels)
    [out] = perceive([sample])
    assert isinstance(out, Scene)
    return out


def told(of: Scene, words: Wording | None) -> tuple[str, str] | None:
    """The true and the negative caption."""
    if words is None:
        return None
    caption = of.captions[words.caption]
    true, negative = changed(caption, words.true_changes), changed(caption, words.negative_changes)
    assert isinstance(true, str)
    assert isinstance(negative, str)
    return true, negative


def ends(pair: tuple[str, str] | None) -> tuple[str, str]:
    """The added sentences of a pair."""
    assert pair is not None
    return pair[0].rsplit(". ", 1)[1], pair[1].rsplit(". ", 1)[1]


def colour(perceive: Apply, labels: str, *captions: str) -> tuple[str, str] | None:
    of = scene(perceive, labels, *captions)
    return told(of, wording.attribute_words(of, 0, "orange", "blue"))


def test_a_stated_colour_is_swapped(perceive: Apply) -> None:
    assert colour(perceive, "car", "A man in an orange car.") == (
        "A man in an orange car.",
        "A man in a blue car.",
    )


def test_a_colour_that_nobody_states_is_put_in_both(perceive: Apply) -> None:
    assert colour(perceive, "car", "A small car.") == ("A small orange car.", "A small blue car.")
    assert colour(perceive, "car", "A car.") == ("An orange car.", "A blue car.")
    assert colour(perceive, "boat", "Boat on a lake.") == ("Orange boat on a lake.", "Blue boat on a lake.")
    assert colour(perceive, "chair", "A large wooden chair.") == (
        "A large orange wooden chair.",
        "A large blue wooden chair.",
    )


def test_a_thing_that_no_caption_names_gets_a_sentence(perceive: Apply) -> None:
    assert colour(perceive, "car", "a sunny street") == (
        "A sunny street. The car is orange.",
        "A sunny street. The car is blue.",
    )


@pytest.mark.parametrize("caption", ["A green car.", "An orange and white car.", "A tan car.", "Cars."])
def test_a_colour_that_a_caption_denies_is_not_told(perceive: Apply, caption: str) -> None:
    assert colour(perceive, "car", caption) is None


def test_the_colour_of_one_of_two_cars_is_not_told(perceive: Apply) -> None:
    assert colour(perceive, "car, car", "A car.", "A street.") is None


def test_no_colour_of_a_person_is_told(perceive: Apply) -> None:
    assert colour(perceive, "person", "A man.") is None


def test_two_colours_are_exchanged_where_both_things_stand(perceive: Apply) -> None:
    of = scene(perceive, "car, bus", "An orange car behind a bus.")
    assert told(of, wording.swapped_attribute_words(of, 0, 1, ("orange", "blue"))) == (
        "An orange car behind a blue bus.",
        "A blue car behind an orange bus.",
    )
    of = scene(perceive, "car, bus", "A street.")
    assert told(of, wording.swapped_attribute_words(of, 0, 1, ("red", "blue"))) == (
        "A street. The car is red and the bus is blue.",
        "A street. The car is blue and the bus is red.",
    )


def test_a_dog_becomes_a_cat(perceive: Apply) -> None:
    of = scene(perceive, "dog, couch", "A man next to a dog.")
    assert told(of, wording.object_words(of, 0, "elephant")) == (
        "A man next to a dog.",
        "A man next to an elephant.",
    )
    assert wording.object_words(of, 0, "couch") is None


def test_a_bare_noun_gets_an_article_but_not_in_a_list(perceive: Apply) -> None:
    of = scene(perceive, "laptop", "A desk with laptop.")
    assert told(of, wording.object_words(of, 0, "orange")) == (
        "A desk with laptop.",
        "A desk with an orange.",
    )
    of = scene(perceive, "laptop", "A plant and laptop on a desk.")
    pair = told(of, wording.object_words(of, 0, "orange"))
    assert pair == ("A plant and laptop on a desk.", "A plant and orange on a desk.")


def test_a_thing_with_its_own_colour_or_doing_is_not_renamed(perceive: Apply) -> None:
    for caption in (
        "A red car near a tree.",
        "A dog catching a frisbee.",
        "A slice of pizza.",
        "A bowl of soup.",
    ):
        label = next(word for word in ("car", "dog", "pizza", "bowl") if word in caption)
        of = scene(perceive, label, caption)
        assert wording.object_words(of, 0, "clock") is None


def test_a_thing_that_no_caption_suggests_becomes_another_in_a_sentence(perceive: Apply) -> None:
    of = scene(perceive, "vase", "A sunny room.")
    true, negative = ends(told(of, wording.object_words(of, 0, "clock")))
    assert true.replace("vase", "clock").replace("A clock", "A clock") == negative
    assert "vase" in true


def test_a_dog_that_no_caption_has_is_there_or_not(perceive: Apply) -> None:
    of = scene(perceive, "dog", "A sunny field.")
    true, negative = ends(told(of, wording.presence_words(of, "dog", there=True)))
    assert " no dog" in negative.lower() or negative.startswith("No dog")
    assert "a dog" in true.lower()
    assert wording.presence_words(of, "dog", there=False) is None


def test_a_dog_that_a_caption_suggests_is_never_called_absent(perceive: Apply) -> None:
    for caption in ("A puppy.", "Animals in a field.", "A man holding a leash.", "Two hot dogs."):
        of = scene(perceive, "car", caption)
        assert wording.presence_words(of, "dog", there=False) is None


@pytest.mark.parametrize(
    ("caption", "negative"),
    [
        ("A man with a dog.", "A man without a dog."),
        ("A desk has a dog on it", None),
        ("A room has a dog.", "A room has no dog."),
        ("There is a dog on a couch.", "There is no dog on a couch."),
        ("A man with a hat and a dog.", "A man with a hat but no dog."),
        ("A man with a dog and a hat.", None),
        ("A man with a dog and its bowl.", None),
        ("A dog on a couch.", None),
        ("A plate topped with a dog.", None),
        ("A yard with the dog on a leash.", None),
        ("A yard with a few dogs.", None),
    ],
)
def test_a_dog_that_every_caption_has_is_denied_only_where_that_is_safe(
    perceive: Apply, caption: str, negative: str | None
) -> None:
    of = scene(perceive, "dog", caption)
    pair = told(of, wording.presence_words(of, "dog", there=True))
    assert pair == (None if negative is None else (caption, negative))


def test_a_number_goes_down_with_its_noun_and_verb(perceive: Apply) -> None:
    of = scene(perceive, "dog, dog", "Two dogs are sitting on grass.")
    assert told(of, wording.count_words(of, "dog", 2, 1)) == (
        "Two dogs are sitting on grass.",
        "One dog is sitting on grass.",
    )


def test_a_number_is_put_in_before_a_bare_plural(perceive: Apply) -> None:
    of = scene(perceive, "dog, dog, dog", "Small dogs on grass.")
    assert told(of, wording.count_words(of, "dog", 3, 2)) == (
        "Three small dogs on grass.",
        "Two small dogs on grass.",
    )


def test_number_noun_and_capital_change_together_at_the_start(perceive: Apply) -> None:
    of = scene(perceive, "dog, dog", "Dogs are sitting on grass.")
    assert told(of, wording.count_words(of, "dog", 2, 1)) == (
        "Two dogs are sitting on grass.",
        "One dog is sitting on grass.",
    )


@pytest.mark.parametrize("caption", ["The dog sits on grass.", "A dog sits alone on grass."])
def test_beside_the_one_dog_that_is_meant_there_is_no_second(caption: str, perceive: Apply) -> None:
    assert wording.count_words(scene(perceive, "dog", caption), "dog", 1, 2) is None


def test_one_more_thing_is_not_said_to_be_held(perceive: Apply) -> None:
    of = scene(perceive, "umbrella", "A man holding an umbrella.")
    made = told(of, wording.count_words(of, "umbrella", 1, 2))
    assert made is not None
    assert all(text.startswith("A man holding an umbrella. ") for text in made)
    of = scene(perceive, "umbrella", "A man holding an umbrella.", "A sunny room.")
    assert ends(told(of, wording.count_words(of, "umbrella", 1, 2)))[0].lower().count("one umbrella") == 1


def test_a_number_of_things_that_no_caption_has_gets_a_sentence(perceive: Apply) -> None:
    of = scene(perceive, "cup, cup", "A sunny room.")
    true, negative = ends(told(of, wording.count_words(of, "cup", 2, 3)))
    assert true.lower().replace("two", "three") == negative.lower()
    true, negative = ends(told(of, wording.count_words(of, "cup", 2, 1)))
    assert true.lower().replace("two cups", "one cup").replace("are", "is") == negative.lower()


@pytest.mark.parametrize(
    "caption",
    [
        "A dog on grass.",
        "Two dogs with their toys.",
        "Three dogs.",
        "One of two dogs.",
        "A group of dogs.",
        "Several dogs.",
        "Dogs and one dog.",
    ],
)
def test_a_number_that_does_not_fit_the_rest_is_not_told(perceive: Apply, caption: str) -> None:
    of = scene(perceive, "dog, dog", caption)
    assert wording.count_words(of, "dog", 2, 1) is None


def test_a_stated_side_is_turned(perceive: Apply) -> None:
    of = scene(perceive, "cat, dog", "A cat to the left of a dog.", "A man turning right.")
    expected = ("A cat to the left of a dog.", "A cat to the right of a dog.")
    assert told(of, wording.relation_words(of, 0, 1, "left of", "right of")) == expected
    assert told(of, wording.relation_words(of, 1, 0, "right of", "left of")) == expected


def test_a_side_is_not_told_after_a_caption_with_another(perceive: Apply) -> None:
    of = scene(perceive, "cat, dog", "A man turning right.")
    assert wording.relation_words(of, 0, 1, "left of", "right of") is None
    of = scene(perceive, "cat, dog", "A sunny field.")
    true, negative = ends(told(of, wording.relation_words(of, 0, 1, "left of", "right of")))
    assert true.replace("left", "right") == negative
    assert true.startswith("The cat is ")


def test_two_things_change_places_only_where_nothing_else_says_where_they_are(perceive: Apply) -> None:
    of = scene(perceive, "cat, dog", "A cat and a dog.")
    true, negative = ends(told(of, wording.swapped_object_words(of, 0, 1, "left of")))
    assert true.startswith("The cat is ")
    assert true.endswith(" the dog.")
    assert negative.startswith("The dog is ")
    of = scene(perceive, "cat, dog", "A cat on a couch near a dog.")
    assert wording.swapped_object_words(of, 0, 1, "left of") is None


def test_nothing_is_told_of_a_sample_without_captions(perceive: Apply) -> None:
    of = scene(perceive, "cat, dog")
    assert wording.attribute_words(of, 0, "red", "blue") is None
    assert wording.presence_words(of, "car", there=False) is None
    assert wording.relation_words(of, 0, 1, "left of", "right of") is None


def test_the_words_are_the_same_each_time_and_vary_between_scenes(perceive: Apply) -> None:
    of = scene(perceive, "car", "A sunny room.", "A sunny day.", "The sun.")
    once, again = (told(of, wording.presence_words(of, "clock", there=False)) for _ in range(2))
    assert once == again
    labels = ("clock", "truck", "banana", "zebra", "kite", "pizza", "bear", "cake")
    endings = {
        ends(told(of, wording.presence_words(of, each, there=False)))[0].replace(each, "") for each in labels
    }
    assert len(endings) > 2


def test_broccoli_is_not_counted_in_a_sentence(perceive: Apply) -> None:
    of = scene(perceive, "broccoli", "A sunny room.")
    true, negative = ends(told(of, wording.presence_words(of, "broccoli", there=True)))
    assert "ome broccoli" in true
    assert "o broccoli" in negative


def test_a_cup_does_not_stand_up(perceive: Apply) -> None:
    of = scene(perceive, "dog", "A dog standing next to a tree.")
    assert wording.object_words(of, 0, "cup") is None
    assert wording.object_words(of, 0, "cow") is not None


def test_a_person_is_renamed_by_no_word(perceive: Apply) -> None:
    of = scene(perceive, "person", "A man next to a tree.")
    assert wording.object_words(of, 0, "dog") is None


def test_a_caption_in_capitals_is_left_alone(perceive: Apply) -> None:
    of = scene(perceive, "dog", "A MAN NEXT TO A DOG.")
    assert wording.object_words(of, 0, "cat") is None
    assert wording.attribute_words(of, 0, "black", "white") is None


def test_what_one_holds_does_not_change_places(perceive: Apply) -> None:
    of = scene(perceive, "person, umbrella", "A woman holding an umbrella.")
    assert wording.swapped_object_words(of, 0, 1, "left of") is None


def test_a_pair_of_skis_stands_in_the_singular(perceive: Apply) -> None:
    of = scene(perceive, "skis, dog", "A dog next to skis.")
    true, _ = ends(told(of, wording.relation_words(of, 0, 1, "left of", "right of")))
    assert true.startswith("The pair of skis is ")
