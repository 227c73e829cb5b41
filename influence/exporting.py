"""The network as files that other programs read: GraphML, GEXF, CSV and JSON, written piece by piece.

``nodes`` are dictionaries with the fields of a score, ``edges`` with those of an edge; both may be
generators of any length, so memory does not grow with the network. A field without a value is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from bpm_influence.rest.exporting import csv_lines
from influence.results import EDGE_FIELDS, SCORE_FIELDS

TEXT_FIELDS = frozenset(
    {"employee_id", "name", "title", "department", "group", "source", "target", "relation"}
)
WHOLE_FIELDS = frozenset(
    {
        "level", "span", "headcount", "in_degree", "core", "community", "leadership_rank", "influence_rank",
        "influence_rank_low", "influence_rank_high", "count",
    }
)  # fmt: skip
NODE_ATTRIBUTES = tuple(field for field in SCORE_FIELDS if field != "employee_id")
EDGE_ATTRIBUTES = tuple(field for field in EDGE_FIELDS if field not in ("source", "target"))
# XML 1.0 has no way to write these, not even escaped.
UNWRITABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))

Rows = Iterable[Mapping[str, Any]]


def network_as_json(nodes: Rows, edges: Rows) -> Iterator[str]:
    """One object with the lists ``nodes`` and ``edges``."""
    yield '{"nodes": ['
    yield from _json_items(nodes)
    yield '], "edges": ['
    yield from _json_items(edges)
    yield "]}"


def network_as_csv(nodes: Rows, edges: Rows) -> Iterator[str]:
    """The ties as a table; the people are in the scores."""
    return csv_lines(EDGE_FIELDS, ([edge[field] for field in EDGE_FIELDS] for edge in edges))


def network_as_graphml(nodes: Rows, edges: Rows) -> Iterator[str]:
    """GraphML for yEd, Gephi, igraph and NetworkX (a multigraph: one edge per stored tie)."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for kind, fields in (("node", NODE_ATTRIBUTES), ("edge", EDGE_ATTRIBUTES)):
        for field in fields:
            type_of = f'attr.name="{field}" attr.type="{_type_of(field)}"'
            yield f'<key id="{kind}_{field}" for="{kind}" {type_of}/>\n'
    yield '<graph id="network" edgedefault="directed">\n'
    for node in nodes:
        data = _graphml_data("node", NODE_ATTRIBUTES, node)
        yield f"<node id={_attribute(node['employee_id'])}>{data}</node>\n"
    for number, edge in enumerate(edges):
        data = _graphml_data("edge", EDGE_ATTRIBUTES, edge)
        yield f'<edge id="e{number}" {_ends(edge)}>{data}</edge>\n'
    yield "</graph>\n</graphml>\n"


def network_as_gexf(nodes: Rows, edges: Rows) -> Iterator[str]:
    """GEXF 1.2 for Gephi and NetworkX; the strength is the edge's weight."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">\n'
    yield '<graph mode="static" defaultedgetype="directed">\n'
    yield from _gexf_attributes("node", NODE_ATTRIBUTES)
    yield from _gexf_attributes("edge", EDGE_ATTRIBUTES)
    yield "<nodes>\n"
    for node in nodes:
        names = f"id={_attribute(node['employee_id'])} label={_attribute(node['name'])}"
        yield f"<node {names}>{_gexf_data('node', NODE_ATTRIBUTES, node)}</node>\n"
    yield "</nodes>\n<edges>\n"
    for number, edge in enumerate(edges):
        data = _gexf_data("edge", EDGE_ATTRIBUTES, edge)
        yield f'<edge id="{number}" {_ends(edge)} weight="{edge["strength"]}">{data}</edge>\n'
    yield "</edges>\n</graph>\n</gexf>\n"


def _json_items(rows: Rows) -> Iterator[str]:
    for number, row in enumerate(rows):
        yield (", " if number else "") + json.dumps(row, ensure_ascii=False)


def _type_of(field: str) -> str:
    if field in TEXT_FIELDS:
        return "string"
    return "long" if field in WHOLE_FIELDS else "double"


def _attribute(value: Any) -> str:
    return quoteattr(str(value).translate(UNWRITABLE))


def _ends(edge: Mapping[str, Any]) -> str:
    return f"source={_attribute(edge['source'])} target={_attribute(edge['target'])}"


def _given(fields: Iterable[str], row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    return ((field, str(row[field]).translate(UNWRITABLE)) for field in fields if row[field] is not None)


def _graphml_data(kind: str, fields: Iterable[str], row: Mapping[str, Any]) -> str:
    return "".join(f'<data key="{kind}_{field}">{escape(text)}</data>' for field, text in _given(fields, row))


def _gexf_attributes(kind: str, fields: Iterable[str]) -> Iterator[str]:
    yield f'<attributes class="{kind}">\n'
    for field in fields:
        yield f'<attribute id="{kind}_{field}" title="{field}" type="{_type_of(field)}"/>\n'
    yield "</attributes>\n"


def _gexf_data(kind: str, fields: Iterable[str], row: Mapping[str, Any]) -> str:
    values = (
        f'<attvalue for="{kind}_{field}" value={_attribute(text)}/>' for field, text in _given(fields, row)
    )
    return f"<attvalues>{''.join(values)}</attvalues>"


NETWORK_FORMATS = {
    "json": ("application/json", network_as_json),
    "graphml": ("application/graphml+xml", network_as_graphml),
    "gexf": ("application/gexf+xml", network_as_gexf),
    "csv": ("text/csv", network_as_csv),
}
