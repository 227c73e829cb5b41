"""Layers: which ties count, how they add up, and what is refused."""

import numpy as np
import pytest
from hypothesis import given

from influence.network.exchange import from_networkx, to_networkx
from influence.network.graph import build_layers, layer_from_arrays
from influence.network.model import NetworkError, Relation, Ties
from tests.network.networks import few_examples, people_of_chart, weighted_networks, without_self_ties


def make_ties(*rows):
    """Rows of source, target, relation, strength, observed."""
    source, target, relation, strength, observed = zip(*rows, strict=True) if rows else ((),) * 5
    return Ties(
        np.array(source, np.int32),
        np.array(target, np.int32),
        np.array(relation, np.int32),
        np.array(strength, np.float64),
        np.array(observed, np.bool_),
    )


def build(relations, *rows, n=4):
    return build_layers(people_of_chart([-1] * n), relations, make_ties(*rows))


def entries(layer):
    return [
        (int(v), int(u), round(float(strength), 12), bool(observed))
        for v, u, strength, observed in zip(
            layer.source, layer.indices, layer.strength, layer.observed, strict=True
        )
    ]


def test_several_ties_of_one_relation_the_strongest_counts():
    layers = build([Relation("advice")], (0, 1, 0, 0.25, False), (0, 1, 0, 0.75, False), (0, 1, 0, 0.5, True))

    assert entries(layers["influence"]) == [(0, 1, 0.75, True)]
    assert entries(layers["leadership"]) == []


def test_relations_add_up_by_weight_and_are_capped():
    recipe = [Relation("advice", weight=0.5), Relation("trust", weight=1.0)]

    layers = build(
        recipe, (0, 1, 0, 0.5, False), (0, 1, 1, 0.5, False), (2, 1, 1, 1, False), (2, 1, 0, 1, False)
    )

    assert entries(layers["influence"]) == [(0, 1, 0.75, False), (2, 1, 1.0, False)]


def test_flow_both_counts_in_both_directions_with_the_larger_strength():
    recipe = [Relation("handover", flow="both"), Relation("advice")]

    layers = build(recipe, (0, 1, 0, 0.25, True), (1, 0, 0, 0.5, True), (0, 2, 1, 1.0, False))

    assert entries(layers["influence"]) == [(0, 1, 0.5, True), (0, 2, 1.0, False), (1, 0, 0.5, True)]


def test_each_relation_lands_in_its_layer():
    recipe = [Relation("leadership", layer="leadership"), Relation("advice")]

    layers = build(recipe, (3, 0, 0, 1.0, False), (3, 1, 1, 1.0, False))

    assert entries(layers["leadership"]) == [(3, 0, 1.0, False)]
    assert entries(layers["influence"]) == [(3, 1, 1.0, False)]


def test_self_ties_and_relations_of_weight_zero_are_dropped():
    recipe = [Relation("advice", weight=0.0), Relation("trust")]

    layers = build(recipe, (0, 1, 0, 1.0, False), (2, 2, 1, 1.0, False))

    assert entries(layers["influence"]) == []


def test_rows_are_ascending_and_the_reverse_mirrors_them():
    layer = layer_from_arrays(4, [2, 0, 0, 3], [1, 3, 1, 1], [0.1, 0.2, 0.3, 0.4])

    assert layer.indptr.tolist() == [0, 2, 2, 3, 4]
    assert layer.indices.tolist() == [1, 3, 1, 1]
    assert layer.reverse_indptr.tolist() == [0, 0, 3, 3, 4]
    assert layer.reverse_indices.tolist() == [0, 2, 3, 0]
    assert layer.reverse_strength.tolist() == [0.3, 0.1, 0.4, 0.2]
    assert layer.indices[layer.reverse_entry].tolist() == [1, 1, 1, 3]
    assert entries(layer.turned) == [
        (1, 0, 0.3, False),
        (1, 2, 0.1, False),
        (1, 3, 0.4, False),
        (3, 0, 0.2, False),
    ]


def test_contacts_are_found_once_with_both_strengths():
    contacts = layer_from_arrays(3, [0, 1, 1], [1, 0, 2], [0.25, 0.5, 1.0]).contacts

    assert contacts.degree.tolist() == [1, 2, 1]
    assert contacts.indices.tolist() == [1, 0, 2, 1]
    assert contacts.weight.tolist() == [0.75, 0.75, 1.0, 1.0]


@pytest.mark.parametrize("n", [0, 1])
def test_nobody_and_one_person_make_an_empty_layer(n):
    layer = layer_from_arrays(n, [], [])

    assert (layer.entries, layer.indptr.tolist(), layer.contacts.degree.tolist()) == (
        0,
        [0] * (n + 1),
        [0] * n,
    )


@pytest.mark.parametrize("strength", [0.0, -0.5, 1.5, float("nan"), float("inf")])
def test_strength_out_of_range_is_refused(strength):
    with pytest.raises(NetworkError, match=r"^Tie 1 has the strength .*above 0 and at most 1\.$"):
        layer_from_arrays(3, [0, 1], [1, 2], [1.0, strength])


@pytest.mark.parametrize(
    ("row", "word"), [((4, 0, 0), "source"), ((0, -1, 0), "target"), ((0, 1, 1), "relation")]
)
def test_unknown_person_or_relation_is_refused(row, word):
    with pytest.raises(NetworkError, match=f"^Tie 0 has the {word} .*none of the"):
        build([Relation("advice")], (*row, 1.0, False))


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
def test_wrong_weight_is_refused(weight):
    with pytest.raises(NetworkError, match=r"^The weight of relation 'advice' is .*at least 0"):
        build([Relation("advice", weight=weight)])


def test_columns_of_different_length_are_refused():
    with pytest.raises(NetworkError, match="differ in length"):
        layer_from_arrays(3, [0, 1], [1, 2], [1.0])


@few_examples
@given(weighted_networks())
def test_networkx_comes_in_and_goes_out_unchanged(graph):
    layer, nodes = from_networkx(graph)

    back = to_networkx(layer, nodes)

    assert list(back) == list(graph)
    assert dict(back.edges) == dict(without_self_ties(graph).edges)
