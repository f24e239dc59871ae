"""Which things are near a part of a picture."""

from standing import BLUE, GREEN, RED, Thing, scene

from counterfoil.mine.near import near


def test_a_thing_is_near_a_window_where_its_box_and_the_window_share_a_pixel() -> None:
    things = (
        Thing("person", BLUE, (100, 100, 150, 200)),
        Thing("dog", RED, (150, 100, 200, 200)),
        Thing("cat", GREEN, (100, 40, 150, 100)),
    )
    made = scene("A person, a dog and a cat.", *things)
    assert near(made, (slice(100, 200), slice(100, 150))) == [0]
    assert near(made, (slice(99, 200), slice(100, 151))) == [0, 1, 2]
    assert near(made, (slice(0, 40), slice(0, 300))) == []
