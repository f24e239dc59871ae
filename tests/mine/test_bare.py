"""Parts of boxes."""

import numpy as np

from counterfoil.mine.bare import part, parts

BOXES = np.array([(0.2, 0.4, 0.6, 0.8), (0.5, 0.0, 0.7, 0.5)])


def test_a_part_is_told_in_shares_of_a_box_and_ends_at_the_frame() -> None:
    found = part(BOXES, (0.5, 1.25), (-1.0, 0.5))
    np.testing.assert_allclose(found, [(0.0, 0.6, 0.4, 0.9), (0.3, 0.25, 0.6, 0.625)])
    np.testing.assert_allclose(part(BOXES, (0.0, 2.0), (0.0, 1.0))[0], (0.2, 0.4, 0.6, 1.0))


def test_parts_are_each_row_with_each_column_of_all_boxes() -> None:
    rows, columns = [(0.0, 0.3), (0.9, 1.1)], [(-0.2, 0.1), (0.5, 0.5), (0.8, 1.4)]
    one_by_one = [part(BOXES, row, column) for row in rows for column in columns]
    assert (parts(BOXES, rows, columns) == np.concatenate(one_by_one)).all()
