"""A language model rewrites captions: what differs is the edit, and what is not what it says is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from scenes import disc, perceived, scene
from servers.llm import Llm, Messages, serving

from counterfoil.mine.propose.contradict import Contradict
from counterfoil.mine.propose.contradictions import Contradiction
from counterfoil.mine.propose.rewriting import amiss, difference
from counterfoil.mine.reword import Reword
from counterfoil.mine.stage import Run
from counterfoil.models.server import Server
from counterfoil.records import Proposal, Rejected, Reworded

CAPTION = "A red car beside a blue bus"


@pytest.mark.parametrize(
    ("other", "start", "end", "text"),
    [
        ("A red van beside a blue bus", 6, 9, "van"),
        ("A blue car beside a red bus", 2, 23, "blue car beside a red"),
        ("A red car beside a big blue bus", 19, 19, "big "),
        ("A red car beside a blue bus and a dog", 27, 27, " and a dog"),
        ("A car beside a blue bus", 2, 5, ""),
    ],
)
def test_the_words_that_differ_are_the_edit(other: str, start: int, end: int, text: str) -> None:
    assert difference(CAPTION, other) == (start, end, text)
    changed = CAPTION[:start] + text + CAPTION[end:]
    assert changed.split() == other.split()


@pytest.mark.parametrize(
    ("operation", "caption", "fault"),
    [
        ("swap", "A blue car beside a red bus", None),
        ("swap", "A red van beside a blue bus", "no_swap"),
        ("add", "A red car beside a big blue bus", None),
        ("add", "A car beside a blue bus", "no_addition"),
        ("replace", "A red car behind a blue bus", None),
        ("replace", "A blue car beside a red bus", "no_replacement"),
        ("replace", "Two dogs sleep", "no_replacement"),
        ("replace", "a red car beside a blue bus", "unchanged"),
    ],
)
def test_a_rewriting_must_do_what_it_says(operation: Any, caption: str, fault: str | None) -> None:
    assert amiss(CAPTION, Contradiction(operation=operation, kind="object", caption=caption)) == fault


def foil(operation: str, kind: str, caption: str) -> dict[str, str]:
    return {"operation": operation, "kind": kind, "caption": caption}


def contradict(answer: Any, folder: Path, *captions: str, **settings: Any) -> tuple[list[Any], Llm]:
    photo = perceived(scene(("car", disc(60, 60, 20), (200, 0, 0)), captions=captions))
    with serving(Llm(answer)) as llm:
        stage = Contradict(writer=Server(model="m", url=llm.url, again=0), **settings)
        return stage.load(Run(0, folder))([photo]), llm


def test_each_caption_of_the_answer_ends_as_a_foil_or_a_refusal(tmp_path: Path) -> None:
    said = [
        foil("replace", "object", "A red car beside a blue tractor"),
        foil("swap", "attribute", "A red car beside a blue tree"),
        foil("multiply", "object", "Two red cars"),
    ]
    out, llm = contradict(
        lambda m: json.dumps({"foils": said}), tmp_path, CAPTION, "Unasked.", cells=("replace object",)
    )
    assert [getattr(one, "reason", "proposed") for one in out] == ["proposed", "no_swap", "bad_contradiction"]
    assert all(r.part for r in out if isinstance(r, Rejected))
    (proposal,) = (p for p in out if isinstance(p, Proposal))
    assert (proposal.edit.before, proposal.edit.after, proposal.two_way) == ("bus", "tractor", False)
    (reworded,) = Reword().load(Run(0, tmp_path))([proposal])
    assert isinstance(reworded, Reworded)
    assert (reworded.true_caption, reworded.negative_caption) == (CAPTION, said[0]["caption"])
    assert "Write one such caption for each of: replace object." in llm.bodies[0]["messages"][0]["content"]


def test_all_captions_are_asked_of_and_proposals_are_numbered_through(tmp_path: Path) -> None:
    def answer(messages: Messages) -> str:
        caption = messages[1]["content"].removeprefix("Caption: ")
        return json.dumps({"foils": [foil("replace", "object", caption.replace("car", "van"))]})

    out, llm = contradict(answer, tmp_path, CAPTION, "A car by a tree.", captions=0)
    assert [(p.key, p.caption) for p in out] == [("drawn/0", 0), ("drawn/1", 1)]
    assert len(llm.bodies) == 2


def test_a_cell_that_was_left_out_is_asked_for_again_and_the_rest_is_kept(tmp_path: Path) -> None:
    def answer(messages: Messages) -> str:
        return json.dumps({"foils": [foil("replace", "object", "A red van beside a blue bus")]})

    photo = perceived(scene(captions=(CAPTION,)))
    with serving(Llm(answer)) as llm:
        cells = ("replace object", "add object")
        stage = Contradict(writer=Server(model="m", url=llm.url), cells=cells)
        out = stage.load(Run(0, tmp_path))([photo])
    assert [type(one) for one in out] == [Proposal]
    assert "no caption for add object" in llm.bodies[1]["messages"][3]["content"]
