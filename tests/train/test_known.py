import pytest
import torch

from counterfoil.testing.embedded import random_layout
from counterfoil.train.batches import FALSE, truth
from counterfoil.train.known import known, marked


@pytest.mark.parametrize("seed", range(4))
def test_a_few_rows_know_what_the_whole_table_knows(seed: int) -> None:
    layout = random_layout(seed, groups=5)
    false_IT, found = truth(layout) == FALSE, known(layout)
    pictures, texts = torch.tensor([3, 0, 3, 1]), torch.tensor([2, 5, 5, 0])
    assert torch.equal(found.false_texts(pictures), false_IT[pictures])
    assert torch.equal(found.false_images(texts), false_IT.T[texts])
    everywhere = torch.cartesian_prod(*(torch.arange(size) for size in false_IT.shape)).T
    assert torch.equal(found.false_pairs(*everywhere), false_IT.flatten())


def test_what_is_not_there_is_not_false() -> None:
    found = known(random_layout())
    assert not found.false_pairs(torch.tensor([[-1, 0], [-1, 0]]), torch.tensor([[0, -1], [-1, 0]])).any()


def test_no_mark_is_an_empty_table() -> None:
    none = torch.zeros(0, dtype=torch.long)
    assert not marked(none, none, 3).rows(torch.arange(2)).any()
    assert not marked(none, none, 3).has(torch.arange(2), torch.arange(2)).any()
