"""Products of embeddings: what stands where changes no bit of them."""

import numpy as np
import pytest

from counterfoil.evaluate.cosines import cosines


@pytest.mark.parametrize("number", [1, 13, 300, 1025])
def test_equal_texts_and_equal_pictures_have_equal_scores_wherever_they_stand(number: int) -> None:
    rng = np.random.default_rng(0)
    picture_D, text_D = rng.standard_normal((2, 33), np.float32)
    score_IT = cosines(np.tile(picture_D, (number, 1)), np.tile(text_D, (number, 1)))
    assert score_IT.dtype == np.float32
    assert (score_IT == score_IT[0, 0]).all()
    assert score_IT[0, 0] == pytest.approx(
        sum(float(a) * float(b) for a, b in zip(picture_D, text_D, strict=True))
    )
