"""The objects of the results, field by field, as the schema describes them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bpm_influence.rest.strictness import PageQuery, StrictSerializer
from influence.models import Group, PlannedChampion
from influence.parameters import PARAMETERS
from influence.results import SCORE_FIELDS
from orgchart.api import FaultFields

FIELD_TYPES = {
    int: serializers.IntegerField,
    float: serializers.FloatField,
    bool: serializers.BooleanField,
    str: serializers.CharField,
}
GROUPS = [group.value for group in Group]
STATES = [state.value for state in PlannedChampion.State]
JOB_STATES = ["queued", "running", "done", "failed", "cancelled"]
LARGEST_CHAMPIONS = 10_000
LONGEST_SEARCH = 200
EXAMPLES = {"cut": 80, "champions": 18}


def described(kind: type, text: str, *, null: bool = False, **options: Any) -> serializers.Field:
    """A read-only field with its description; ``null`` where the figure may be undefined."""
    return FIELD_TYPES[kind](read_only=True, allow_null=null, help_text=text, **options)


def _parameter_field(parameter) -> serializers.Field:
    bounds = {} if parameter.low is None else {"min_value": parameter.low, "max_value": parameter.high}
    default = "the initiative's own" if parameter.name == "cut" else parameter.default
    text = parameter.help if default is None else f"{parameter.help} Default: {default}."
    text = f"{text} Example: {EXAMPLES.get(parameter.name, parameter.default)}."
    return FIELD_TYPES[parameter.kind](required=False, allow_null=True, help_text=text, **bounds)


class ParametersSerializer(StrictSerializer):
    """The knobs of an analysis; what is left out or null has its default."""

    def get_fields(self):
        """One field per parameter of the engine."""
        return {parameter.name: _parameter_field(parameter) for parameter in PARAMETERS}


class AnalysisRequestSerializer(StrictSerializer):
    """What to analyse with; an empty object means every default."""

    parameters = ParametersSerializer(required=False, help_text="The knobs of the analysis.")


class AnalysisSerializer(serializers.Serializer):
    """One run over one network, and how far it is."""

    id = described(int, "Number of the analysis. Example: 7.")
    state = serializers.ChoiceField(
        JOB_STATES, read_only=True, help_text="How far it is; results exist once it is done."
    )
    progress = described(
        float, "Share of the work done, from 0 to 1. Example: 0.45.", min_value=0, max_value=1
    )
    message = described(str, "What it is doing, or why it failed. Example: Sampling cascades.")
    attempt = described(int, "How often it was begun; above 1 after a worker was lost. Example: 1.")
    url = serializers.URLField(read_only=True, help_text="Where to ask for it again.")
    parameters = ParametersSerializer(read_only=True, help_text="The knobs it runs with.")
    people = described(int, "People in scope; 0 until it is done. Example: 600.")
    ties = described(int, "Ties between them; 0 until it is done. Example: 3215.")
    created_at = serializers.DateTimeField(read_only=True, help_text="When it was asked for, ISO 8601, UTC.")
    finished_at = serializers.DateTimeField(
        read_only=True,
        allow_null=True,
        help_text="When its results were complete, ISO 8601, UTC; null before.",
    )


class TieSerializer(StrictSerializer):
    """One nomination: the source names the target."""

    source = serializers.CharField(
        max_length=320, help_text="Who names: employee id or email. Example: 100002."
    )
    target = serializers.CharField(
        max_length=320, help_text="Who is named: employee id or email. Example: 100347."
    )
    relation = serializers.CharField(
        max_length=60, required=False, default="influence", help_text="What the tie means. Example: advice."
    )
    strength = serializers.FloatField(
        required=False,
        default=1.0,
        help_text="How strong, above 0; scaled by the largest of its relation in this request. Example: 3.",
    )


class TieFileSerializer(StrictSerializer):
    """A file of ties: CSV or XLSX with the columns source, target and, if wanted, relation and strength."""

    file = serializers.FileField(help_text="The file; its format is judged by its content.")
    label = serializers.CharField(
        required=False,
        max_length=255,
        help_text="What the ties are filed under: loading again under a label replaces what it brought. "
        "Default: the file's name. Example: spring round.",
    )


class TieQuery(StrictSerializer):
    """Where ties sent as JSON are filed."""

    label = serializers.CharField(
        required=False,
        max_length=255,
        help_text="What the ties are filed under: loading again under a label replaces what it brought. "
        "Default: api. Example: workshop.",
    )


class TieReportSerializer(serializers.Serializer):
    """What a file of ties brought."""

    ties = described(int, "Ties stored under the label. Example: 3215.")
    people = described(int, "People who name or are named. Example: 590.")
    written = described(bool, "Whether the ties were stored.")
    errors = FaultFields(many=True, read_only=True, help_text="Empty: with an error nothing is stored.")
    warnings = FaultFields(many=True, read_only=True, help_text="What to know; nothing was stopped by it.")


class GroupCountsSerializer(serializers.Serializer):
    """How many people stand in each group."""

    leading_influencer = described(int, "People high on both scores. Example: 61.")
    leader_without_reach = described(int, "People high on leadership only. Example: 59.")
    hidden_influencer = described(int, "People high on influence only. Example: 58.")
    audience = described(int, "Everybody else. Example: 422.")


class RangedSerializer(serializers.Serializer):
    """A number of people with its uncertainty."""

    people = described(float, "Expected number of people. Example: 143.2.")
    se = described(float, "Standard error in people. Example: 0.9.")
    low = described(
        float, "Lowest where the rates go from two thirds to four thirds of their values, in people."
    )
    high = described(
        float, "Highest where the rates go from two thirds to four thirds of their values, in people."
    )


class EstimateSerializer(serializers.Serializer):
    """A number of people with its standard error."""

    people = described(float, "Expected number of people. Example: 143.2.")
    se = described(float, "Standard error in people. Example: 0.9.")


class ReachSerializer(serializers.Serializer):
    """What committed leaders and champions reach."""

    leadership = RangedSerializer(read_only=True, help_text="Through the leadership layer.")
    influence = RangedSerializer(read_only=True, help_text="Through the influence layer.")
    both = RangedSerializer(read_only=True, help_text="Through both layers together.")


class SplitSerializer(serializers.Serializer):
    """Everybody in one of five parts; the people add up to those in scope."""

    leadership_only = RangedSerializer(read_only=True, help_text="Reached by leadership, not by influence.")
    influence_only = RangedSerializer(read_only=True, help_text="Reached by influence, not by leadership.")
    either = RangedSerializer(read_only=True, help_text="Reached by each of the two alone.")
    only_together = RangedSerializer(
        read_only=True, help_text="Reached by neither alone, only by both together."
    )
    not_reached = RangedSerializer(read_only=True, help_text="Not reached.")


class BaselinesSerializer(serializers.Serializer):
    """What the reach is to be compared with."""

    leaders = EstimateSerializer(read_only=True, help_text="The committed leaders alone, both layers.")
    champions = EstimateSerializer(read_only=True, help_text="The champions alone, both layers.")
    random_champions = EstimateSerializer(
        read_only=True, help_text="Leaders and as many eligible people by chance: mean of 20 sets."
    )


class GuaranteeSerializer(serializers.Serializer):
    """How close the champion set is proven to be to the best possible one."""

    share = described(float, "Proven share of the best possible gain, 0 to 1. Example: 0.93.")
    confidence = described(float, "Confidence of that statement, 0 to 1. Example: 0.998.")
    method = described(str, "The bound that it rests on. Example: data-dependent bound.")


class SummarySerializer(serializers.Serializer):
    """The key figures of an initiative's newest finished analysis."""

    people = described(int, "People in scope. Example: 600.")
    response_rate = described(
        float, "Share of those asked who answered, 0 to 1; null without a survey.", null=True
    )
    groups = GroupCountsSerializer(read_only=True, help_text="People by group.")
    reach = ReachSerializer(read_only=True, help_text="Three reaches of leaders and champions.")
    split = SplitSerializer(read_only=True, help_text="The five parts of the scope.")
    silent = described(float, "People not reached who named nobody. Example: 98.4.")
    baselines = BaselinesSerializer(read_only=True, help_text="What to compare with.")
    guarantee = GuaranteeSerializer(
        read_only=True,
        allow_null=True,
        help_text="Proven quality of the champion set; null without champions.",
    )
    analysis = described(int, "Number of the analysis. Example: 7.")


class ScoreSerializer(serializers.Serializer):
    """One person's figures in one analysis. They describe a network, not the worth of a person."""

    employee_id = described(str, "Employee id. Example: 100328.")
    name = described(str, "Name. Example: Joris Mulder.")
    title = described(str, "Job title. Example: Accounts Payable Specialist.")
    department = described(str, "Department; empty where the chart has none. Example: Finance.")
    level = described(int, "Level in the org chart; the top is 1. Example: 5.")
    span = described(int, "Direct reports, people. Example: 0.")
    headcount = described(int, "Everyone below, people. Example: 0.")
    positional_authority = described(
        float, "Percentile of people below in scope, 0 to 100. Example: 41.9.", null=True
    )
    exercised_leadership = described(
        float,
        "Percentile of being named as giving direction, 0 to 100; null where nobody was asked.",
        null=True,
    )
    leadership = described(float, "Leadership score, percentile, 0 to 100. Example: 35.2.", null=True)
    in_degree = described(int, "Distinct people who name the person. Example: 63.", null=True)
    pagerank = described(float, "PageRank, sums to 1 over the scope. Example: 0.018.", null=True)
    authority = described(float, "HITS authority, sums to 1 over the scope. Example: 0.04.", null=True)
    betweenness = described(float, "Share of shortest paths that pass, 0 to 1. Example: 0.02.", null=True)
    harmonic = described(float, "Harmonic closeness, a sum over people. Example: 211.5.", null=True)
    core = described(int, "k-core number. Example: 9.", null=True)
    constraint = described(float, "Burt's constraint; null without ties. Example: 0.05.", null=True)
    effective_size = described(
        float, "Burt's effective size, people; null without ties. Example: 58.1.", null=True
    )
    ei_index = described(
        float, "Ties outside minus inside the department, -1 to 1. Example: 0.45.", null=True
    )
    community = described(int, "Number of the community (Leiden). Example: 3.", null=True)
    sphere = described(float, "Sphere of influence, people, oneself included. Example: 24.6.", null=True)
    sphere_se = described(float, "Standard error of the sphere, people. Example: 0.2.", null=True)
    sphere_outside_line = described(
        float, "Sphere outside the own reporting line, people. Example: 20.1.", null=True
    )
    sphere_outside_department = described(
        float, "Sphere outside the own department, people; null without one. Example: 14.", null=True
    )
    influence = described(float, "Influence score, percentile, 0 to 100. Example: 99.9.", null=True)
    group = serializers.ChoiceField(
        GROUPS, read_only=True, allow_null=True, help_text="Which of the four groups."
    )
    leadership_rank = described(int, "Rank by leadership; 1 is highest. Example: 412.", null=True)
    influence_rank = described(int, "Rank by influence; 1 is highest. Example: 1.", null=True)
    influence_rank_low = described(int, "Best rank of the 90% interval. Example: 1.", null=True)
    influence_rank_high = described(int, "Worst rank of the 90% interval. Example: 3.", null=True)
    group_confidence = described(float, "Probability of the group, 0 to 1. Example: 0.98.", null=True)


class ChampionSerializer(serializers.Serializer):
    """One champion, with the leader who moves them first."""

    rank = described(int, "Place in the list, from 1. Example: 1.")
    employee_id = described(str, "Employee id. Example: 100328.")
    name = described(str, "Name. Example: Joris Mulder.")
    email = described(str, "Email address; empty where the chart has none. Example: joris@company.example.")
    department = described(str, "Department. Example: Finance.")
    group = serializers.ChoiceField(
        GROUPS, read_only=True, allow_null=True, help_text="Which of the four groups; null outside the scope."
    )
    marginal_reach = described(
        float, "People reached on top of the leaders and the champions before. Example: 11.9.", null=True
    )
    cumulative_reach = described(
        float, "People reached by leaders and champions up to here. Example: 86.3.", null=True
    )
    sphere = described(float, "Sphere of influence, people. Example: 24.6.", null=True)
    confidence = described(
        float, "Share of resamples that choose this person, 0 to 1. Example: 0.99.", null=True
    )
    follows = described(
        str,
        "Employee id of the leader who moves them most often; null: nobody yet. Example: 100347.",
        null=True,
    )
    follows_probability = described(
        float, "How often that leader reaches them, 0 to 1. Example: 0.12.", null=True
    )
    state = serializers.ChoiceField(STATES, read_only=True, help_text="How far the champion has been won.")
    why = described(str, "Why this person, in words. Example: Named by 57 people.")
    analysis = described(int, "Number of the analysis. Example: 7.")


class EdgeSerializer(serializers.Serializer):
    """One stored tie, in its own direction: the source names the target."""

    source = described(str, "Employee id of who names. Example: 100002.")
    target = described(str, "Employee id of who is named. Example: 100347.")
    relation = described(str, "What the tie means. Example: advice.")
    strength = described(float, "Strength, above 0, at most 1. Example: 0.67.")
    count = described(int, "How often it was seen in an event log; null for answers. Example: 12.", null=True)


class NetworkSerializer(serializers.Serializer):
    """The network of an initiative's scope."""

    nodes = ScoreSerializer(many=True, read_only=True, help_text="Everybody in scope, as in the scores.")
    edges = EdgeSerializer(many=True, read_only=True, help_text="One edge per stored tie.")


class TableFormatQuery(PageQuery):
    """A list that is also to be had as a table."""

    format = serializers.ChoiceField(
        ["json", "csv"],
        required=False,
        default="json",
        help_text="json, or csv for the whole list as one table. Example: csv.",
    )


class ScoreQuery(TableFormatQuery):
    """Which scores, in which order."""

    group = serializers.ChoiceField(
        GROUPS,
        required=False,
        allow_blank=True,
        help_text="Only this group; empty: all four. Example: audience.",
    )
    department = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=300,
        help_text="Only this department and its sub-units. Example: Finance.",
    )
    search = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=LONGEST_SEARCH,
        help_text="Parts of a name, in any order. Example: mulder jor.",
    )
    ordering = serializers.ChoiceField(
        [sign + field for field in SCORE_FIELDS for sign in ("", "-")],
        required=False,
        default="-influence",
        help_text="A field of the score, with - in front for the largest first. Example: -sphere.",
    )


class ChampionQuery(TableFormatQuery):
    """Which champions."""

    k = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=LARGEST_CHAMPIONS,
        help_text="The first so many, extended from the stored samples where the analysis chose fewer. "
        "Example: 10.",
    )
    state = serializers.ChoiceField(
        STATES, required=False, help_text="Only those in this state of the plan. Example: agreed."
    )


class NetworkQuery(StrictSerializer):
    """As which kind of file."""

    format = serializers.ChoiceField(
        ["json", "graphml", "gexf", "csv"],
        required=False,
        default="json",
        help_text="json, graphml, gexf or csv. Example: graphml.",
    )
