"""No acknowledged verdict is lost or doubled when the server is killed while two reviewers judge."""

from __future__ import annotations

from pathlib import Path

from review_kill import survive

from counterfoil.review.build import open_index
from counterfoil.review.desk import Desk, Share
from counterfoil.review.selection import Wanted


def test_verdicts_outlive_a_server_that_is_killed(dataset: Path) -> None:
    told = survive(dataset, verdicts=20, kills=2)
    assert (told.kills, len(told.acknowledged)) == (2, 40)
    index, _ = open_index(dataset, lambda what, done, total: None)
    desk = Desk(dataset, index)
    assert [desk.progress(Wanted(), name) for name in ("Ada", "Bob")] == [Share(20, 78)] * 2
    index.close()
