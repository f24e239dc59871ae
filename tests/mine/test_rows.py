"""Rows hold what records hold, and nothing is encoded twice."""

from scenes import foil, scene

from counterfoil.frozen import grow
from counterfoil.mine.rows import sample_rows
from counterfoil.pictures import encode
from counterfoil.records import Edit, Patch, Pixels, Scored

LEFT = Edit(operation="replace", kind="relation", before="left of", after="right of")


def test_a_patch_that_two_foils_share_is_encoded_once() -> None:
    of, asked = scene(), []
    shared, own = (Patch.whole(pixels.copy()) for pixels in (of.pixels[:, ::-1], of.pixels[::-1]))
    foils = [grow(foil(of, LEFT, patch), Scored, scores={}) for patch in (shared, own, shared)]

    def encoded(pixels: Pixels, patch: Patch | None) -> bytes:
        asked.append(patch)
        return encode(pixels, patch)

    (row,) = sample_rows([of], foils, 0, encoded)
    assert [id(patch) for patch in asked] == [id(None), id(shared), id(own)]
    pictures = [told["negative_image"]["bytes"] for told in row["foils"]]
    assert pictures == [encode(patch.pixels) for patch in (shared, own, shared)]
    assert row["image"]["bytes"] == encode(of.pixels)
