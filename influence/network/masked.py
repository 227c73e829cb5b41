"""Many variants of one random world in one search: a machine word per person, a bit per variant.

Variants differ in which ties let a bit pass: a silent respondent in a resample, a lower rate.
A person reaches the root in exactly those variants in which some way of live ties passes
the bit, so that one walk through a world answers up to 64 questions with the same luck.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from influence.network.cascade import next_live

EVERY_BIT = np.uint64(2**64 - 1)


@njit(cache=True, nogil=True)
def make_scratch(n, ties):
    """Members, their masks, each person's place among them (-1), live ties by place, what the ties pass.

    With room for as many live ties as there are ties: each is drawn at most once in a world.
    """
    return (
        np.empty(n, np.int32),
        np.empty(n, np.uint64),
        np.full(n, -1, np.int32),
        np.empty((ties, 2), np.int32),
        np.empty(ties, np.uint64),
    )


@njit(cache=True, nogil=True)
def note_tie(head, mover, passing, scratch, size, live):
    """Note a live tie from the person at ``head`` to a mover, new or not; give the number of members."""
    members, masks, place_of, ties, passes = scratch
    if place_of[mover] < 0:
        place_of[mover] = size
        members[size] = mover
        masks[size] = np.uint64(0)
        size += 1
    ties[live, 0], ties[live, 1] = head, place_of[mover]
    passes[live] = passing
    return size


@njit(cache=True, nogil=True)
def draw_ties(head, layer, passing, kept_passing, kept, scratch, size, live, state):
    """Draw one person's live ties of a layer; a kept tie passes other bits than the rest."""
    indptr, indices, survival = layer
    person = scratch[0][head]
    end = indptr[person + 1]
    entry = next_live(indptr[person], end, 1.0, survival, state)
    while entry < end:
        lets = kept_passing if kept[entry] else passing
        size = note_tie(head, indices[entry], lets, scratch, size, live)
        live += 1
        entry = next_live(entry + 1, end, survival[entry], survival, state)
    return size, live


@njit(cache=True, nogil=True)
def spread_bits(scratch, size, live):
    """Carry the root's bits along the live ties until nothing changes; forget the places."""
    members, masks, place_of, ties, passes = scratch
    changed = live > 0
    while changed:
        changed = False
        for tie in range(live):
            carried = masks[ties[tie, 0]] & passes[tie]
            if carried & ~masks[ties[tie, 1]] != np.uint64(0):
                masks[ties[tie, 1]] |= carried
                changed = True
    for place in range(size):
        place_of[members[place]] = -1


@njit(cache=True, nogil=True)
def append_set(all_members, all_masks, count, scratch, size):
    """Put a set behind those kept so far; the arrays grow when they are full."""
    if all_members.size - count < size:
        all_members = np.concatenate((all_members, np.empty(all_members.size + size, np.int32)))
        all_masks = np.concatenate((all_masks, np.empty(all_masks.size + size, np.uint64)))
    all_members[count : count + size] = scratch[0][:size]
    all_masks[count : count + size] = scratch[1][:size]
    return all_members, all_masks
