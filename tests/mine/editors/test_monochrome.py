"""Black and white: the light stays, the colour goes, and only where it is the fact."""

import numpy as np

from counterfoil.mine.editors.monochrome import grey


def test_the_light_stays_and_the_colour_goes() -> None:
    picture = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [200, 200, 200]]], np.uint8)
    # 0.299 x 255 = 76.2, 0.587 x 255 = 149.7, 0.114 x 255 = 29.1
    assert grey(picture)[..., 0].tolist() == [[76, 150], [29, 200]]
    assert (np.ptp(grey(picture), axis=2) == 0).all()
