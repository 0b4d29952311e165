"""The policy and its labels, read from the files that ship or from the body's own."""

from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import msgspec

from resolvers.policy import Labels, Policy

T = TypeVar("T")


class BadPolicyError(ValueError):
    """A policy or labels file cannot be used; the message says which and where."""


def policy(own: Path | None = None) -> Policy:
    """Return the policy; raise `BadPolicyError`."""
    return _read(own, "policy.toml", Policy)


def labels(own: Path | None = None) -> Labels:
    """Return the labels in English; raise `BadPolicyError`."""
    return _read(own, "labels.en.toml", Labels)


def _read(own: Path | None, shipped: str, shape: type[T]) -> T:
    try:
        text = (
            own.read_text("utf-8")
            if own is not None
            else files("policy").joinpath(shipped).read_text("utf-8")
        )
        return msgspec.toml.decode(text, type=shape)
    except (OSError, ValueError) as error:
        raise BadPolicyError(f"{own or shipped}: {error}") from error
