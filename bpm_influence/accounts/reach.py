"""Which initiatives a token may be limited to: told once, at the start, by the room that knows them."""

from collections.abc import Callable
from typing import NamedTuple


class Choice(NamedTuple):
    """One initiative that a token may be limited to."""

    pk: int
    slug: str
    name: str


_offers: list[Callable] = []


def offer_choices(choices_of):
    """Take over the function that gives the choices of a user."""
    _offers[:] = [choices_of]


def choices_of(user):
    """Return the initiatives to which the user may limit a token."""
    return [choice for offer in _offers for choice in offer(user)]


def names_of(user, pks):
    """Return the names of those initiatives that the user still sees."""
    return [choice.name for choice in choices_of(user) if choice.pk in pks] if pks else []
