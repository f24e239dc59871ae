"""An edit as a model that paints is told it: what is to be seen in the mask."""

from __future__ import annotations

from counterfoil.records import Proposal

NOTHING = "empty background, the surroundings continue"
"""For what goes: a model that is told to remove a dog paints a dog."""


def prompts_of(proposal: Proposal, *, original: bool = False) -> tuple[str, ...]:
    """What is to be painted, one for each place: of things that are exchanged, each has one of its own."""
    if not exchanged(proposal):
        return (prompt_of(proposal, original=original),)
    labels = tuple(proposal.scene.regions[target].label for target in proposal.targets)
    return labels if original else proposal.values


def exchanged(proposal: Proposal) -> bool:
    """Whether each target is to become what another one was."""
    edit = proposal.edit
    return (edit.operation, edit.kind) == ("swap", "object") and 1 < len(proposal.targets) == len(
        proposal.values
    )


def prompt_of(proposal: Proposal, *, original: bool = False) -> str:
    """What is to be painted in one place.

    | edit | prompt | for the original painted again |
    |---|---|---|
    | an object is replaced | the long description in `values`, else the new object | the old object |
    | an object is added | the same | `NOTHING` |
    | an attribute is replaced | the new attribute and the thing ("blue car") | the old one ("red car") |
    | something goes, or fewer are left | `values`, else `NOTHING` | what goes |
    """
    edit, labels = proposal.edit, [proposal.scene.regions[target].label for target in proposal.targets]
    if edit.kind == "attribute":
        return f"{edit.before if original else edit.after} {labels[0]}"
    if original:
        there = labels[:1] if edit.kind == "count" else [edit.before]
        return NOTHING if edit.operation == "add" or not there else there[0]
    goes = edit.kind == "count" or edit.operation == "remove"
    return proposal.values[0] if proposal.values else NOTHING if goes else edit.after
