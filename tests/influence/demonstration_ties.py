"""The demonstration's nominations as a file of ties, for tests that load it as a user would."""

from influence.demonstration.naming import build_nominations
from influence.demonstration.organisation import Organisation, table

COLUMNS = ("source", "target", "relation", "strength")


def ties_file(organisation: Organisation) -> bytes:
    """The nominations as CSV."""
    named = build_nominations(organisation)
    return table(COLUMNS, ([getattr(one, column) for column in COLUMNS] for one in named))
