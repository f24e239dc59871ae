import re
import time
from pathlib import Path

import pytest
import torch
from ranks import (
    IN_RING,
    SHARES,
    THIRDS,
    Found,
    all_groups,
    both,
    die_or_wait,
    learn,
    learn_embeddings,
    learn_weights,
    work,
    work_in_ring,
)
from torch import Tensor

from counterfoil.testing.embedded import live, random_layout, share
from counterfoil.train.batches import truth
from counterfoil.train.distributed import gather, merged
from counterfoil.train.losses import LOSSES

EVERYWHERE = [group for groups in SHARES for group in groups]
every = pytest.mark.parametrize("name", LOSSES)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Found]]:
    """What each of two ranks found."""
    folder = tmp_path_factory.mktemp("ranks")
    assert both(work, folder) == [0, 0]
    return [torch.load(folder / f"{rank}.pt", weights_only=True) for rank in range(2)]


def assert_same(one: Tensor, other: Tensor) -> None:
    torch.testing.assert_close(one, other, rtol=1e-11, atol=1e-13)


def test_ranks_hold_different_numbers_of_everything() -> None:
    one, other = (share(all_groups().layout, groups)[0] for groups in SHARES)
    assert len(one.image_N) != len(other.image_N)
    assert len(one.origin_I3) != len(other.origin_I3)
    assert len(one.origin_T3) != len(other.origin_T3)


def test_merged_layouts_name_the_same_rows_and_know_the_same() -> None:
    whole = random_layout(1, groups=6)
    parts = [share(whole, groups) for groups in SHARES]
    layout = merged([part for part, _, _ in parts])
    images = torch.cat([part[1] for part in parts])
    texts = torch.cat([part[2] for part in parts])
    assert torch.equal(truth(layout), truth(whole)[images][:, texts])
    back_I, back_T = torch.cat([images, torch.tensor([-1])]), torch.cat([texts, torch.tensor([-1])])
    place = {text: n for n, text in enumerate(whole.text_N.tolist())}
    order = [place[text] for text in back_T[layout.text_N].tolist()]
    width = layout.negative_text_NK.shape[1]
    assert sorted(order) == list(range(len(whole.text_N)))
    assert torch.equal(back_I[layout.image_N], whole.image_N[order])
    assert torch.equal(back_T[layout.negative_text_NK], whole.negative_text_NK[order, :width])
    assert torch.equal(back_I[layout.negative_image_NK], whole.negative_image_NK[order, :width])
    assert torch.equal(back_T[layout.positive_text_NP], whole.positive_text_NP[order])


def test_a_group_on_two_ranks_is_one_group() -> None:
    layout = share(all_groups().layout, [1])[0]
    known = truth(merged([layout, layout]))
    images, texts = len(layout.origin_I3), len(layout.origin_T3)
    assert torch.equal(known[:images, texts:], known[:images, :texts])


def test_one_process_gathers_what_it_has() -> None:
    e = live(all_groups())
    assert gather(e) is e


@every
@pytest.mark.parametrize("how", ["", " shared"])
def test_two_ranks_find_the_loss_of_one_each_for_itself_and_shared_out(
    name: str, how: str, found: list[dict[str, Found]]
) -> None:
    alone = learn_embeddings(name, all_groups())
    parts = [share(all_groups().layout, groups) for groups in SHARES]
    for rank, (_, images, texts) in enumerate(parts):
        for key, tensor in found[rank][name + how].items():
            rows = {"image_ID": images, "patch_IRD": images, "text_TD": texts, "token_TWD": texts}.get(key)
            assert_same(tensor, alone[key] if rows is None else alone[key][rows])


@every
@pytest.mark.parametrize("how", ["", " shared"])
def test_two_ranks_learn_what_one_learns(name: str, how: str, found: list[dict[str, Found]]) -> None:
    alone = learn_weights(name, None, EVERYWHERE)
    for rank in range(2):
        assert found[rank][f"{name} weights{how}"].keys() == alone.keys()
        for key, tensor in found[rank][f"{name} weights{how}"].items():
            assert_same(tensor, alone[key])


def test_two_ranks_learn_the_same_in_chunks(found: list[dict[str, Found]]) -> None:
    alone = learn_weights("fsc", None, EVERYWHERE)
    for key, tensor in found[1]["chunked"].items():
        assert_same(tensor, alone[key])


def test_each_rank_computes_its_share_of_rows_and_has_all(found: list[dict[str, Found]]) -> None:
    assert [rank["rows"]["asked"].tolist() for rank in found] == [[0, 1], [2, 3, 4]]
    assert [rank["rows"]["made"].tolist() for rank in found] == [[0, 2, 4, 6, 8]] * 2


def test_texts_that_go_round_three_ranks_teach_what_one_rank_learns(tmp_path: Path) -> None:
    assert both(work_in_ring, tmp_path, world=3) == [0, 0, 0]
    groups = [group for groups in THIRDS for group in groups]
    alone = {name: learn(loss, None, groups) for name, loss in IN_RING.items()}
    for rank in range(3):
        for name, found in torch.load(tmp_path / f"{rank}.pt", weights_only=True).items():
            expected = alone[name.split()[0]]
            assert found.keys() == expected.keys()
            for key, tensor in found.items():
                assert_same(tensor, expected[key])


def test_a_rank_does_not_wait_for_one_that_has_died(tmp_path: Path) -> None:
    begun = time.monotonic()
    assert both(die_or_wait, tmp_path) == [0, 3]
    assert re.search("Connection (closed|reset) by peer", (tmp_path / "error").read_text())
    assert time.monotonic() - begun < 50
