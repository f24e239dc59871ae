import torch

from counterfoil.train.batches import FALSE, ORIGINAL, TRUE, UNKNOWN, Layout, truth


def layout(
    pictures: list[tuple[int, int, int]], texts: list[tuple[int, int, int]], words: list[int]
) -> Layout:
    none = torch.zeros(0, 0, dtype=torch.long)
    return Layout(
        image_N=torch.zeros(0, dtype=torch.long),
        text_N=torch.zeros(0, dtype=torch.long),
        negative_text_NK=none,
        negative_image_NK=none,
        positive_text_NP=none,
        origin_I3=torch.tensor(pictures),
        origin_T3=torch.tensor(texts),
        content_T=torch.tensor(words),
    )


O = ORIGINAL  # noqa: E741
PICTURES = [(0, O, O), (0, 0, 0), (0, 0, 1), (1, O, O)]
"""Two groups: the first with its photo and the negative pictures of two foils of item 0."""
TEXTS = [(0, 0, O), (0, 0, 0), (0, 0, 1), (0, 1, O), (1, 0, O)]
"""The caption of item 0, its two negative captions, the caption of item 1, and the other group's."""


def test_what_is_known_of_pictures_and_texts_follows_from_where_they_come_from() -> None:
    assert truth(layout(PICTURES, TEXTS, [0, 1, 2, 3, 4])).tolist() == [
        [TRUE, FALSE, FALSE, TRUE, FALSE],
        [FALSE, TRUE, UNKNOWN, UNKNOWN, FALSE],
        [FALSE, UNKNOWN, TRUE, UNKNOWN, FALSE],
        [FALSE, FALSE, FALSE, FALSE, TRUE],
    ]


def test_the_same_words_are_as_true_as_those_of_the_own_caption() -> None:
    known = truth(layout(PICTURES, TEXTS, [7, 1, 2, 3, 7]))
    assert known[0].tolist() == [TRUE, FALSE, FALSE, TRUE, TRUE]
    assert known[3].tolist() == [TRUE, FALSE, FALSE, FALSE, TRUE]


def test_words_that_a_foil_makes_false_stay_false() -> None:
    known = truth(layout(PICTURES, TEXTS, [7, 1, 2, 3, 1]))
    assert known[0].tolist() == [TRUE, FALSE, FALSE, TRUE, FALSE]
    assert known[1].tolist() == [FALSE, TRUE, UNKNOWN, UNKNOWN, TRUE]
