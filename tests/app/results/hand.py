"""A campaign, a respondent and a group, made by hand; and a reader of pages that shares no code with the writer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import attrs
import lxml.html

from cxmaturity.app.server.results import group_result, own_result
from cxmaturity.assessment.values import Answer, AssessmentResult, Response, Wave
from cxmaturity.catalog import Catalog
from cxmaturity.store.values import Campaign, CampaignPlan, Invitation, Participation, Progress, Saved

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
AS_OF = NOW.date()
HOSTILE = '</title></script><script>alert("x")</script>\'"><img src=x onerror=alert(1)>{{7*7}}#eval("1")$x$ & \u202eéà'
"""What an attacker types wherever text is taken; 104 characters, so that it fits every field."""


def a_campaign(**changes: Any) -> Campaign:
    """Return an open campaign; `changes` go to its plan."""
    plan = {
        "client": "Maison Lavande",
        "controller": "Maison Lavande SAS",
        "contact": "dpo@maison-lavande.example",
        "deadline": dt.date(2026, 12, 15),
        "retention": dt.date(2027, 3, 31),
        "functions": ("marketing", "service", "sales"),
    }
    return Campaign(
        id="lavande-2026",
        plan=CampaignPlan(**{**plan, **changes}),
        questionnaire="1",
        created_at=NOW - dt.timedelta(days=9),
    )


def a_progress(answers: Iterable[tuple[str, Answer]], *, lead: str = "", finished: bool = True) -> Progress:
    """Return where a respondent stands after these answers."""
    return Progress(
        respondent="r-secret-id",
        function="marketing",
        answers=(
            Saved(question=question, revision=1, answer=answer, lead=lead, saved_at=NOW)
            for question, answer in answers
        ),
        finished_at=NOW if finished else None,
    )


def level(number: int, **more: Any) -> Answer:
    """Return the answer of a level."""
    return Answer(state="level", level=number, **more)


MIXED: tuple[tuple[str, Answer], ...] = (
    ("advocacy", level(2)),
    ("distinct", level(3)),
    ("access", level(4)),
    ("response", level(1)),
    ("trust", Answer(state="dont_know")),
    ("alignment", level(2)),
    ("community", Answer(state="not_applicable", reason="No community in B2B")),
)


@attrs.frozen(kw_only=True)
class Case:
    """Everything a page of one's own result is made from."""

    campaign: Campaign
    progress: Progress
    own: AssessmentResult
    group: AssessmentResult | None


def a_case(
    catalog: Catalog,
    answers: Iterable[tuple[str, Answer]] = MIXED,
    group: Iterable[Response] = (),
    *,
    lead: str = "",
    finished: bool = True,
    **plan: Any,
) -> Case:
    """Return a case: answers in, everything scored out."""
    campaign = a_campaign(**plan)
    progress = a_progress(answers, lead=lead, finished=finished)
    own = own_result(progress, campaign, catalog, as_of=AS_OF)
    return Case(campaign=campaign, progress=progress, own=own, group=score(campaign, group, catalog))


def score(campaign: Campaign, people: Iterable[Response], catalog: Any) -> AssessmentResult | None:
    """Score a group as the server does, None without anybody."""
    responses = tuple(people)
    if not responses:
        return None
    wave = Wave(id=campaign.id, date=AS_OF, version="1", responses=responses)
    return group_result(wave, campaign, catalog, as_of=AS_OF)


def people(count: int, *, sentence: str = "", reason: str = "") -> tuple[Response, ...]:
    """Return people of three functions: trust in two camps, access in consensus, marketing a level above.

    One in six does not know about advocacy; everybody has a sentence on distinct when one is given, and says
    why community is not applicable when a reason is.
    """
    functions = ("marketing", "service", "sales")
    found = []
    for number in range(count):
        function = functions[number % 3]
        above = int(function == "marketing")
        answers = {
            "advocacy": Answer(state="dont_know") if number % 6 == 5 else level(2 + above),
            "distinct": level(2 + above + number % 2, sentence=sentence and f"{sentence}{number}"),
            "access": level(3),
            "response": level(1 + number % 4),
            "trust": level(1 if (number // 3) % 2 else 5),
            "alignment": level(4 + above),
            "community": Answer(state="not_applicable", reason=reason) if reason else level(2 + above),
        }
        found.append(Response(respondent=f"p-{number}", function=function, answers=answers))
    return tuple(found)


def participation(**changes: Any) -> Participation:
    """Return numbers of participation."""
    usual = {
        "invited": 32,
        "opened": 29,
        "started": 27,
        "finished": 24,
        "by_function": (("marketing", 8), ("service", 8), ("sales", 8)),
        "last_saved_at": NOW,
    }
    return Participation(**{**usual, **changes})


def invitation(number: int, **changes: Any) -> Invitation:
    """Return an invitation that nobody has opened."""
    usual = {
        "id": f"inv-{number}",
        "campaign": "lavande-2026",
        "role": "respondent",
        "expires_at": NOW + dt.timedelta(days=10),
        "label": f"Person {number}",
    }
    return Invitation(**{**usual, **changes})


@attrs.frozen(kw_only=True)
class Read:
    """A page as a browser would have it."""

    root: Any

    def all(self, path: str) -> list[Any]:
        """Return the elements of an XPath."""
        return list(self.root.xpath(path))

    def texts(self, path: str) -> list[str]:
        """Return the text of each element, blanks as one space; no-break spaces stay."""
        return [" ".join(found.text_content().split(None)) for found in self.all(path)]

    def own_levels(self) -> dict[str, str]:
        """Return question to level of the table of one's own result, "" where there is none."""
        return {row.get("data-question"): row.get("data-level") for row in self.all("//tr[@data-level]")}

    @property
    def text(self) -> str:
        """The text of the body."""
        return self.texts("//body")[0]


def read(html: str) -> Read:
    """Parse a page with lxml, which our templates do not use."""
    return Read(root=lxml.html.document_fromstring(html))
