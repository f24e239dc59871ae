"""Foils in words alone: a table of rules, each of which types its foils by operation and kind."""

from counterfoil.mine.propose.rule import Rule
from counterfoil.mine.propose.words.add import AddAttribute, AddObject
from counterfoil.mine.propose.words.negate import RemoveObject, RemoveRelation
from counterfoil.mine.propose.words.number import ReplaceCount
from counterfoil.mine.propose.words.replace_attribute import ReplaceAttribute
from counterfoil.mine.propose.words.replace_object import ReplaceObject
from counterfoil.mine.propose.words.replace_relation import ReplaceRelation
from counterfoil.mine.propose.words.replace_verb import ReplaceVerb
from counterfoil.mine.propose.words.shuffle import ShuffleOrder
from counterfoil.mine.propose.words.swap import SwapAttribute, SwapRelation
from counterfoil.mine.propose.words.swap_object import SwapObject

WORD_RULES: dict[str, Rule] = {
    "replace_noun": ReplaceObject(),
    "replace_adjective": ReplaceAttribute(),
    "replace_preposition": ReplaceRelation(),
    "replace_verb": ReplaceVerb(),
    "replace_number": ReplaceCount(),
    "swap_nouns": SwapObject(),
    "swap_adjectives": SwapAttribute(),
    "swap_verbs": SwapRelation(),
    "add_noun": AddObject(),
    "add_adjective": AddAttribute(),
    "deny_noun": RemoveObject(),
    "deny_verb": RemoveRelation(),
    "shuffle_order": ShuffleOrder(),
}
