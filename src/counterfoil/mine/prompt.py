"""An edit as a model that paints is told it: what is to be seen in the mask."""

from __future__ import annotations

from counterfoil.records import Proposal

NOTHING = "empty background, the surroundings continue"
"""For what goes: a model that is told to remove a dog paints a dog."""


def prompt_of(proposal: Proposal) -> str:
    """What is to be painted.

    | edit | prompt |
    |---|---|
    | an object is replaced or added | the long description in `values`, else the new object |
    | an attribute is replaced | the new attribute and the thing ("blue car") |
    | something goes, or fewer are left | `NOTHING` |
    """
    edit = proposal.edit
    if edit.kind == "attribute":
        return f"{edit.after} {proposal.scene.regions[proposal.targets[0]].label}"
    if edit.kind == "count" or edit.operation == "remove":
        return proposal.values[0] if proposal.values else NOTHING
    return proposal.values[0] if proposal.values else edit.after
