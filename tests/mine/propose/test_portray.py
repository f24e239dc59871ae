"""A language model proposes: every item ends as proposals or refusals, every caption of it changes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from scenes import disc, perceived, scene
from servers.llm import Llm, Messages, portraying, serving

from counterfoil.mine.propose.portray import Portray
from counterfoil.mine.propose.renaming import renamed
from counterfoil.mine.reword import Reword, changed
from counterfoil.mine.stage import Run
from counterfoil.models.server import Server
from counterfoil.records import Proposal, Rejected, Reworded, Scene

BROWN = (120, 80, 40)


def dog_on(*captions: str, labels: tuple[str, ...] = ("dog",)) -> Scene:
    things = [(label, disc(60 + 70 * i, 120, 30 - 4 * i), BROWN) for i, label in enumerate(labels)]
    return perceived(scene(*things, captions=captions))


def told(scene_: Scene, short: str = "orange cat", item: str = "dog") -> tuple[str, str, list[str]]:
    """True caption, negative caption, further negative captions."""
    words = renamed(scene_, 0, item, short)
    caption = scene_.captions[words.caption]
    also = [changed(scene_.captions[number], changes) for number, changes in words.also]
    true, negative = changed(caption, words.true), changed(caption, words.negative)
    assert isinstance(true, str)
    assert isinstance(negative, str)
    return true, negative, also  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("caption", "negative"),
    [
        ("A brown dog sits on a bench.", "An orange cat sits on a bench."),
        ("Dog on a bench", "Orange cat on a bench"),
        ("The very old dog of a man", "The orange cat of a man"),
        ("a man with his dog and a frisbee", "a man with his orange cat and a frisbee"),
    ],
)
def test_the_lowest_phrase_with_the_word_becomes_the_short_form(caption: str, negative: str) -> None:
    assert told(dog_on(caption))[:2] == (caption, negative)


@pytest.mark.parametrize(
    "caption", ["A hotdog on a plate", "A woman near dogs", "A dog house", "Dogmatic signs."]
)
def test_only_whole_words_name_a_thing(caption: str) -> None:
    true, negative, _ = told(dog_on(caption))
    bare = caption.rstrip(".")
    assert true == caption.replace(bare, f"{bare} and a dog")
    assert negative == caption.replace(bare, f"{bare} and an orange cat")


def test_what_is_put_in_takes_the_article_that_it_needs() -> None:
    assert told(dog_on("A photo."), "red scissors")[1] == "A photo and red scissors."
    assert told(dog_on("A photo."), "old umbrella")[1] == "A photo and an old umbrella."
    assert told(dog_on("A photo."), "white snow")[1] == "A photo and white snow."


def test_every_caption_that_names_the_thing_changes_and_the_others_stay() -> None:
    captions = (
        "A dog sits on grass.",
        "Grass everywhere.",
        "On grass, a dog is running.",
        "A dog meets a dog.",
    )
    true, negative, also = told(dog_on(*captions))
    assert (true, negative) == ("A dog sits on grass.", "An orange cat sits on grass.")
    assert also == ["On grass, an orange cat is running."]


def test_a_noun_that_perception_linked_to_the_region_names_it_too() -> None:
    assert told(dog_on("A puppy on a bench"))[1] == "An orange cat on a bench"


def test_two_words_are_one_thing() -> None:
    photo = dog_on("A red fire hydrant by a road", labels=("fire hydrant",))
    assert told(photo, "blue barrel", "fire hydrant")[1] == "A blue barrel by a road"


@pytest.fixture
def llm() -> Iterator[Callable[[Callable[[Messages], str]], Llm]]:
    opened = []

    def start(answer: Callable[[Messages], str]) -> Llm:
        context = serving(Llm(answer))
        opened.append(context)
        return context.__enter__()

    yield start
    for context in opened:
        context.__exit__(None, None, None)


def portray(llm: Llm, folder: Path, *scenes: Scene, **settings: Any) -> list[Proposal | Rejected]:
    stage = Portray(writer=Server(model="m", url=llm.url, again=0), **settings)
    out = stage.load(Run(0, folder / "raw", folder / "kept"))(scenes)
    assert not (folder / "raw").exists()
    return out


def test_four_portrayals_of_each_item_are_painted_over_its_region(llm: Any, tmp_path: Path) -> None:
    photo = dog_on("A dog beside a bench.", labels=("dog", "bench"))
    out = portray(llm(portraying), tmp_path, photo)
    proposals = [p for p in out if isinstance(p, Proposal)]
    assert len(out) == len(proposals) == 8
    assert [p.key for p in proposals] == [f"drawn/{n}" for n in range(8)]
    assert Counter((p.edit.before, p.targets) for p in proposals) == {("dog", (0,)): 4, ("bench", (1,)): 4}
    first = proposals[0]
    assert first.edit.after == "orange fox"
    assert first.values[0].startswith("a orange fox of paper, as large as a dog")
    assert (first.edit.box, first.two_way) == (photo.regions[0].box, True)
    reworded = Reword().load(Run(0, tmp_path))(proposals)
    assert isinstance(reworded[0], Reworded)
    assert reworded[0].negative_caption == "An orange fox beside a bench."


def test_further_captions_go_on_through_reword(llm: Any, tmp_path: Path) -> None:
    photo = dog_on("A dog sits on grass.", "One dog, running", "No words for it")
    proposals = [p for p in portray(llm(portraying), tmp_path, photo) if isinstance(p, Proposal)]
    (first, *_) = Reword().load(Run(0, tmp_path))(proposals)
    assert first.negative_caption == "An orange fox sits on grass."
    assert first.also_negative == ("Orange fox, running",)


def items(**of: dict[str, Any]) -> str:
    return json.dumps({"items": [{"word": word, **entry} for word, entry in of.items()]})


def thing(short: str) -> dict[str, str]:
    return {"description": f"a {short}, shiny", "short": short}


def test_what_an_answer_lacks_or_has_amiss_is_refused_and_the_rest_goes_on(llm: Any, tmp_path: Path) -> None:
    photo = dog_on("A dog beside a bench and a cup.", labels=("dog", "bench", "cup"))
    others = [thing("white cat"), thing("cat"), thing("black dog")]
    answer = items(
        dog={"similar": thing("grey wolf"), "others": others},
        bench={"similar": thing("blue cup"), "others": "none"},
    )
    out = portray(llm(lambda messages: answer), tmp_path, photo)
    assert [p.edit.after for p in out if isinstance(p, Proposal)] == ["grey wolf", "white cat"]
    refused = [r for r in out if isinstance(r, Rejected)]
    assert all(r.part and r.key == "drawn" and r.stage == "portray" for r in refused)
    assert [(r.reason, r.detail.split(":")[0].split(",")[0]) for r in refused] == [
        ("bad_portrayal", "dog"),
        ("same_thing", "dog"),
        ("shown_already", "bench"),
        ("left_out", "the answer has no cup"),
    ]


def test_an_animal_becomes_animals_only(llm: Any, tmp_path: Path) -> None:
    entry = {"similar": thing("red apple"), "others": [thing("white cat")]}
    out = portray(llm(lambda messages: items(dog=entry)), tmp_path, dog_on("A dog."))
    assert [getattr(one, "reason", "proposed") for one in out] == ["no_animal", "proposed"]


def test_without_an_answer_each_item_is_refused_with_its_reason(llm: Any, tmp_path: Path) -> None:
    out = portray(
        llm(lambda messages: "No."), tmp_path, dog_on("A dog and a bench.", labels=("dog", "bench"))
    )
    assert [getattr(one, "reason", None) for one in out] == ["not_json", "not_json"]


def test_a_scene_without_regions_asks_nothing(llm: Any, tmp_path: Path) -> None:
    server = llm(portraying)
    (refused,) = portray(server, tmp_path, dog_on("A photo.", labels=()))
    assert isinstance(refused, Rejected)
    assert (refused.reason, server.bodies) == ("nothing_to_edit", [])


def test_items_beyond_the_limit_and_one_of_several_are_refused(llm: Any, tmp_path: Path) -> None:
    photo = dog_on("Things.", labels=("dog", "bench", "dog", "cup"))
    out = portray(llm(portraying), tmp_path, photo, max_items=1, only=True)
    assert {p.edit.before for p in out if isinstance(p, Proposal)} == {"bench"}
    assert [r.detail.split(":")[0] for r in out if isinstance(r, Rejected)] == ["dog", "cup"]


def test_of_several_regions_the_largest_is_painted(llm: Any, tmp_path: Path) -> None:
    small_first = perceived(
        scene(("dog", disc(60, 60, 10), BROWN), ("dog", disc(200, 120, 40), BROWN), captions=("Dogs.",))
    )
    out = portray(llm(portraying), tmp_path, small_first)
    assert {p.targets for p in out if isinstance(p, Proposal)} == {(1,)}
