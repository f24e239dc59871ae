"""Rules for scenes of the drawn world: one line each. They read its exact facts, and no parse."""

from __future__ import annotations

from counterfoil.mine.propose.drawn.looks import LooksExchanged, OtherLooks, OtherShape, UnstatedLooks
from counterfoil.mine.propose.drawn.places import OtherRelation, PlacesExchanged, RelationsExchanged
from counterfoil.mine.propose.drawn.presence import OneComes, OneGoes, OtherCount
from counterfoil.mine.propose.rule import Rule

DRAWN_RULES: dict[str, Rule] = {
    "other_looks": OtherLooks(),
    "unstated_looks": UnstatedLooks(),
    "other_shape": OtherShape(),
    "other_relation": OtherRelation(),
    "looks_exchanged": LooksExchanged(),
    "places_exchanged": PlacesExchanged(),
    "relations_exchanged": RelationsExchanged(),
    "one_comes": OneComes(),
    "one_goes": OneGoes(),
    "other_count": OtherCount(),
}
