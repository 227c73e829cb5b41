"""What silence does: both treatments, and the check of a network on itself."""

from dataclasses import replace

import pytest

from influence.network.analysis import analyse
from influence.network.explaining import silence_sentences
from influence.network.model import NetworkError, Parameters
from influence.network.silence import reconstruct
from tests.network.test_analysis import QUICK, input_of, organisation


def half_silent(returned: bool):
    """Twelve pairs who answered, named in return or not, and six silent people named by one each."""
    there = [(2 * pair, 2 * pair + 1) for pair in range(12)]
    back = [(named, namer if returned else (named + 1) % 24) for namer, named in there]
    pairs = there + back
    pairs += [(person, 24 + person) for person in range(6)]
    return input_of([-1] + [0] * 29, pairs)


def silent_ties(data) -> set[tuple[int, int]]:
    return {
        (int(source), int(target))
        for source, target in zip(data.ties.source, data.ties.target, strict=True)
        if source >= 24
    }


def test_ties_to_the_silent_are_returned_as_often_as_those_between_people_who_answered():
    assert silent_ties(reconstruct(half_silent(returned=True))) == {(24 + p, p) for p in range(6)}
    assert silent_ties(reconstruct(half_silent(returned=False))) == set()


def test_result_states_the_other_treatment_in_figures_and_words():
    data = half_silent(returned=True)
    shown = analyse(data, QUICK)
    other = shown.silence.reconstruction
    run_so = analyse(data, replace(QUICK, silence="reconstructed"))

    assert other.silent == 6
    assert shown.scores["sphere"].mean() == pytest.approx(other.sphere, rel=0.01)
    assert run_so.scores["sphere"].mean() == pytest.approx(other.reconstructed, rel=0.01)
    assert run_so.silence.reconstruction is None
    assert any("6 people did not answer" in sentence for sentence in silence_sentences(shown.silence))


def test_network_states_its_own_tolerance():
    silence = analyse(organisation(), QUICK).silence
    correlations = [hiding.correlation for hiding in silence.hidings]

    assert [hiding.hidden for hiding in silence.hidings] == [0.1, 0.2, 0.3]
    assert correlations == sorted(correlations, reverse=True)
    assert all(0 < hiding.overlap <= 1 and hiding.lowest <= hiding.correlation for hiding in silence.hidings)
    assert sum("hidden at random" in sentence for sentence in silence_sentences(silence)) == 3


def test_unknown_treatment_is_refused_in_words():
    with pytest.raises(NetworkError, match="as_answered or reconstructed"):
        analyse(organisation(), Parameters(silence="guessed"))
