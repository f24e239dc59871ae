"""Errors say what happened, where, and what to do next."""

import inspect

from counterfoil import errors


def test_every_error_is_in_the_tree_that_the_docstring_draws() -> None:
    classes = [c for _, c in inspect.getmembers(errors, inspect.isclass) if c.__module__ == errors.__name__]
    assert len(classes) == 8
    for one in classes:
        assert issubclass(one, errors.CounterfoilError)
        assert one.__name__ in (errors.__doc__ or "")


def test_an_unknown_name_lists_the_known_ones_and_the_nearest() -> None:
    assert errors.unknown("recipe", "fotos", ["photos", "gnm"]) == (
        "unknown recipe 'fotos': did you mean 'photos'? Known: gnm, photos"
    )
    assert "did you mean" not in errors.unknown("recipe", "xyz", ["photos"])
