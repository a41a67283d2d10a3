"""The rules of the lint, each with its id, severity and words: the one list that checks, tests and documents read.

Ids keep the families of the reference: E a document that contradicts itself, C a map that is not the customer's, P personas,
V evidence, B what the company does with it, G size, D waivers. The rules of the listening plan (S) come with the plan.
The French stands in ``content/errors/journey.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Any, Final, Self

import attrs

from cxmaturity.core.problems import Problem, Severity

Path = tuple[str | int, ...]


@attrs.frozen(kw_only=True)
class Rule:
    """One rule: `id` such as ``V402``, what it says, what to do, and whether a team may accept its findings.

    A rule without which the map cannot be computed or drawn (an unknown reference, an id used twice) cannot be waived.
    """

    code: str
    template: str
    hint: str
    severity: Severity
    waivable: bool = True

    @classmethod
    def of(
        cls, code: str, template: str, *, severity: Severity, hint: str = "", waivable: bool = True
    ) -> Self:
        """Declare a rule; the code and the words stand first, where the test of translations looks for them."""
        return cls(code=code, template=template, hint=hint, severity=severity, waivable=waivable)

    @property
    def id(self) -> str:
        """The id that people write in a waiver."""
        return self.code.rpartition(".")[2].upper()

    def found(self, at: str, path: Iterable[str | int], **params: Any) -> Problem:
        """Return a finding of this rule about the thing whose id is `at`."""
        return Problem(
            code=self.code,
            template=self.template,
            hint=self.hint,
            params={**params, "rule": self.id, "at": at},
            path=path,
            severity=self.severity,
        )


_DECLARED: Final = (
    Rule.of(
        "journey.e101",
        "'{got}' is the name of no {kind}; known: {known}.",
        hint="Write one of the known names, or declare '{got}'.",
        severity="error",
        waivable=False,
    ),
    Rule.of(
        "journey.e102",
        "the id '{at}' is given to {n} things of one kind ({thing}); expected one.",
        hint="Give this one an id that nothing else has; afterwards it never changes.",
        severity="error",
        waivable=False,
    ),
    Rule.of(
        "journey.e103",
        "{thing}: {got} is out of scale; expected {expected}.",
        hint="Correct the number; a measure keeps the scale that it was made on.",
        severity="error",
        waivable=False,
    ),
    Rule.of(
        "journey.e104",
        "the event '{at}' has no channel.",
        hint="Say through which channel it happens; an event that the customer does not see needs none.",
        severity="error",
        waivable=False,
    ),
    Rule.of(
        "journey.e105",
        "the touchpoint '{touchpoint}' stands in two stages, '{first}' and '{second}'.",
        hint="A touchpoint is a stage and a channel: give each stage its own.",
        severity="error",
        waivable=False,
    ),
    Rule.of(
        "journey.e106",
        "these events lead only to each other, nobody ever leaves: {events}.",
        hint="Let one of them lead to a later event or to 'end' (next).",
        severity="error",
        waivable=False,
    ),
    Rule.of(
        "journey.e107",
        "the date {date} is after the date of the report ({as_of}).",
        hint="Correct it, or the date of the report (as_of).",
        severity="error",
    ),
    Rule.of(
        "journey.e108",
        "the survey measure '{at}' does not say how many people answered.",
        hint="Give n; without it nobody can tell a result from an anecdote.",
        severity="error",
    ),
    Rule.of(
        "journey.c201",
        "'{at}' is an internal process, in the customer's view of '{journey}'.",
        hint="Remove it, or draw this journey as a blueprint (view: blueprint).",
        severity="error",
    ),
    Rule.of(
        "journey.c202",
        "'{word}' is a word of the company, in the customer's view of '{journey}'.",
        hint="Say it as the customer would.",
        severity="warning",
    ),
    Rule.of(
        "journey.c203",
        "the customer does nothing in the stage '{at}'.",
        hint="Add what the customer does there, or join the stage to its neighbour.",
        severity="warning",
    ),
    Rule.of(
        "journey.c204",
        "the customer pays {charge} {currency} at '{at}', and no price was shown before.",
        hint="Say where the price is shown (price_shown), or add it to the journey.",
        severity="warning",
    ),
    Rule.of(
        "journey.c205",
        "{n} events and not one pain: this journey is the happy path only.",
        hint="Ask the front line and the complaints what goes wrong.",
        severity="warning",
    ),
    Rule.of(
        "journey.p301",
        "the persona '{at}' has no journey.",
        hint="Map one, or set the persona aside.",
        severity="warning",
    ),
    Rule.of(
        "journey.p302",
        "the journey '{at}' has no persona: whose journey is it?",
        hint="Name at least one persona.",
        severity="warning",
    ),
    Rule.of(
        "journey.p303",
        "there are {n} personas; beyond {limit} nobody remembers them.",
        hint="Join those who expect and do the same things.",
        severity="warning",
    ),
    Rule.of(
        "journey.p304",
        "the persona '{at}' was last reviewed on {date}, {months} months ago.",
        hint="Hold it against recent facts, then change the date.",
        severity="warning",
    ),
    Rule.of(
        "journey.p305",
        "nothing said of the persona '{at}' is a fact with its source: it is a hypothesis.",
        hint="Mark as facts what a source confirms.",
        severity="advice",
    ),
    Rule.of(
        "journey.p306",
        "the persona '{at}' has an identity card and no goal: that is a stereotype.",
        hint="Say what these customers want to get done.",
        severity="warning",
    ),
    Rule.of(
        "journey.v401",
        "nothing was measured in the stage '{at}'.",
        hint="Look for a survey, complaints, web statistics, or ask the front line.",
        severity="warning",
    ),
    Rule.of(
        "journey.v402",
        "the measure '{at}' does not give: {missing}.",
        hint="Fill it in: a number without it cannot be defended in a meeting.",
        severity="warning",
    ),
    Rule.of(
        "journey.v403",
        "the latest measure of '{event}' is of {date}, {months} months ago.",
        hint="Measure again; old evidence weighs less each month.",
        severity="warning",
    ),
    Rule.of(
        "journey.v404",
        "the measure '{at}' rests on {n} answers and gives no spread: no interval can be drawn.",
        hint="Give sd or the counts per level (promoters and detractors for an NPS).",
        severity="warning",
    ),
    Rule.of(
        "journey.v405",
        "the moment of truth '{at}' rests on hypotheses only ({persona}).",
        hint="Measure it before deciding anything on it.",
        severity="warning",
    ),
    Rule.of(
        "journey.v406",
        "peak-end ({peak_end}) and mean ({mean}) of '{at}' tell two stories ({persona}).",
        hint="Show both; customers remember by both about equally well.",
        severity="advice",
    ),
    Rule.of(
        "journey.v407",
        "at '{event}' two sources contradict each other: {first} and {second}; their intervals do not meet.",
        hint="Find out whether they asked the same people the same thing.",
        severity="warning",
    ),
    Rule.of(
        "journey.b601",
        "the opportunity '{at}' does not say which benefit it would move (kpi).",
        hint="Choose one: {known}.",
        severity="warning",
    ),
    Rule.of(
        "journey.b602",
        "nobody owns '{at}', which has a pain or an opportunity.",
        hint="Name who can act on it (owner): an actor, a team or a person.",
        severity="warning",
    ),
    Rule.of(
        "journey.b603",
        "the KPI '{at}' is the aim of an opportunity, and no touchpoint carries it.",
        hint="Say at which touchpoints it can be seen to move (kpis).",
        severity="advice",
    ),
    Rule.of(
        "journey.b604",
        "in '{at}' money goes where there is least to gain: rank correlation {correlation} over {n} stages.",
        hint="Discuss the split of the investment before adding to it.",
        severity="warning",
    ),
    Rule.of(
        "journey.b605",
        "the campaign '{campaign}' at '{at}' has no target.",
        hint="Say which persona or target it aims at (target).",
        severity="warning",
    ),
    Rule.of(
        "journey.b606",
        "'{data}' is collected at '{at}' without: {missing}.",
        hint="Fill it in: the register of processing needs it (GDPR, articles 5, 6 and 30).",
        severity="warning",
    ),
    Rule.of(
        "journey.b607",
        "'{data}' is asked for {n} times in '{journey}', again at '{at}'.",
        hint="Ask once and pass it on.",
        severity="advice",
    ),
    Rule.of(
        "journey.b608",
        "'{text}' is not given in {language} ({n} of {total} texts stand in one language only).",
        hint="Write it in both languages; until then it is shown as it is.",
        severity="warning",
    ),
    Rule.of(
        "journey.g701",
        "'{at}' has too many {thing}: {n}; beyond {limit} it cannot be read.",
        hint="Split or summarise.",
        severity="warning",
    ),
    Rule.of(
        "journey.d801",
        "the waiver of {got} at '{at}' gives no reason: it is refused.",
        hint="Say why the team accepts it.",
        severity="error",
        waivable=False,
    ),
    Rule.of(
        "journey.d802",
        "'{got}' is no rule that can be waived; those that can: {known}.",
        hint="Write the id that stands in front of the finding.",
        severity="error",
        waivable=False,
    ),
    Rule.of(
        "journey.d803",
        "there is nothing to waive: {got} finds nothing at '{at}'.",
        hint="Correct the rule or the id, or remove the waiver.",
        severity="warning",
        waivable=False,
    ),
)
RULES: Final = MappingProxyType({rule.id: rule for rule in _DECLARED})
"""Every rule by id, in the order of the reference."""
