"""What the figures say, in a manager's words: sentences, ranges and the rows of the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from influence.models import Analysis
from influence.parts import PART_HELP, PART_WORDS, pieces
from influence.words import about, number, number_of, percent, spelled
from surveys.monitoring import DIRECTIONS, PERSONS


@dataclass(frozen=True)
class Figure:
    """A number of people with its standard error, its share and its range over the rates."""

    name: str
    word: str
    help: str
    people: float
    se: float
    low: float
    high: float
    everybody: int

    @property
    def share(self) -> float:
        return self.people / self.everybody if self.everybody else 0

    @property
    def people_words(self) -> str:
        return number(self.people)

    @property
    def error_words(self) -> str:
        return f"± {number(self.se, 2)}"

    @property
    def range_words(self) -> str:
        return f"{number(self.low)} to {number(self.high)}"

    @property
    def share_words(self) -> str:
        return percent(self.share)

    @property
    def sentence_words(self) -> str:
        """Share and range for a sentence: "15% (9 to 24%)"."""
        if not self.everybody:
            return self.share_words
        low, high = 100 * self.low / self.everybody, 100 * self.high / self.everybody
        return f"{self.share_words} ({low:.0f} to {high:.0f}%)"


def figure(name: str, word: str, estimate: Mapping[str, float], everybody: int, text: str = "") -> Figure:
    """One estimate of the summary, ready to be shown."""
    bounds = (estimate[key] for key in ("people", "se", "low", "high"))
    return Figure(name, word, text, *bounds, everybody)


def parts(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The five parts of everybody, each with its place in a bar of 100."""
    found = []
    for name, word in PART_WORDS.items():
        text = PART_HELP[name] + (_silent_sentence(summary) if name == "not_reached" else "")
        found.append(figure(name, word, summary["split"][name], summary["people"], text))
    bar = pieces({one.name: one.share for one in found})
    return [{"figure": one, **piece} for one, piece in zip(found, bar, strict=True)]


def _silent_sentence(summary: Mapping[str, Any]) -> str:
    silent = summary["silent"]
    return f" About {about(silent)} of them name nobody, so influence cannot move them." if silent else ""


def reaches(summary: Mapping[str, Any]) -> list[Figure]:
    """Reach through the line, through colleagues, through both, and what of it needs both."""
    words = {"leadership": "Through leadership", "influence": "Through influence", "both": "Through both"}
    found = [figure(name, word, summary["reach"][name], summary["people"]) for name, word in words.items()]
    together = summary["split"]["only_together"]
    return [*found, figure("only_together", "Of these, only together", together, summary["people"])]


def on_scale(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """Figures with their places on a common scale of 100: the value, and where its range begins and ends."""
    most = max((one.high for one in figures), default=0) or 1
    return [
        {
            "figure": one,
            "at": f"{100 * one.people / most:.2f}",
            "low": f"{100 * one.low / most:.2f}",
            "wide": f"{100 * (one.high - one.low) / most:.2f}",
        }
        for one in figures
    ]


@dataclass(frozen=True)
class Chosen:
    """Who a reach is counted from: how many leaders and champions, and how many of these sit elsewhere."""

    leaders: int
    stand_in: bool
    champions: int
    outside: int

    @property
    def leaders_words(self) -> str:
        """The leaders in a sentence."""
        who = "tops of the scope" if self.stand_in else "committed leaders"
        return f"the {who[:-1] if self.leaders == 1 and not self.stand_in else who}"


def answer(summary: Mapping[str, Any], chosen: Chosen) -> list[str]:
    """The answer of the overview in three sentences."""
    leadership, influence, both, together = reaches(summary)
    return [
        f"Leadership ties alone reach {leadership.sentence_words} of the {summary['people']:,} people, "
        f"influence ties alone {influence.sentence_words}.",
        f"Both together reach {both.sentence_words}, and about {about(together.people)} people "
        f"({about(together.low)} to {about(together.high)}) are reached only together.",
        _champions_sentence(chosen),
    ]


def _champions_sentence(chosen: Chosen) -> str:
    if not chosen.champions:
        return f"Nobody could be chosen as a champion, so {chosen.leaders_words} stand alone."
    if not chosen.leaders:
        return f"The {number_of(chosen.champions, 'champion stands', 'champions stand')} without a leader."
    outside = spelled(chosen.outside).capitalize()
    sit = "sits" if chosen.outside == 1 else "sit"
    return (
        f"{outside} of the {number_of(chosen.champions, 'champion', 'champions')} {sit} outside the "
        f"departments of {chosen.leaders_words}."
    )


def certainty(summary: Mapping[str, Any]) -> list[str]:
    """How sure the answer is: response, the model, what is proven."""
    return [
        response_sentence(summary["response_rate"]),
        "This is a model's estimate; the rates are assumptions until calibrated, and the figures in brackets "
        "show their range.",
        guarantee_sentence(summary["guarantee"]),
    ]


def response_sentence(rate: float | None) -> str:
    """What the response rate allows to say."""
    if rate is None:
        return "No survey was run, so there is no response rate."
    if rate >= PERSONS:
        return f"{percent(rate)} answered: enough to name persons."
    if rate >= DIRECTIONS:
        return f"{percent(rate)} answered: enough for directions; be careful with single persons."
    return f"Only {percent(rate)} answered: ask more people before you draw conclusions."


def guarantee_sentence(guarantee: Mapping[str, Any] | None) -> str:
    """The share of the best possible that the champion set is proven to reach."""
    if not guarantee or guarantee.get("share") is None:
        return "No share of the best possible champion set could be proven."
    return (
        f"The champion set reaches at least {percent(guarantee['share'])} of what the best possible set "
        f"of this size would, with {percent(guarantee['confidence'])} confidence."
    )


BASELINES = {
    "leaders": "The leaders alone, through both layers",
    "champions": "The champions alone",
    "random_champions": "The leaders with as many people drawn at random",
}


def baselines(analysis: Analysis) -> list[Figure]:
    """What the same model says of simpler choices, the choice made last; with ranges where they were kept."""
    summary = analysis.summary
    found = {**summary["baselines"], **analysis.results.get("baselines", {})}
    rows = [_baseline(name, word, found[name], summary["people"]) for name, word in BASELINES.items()]
    chosen = figure("both", "The leaders with these champions", summary["reach"]["both"], summary["people"])
    return [*rows, chosen]


def _baseline(name: str, word: str, estimate: Mapping[str, float], everybody: int) -> Figure:
    point = {"low": estimate["people"], "high": estimate["people"]}
    return figure(name, word, {**point, **estimate}, everybody)


def key_figures(analysis: Analysis, chosen: Chosen) -> list[dict[str, str]]:
    """The few numbers that everything else is read against."""
    summary, answered = analysis.summary, analysis.summary["response_rate"]
    leaders = "Standing in as leaders" if chosen.stand_in else "Committed leaders"
    return [
        {"word": "People in scope", "value": f"{summary['people']:,}"},
        {"word": "Ties between them", "value": f"{analysis.ties_count:,}"},
        {"word": leaders, "value": f"{chosen.leaders:,}"},
        {"word": "Champions", "value": f"{chosen.champions:,}"},
        {"word": "Response", "value": "no survey" if answered is None else percent(answered)},
    ]


def parts_title(summary: Mapping[str, Any]) -> str:
    """The finding that stands above the five parts."""
    everybody, split = summary["people"], summary["split"]
    if not everybody:
        return "Nobody is in scope"
    reached = 1 - split["not_reached"]["people"] / everybody
    together = split["only_together"]["people"] / everybody
    return f"{percent(reached)} are reached, {percent(together)} only where leadership and influence join"


PUBLISHED = (
    {
        "share": 0.03,
        "word": "3%",
        "says": "A consultancy reports that about 3% of the people shape what 85 to 90% of their colleagues "
        "think; its method is not published.",
        "source": "Innovisor, Three Percent Rule",
        "url": "https://www.innovisor.com/three-percent-rule/",
    },
    {
        "share": 0.05,
        "word": "5%",
        "says": "Over more than 300 organisations, 3 to 5% of the people gave 20 to 35% of the collaboration "
        "that others valued.",
        "source": "Cross, Rebele and Grant, Harvard Business Review, January 2016",
        "url": "https://hbr.org/2016/01/collaborative-overload",
    },
)
"""What is published for so many of the people, to stand beside the curve: other measures, no promise."""


def curve_picture(analysis: Analysis) -> dict[str, Any]:
    """What charts.js draws of the curve over champions."""
    people, curve = analysis.people_count, analysis.results.get("curve", [])
    marks = [{"champions": round(one["share"] * people), "word": one["word"]} for one in PUBLISHED]
    shown = [mark for mark in marks if 0 < mark["champions"] < len(curve)]
    return {"curve": curve, "published": shown, "people": people}


def curve_title(curve: Sequence[Mapping[str, float]]) -> str:
    """The finding that stands above the curve over the champions."""
    if len(curve) < 2:
        return "Nobody was chosen as a champion"
    first, last = curve[1]["reach"] - curve[0]["reach"], curve[-1]["reach"] - curve[-2]["reach"]
    if len(curve) == 2:
        return f"The champion adds {number(first)} people"
    return f"The first champion adds {number(first)} people, the last one {number(last)}"
