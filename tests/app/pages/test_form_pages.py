"""The pages of the form as text: both languages whole, nothing a person typed ever becomes markup, no script inside."""

from __future__ import annotations

import datetime as dt
import json
from html.parser import HTMLParser

import attrs
import pytest

from cxmaturity.app.pages.assets import asset_names
from cxmaturity.app.pages.elsewhere import elsewhere_page, qr_code
from cxmaturity.app.pages.notice import notice_page
from cxmaturity.app.pages.problems import KINDS, problem_page, waiting_page
from cxmaturity.app.pages.self_test import self_test_page
from cxmaturity.app.pages.welcome import home_page, invitation_page, open_page
from cxmaturity.assessment.values import Answer
from cxmaturity.i18n.messages import load_messages
from cxmaturity.store.values import Campaign, CampaignPlan, Invitation, Progress, Saved

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}"
ADDRESS = "http://127.0.0.1:8866/i/abc.def"
LINK = "abc.def"
STATUSES = ("saving", "saved", "kept", "unkept", "reason", "elsewhere", "refused", "expired", "closed")
ALERTS = ("expired", "expired_shared", "closed_now", "storage", "finish.failed")


class Reader(HTMLParser):
    """Reads a page as a browser would: elements with their attributes, texts by element."""

    def __init__(self, page):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        self.texts.append((self.open[-1] if self.open else "", data))

    def data(self):
        """Return the data that the page carries for its script."""
        return json.loads(next(text for tag, text in self.texts if tag == "script"))


def campaign(**changes):
    plan = CampaignPlan(
        client=changes.pop("client", "Maison Lavande"),
        controller=changes.pop("controller", "Maison Lavande SA"),
        contact=changes.pop("contact", "privacy@lavande.example"),
        deadline=dt.date(2026, 12, 18),
        retention=dt.date(2027, 6, 30),
        **{"functions": ("marketing", "executive"), "primary": "#FFD200", **changes},
    )
    return Campaign(id="lavande-2026", plan=plan, questionnaire="1", created_at=NOW)


def progress(**changes):
    def saved(question, answer, lead=""):
        return Saved(question=question, revision=3, answer=answer, lead=lead, saved_at=NOW)

    typed = changes.pop("typed", "As we say")
    answers = (
        saved("advocacy", Answer(state="level", level=4, sentence=typed, criteria=("advocacy.b",)), typed),
        saved("distinct", Answer(state="not_applicable", reason=typed)),
        saved("access", Answer(state="dont_know")),
        saved("response", Answer(state="skipped", sentence=typed)),
    )
    return Progress(**{"respondent": "r-1", "function": "marketing", "answers": answers, **changes})


def invitation(**changes):
    return Invitation(
        **{"id": "i-1", "campaign": "lavande-2026", "role": "respondent", "expires_at": NOW, **changes}
    )


def form(catalog, language="en", *, of=None, at=NOW, **changes):
    given = changes.pop("progress", progress())
    both = {"language": language, "other_languages": ("en", "fr")}
    return self_test_page(
        campaign=of or campaign(), progress=given, catalog=catalog, now=at, **both, **changes
    )


def every_page(catalog, language, text=None):
    """Yield the name and the text of every page, `text` standing wherever somebody may type."""
    of = campaign(client=text or "Maison Lavande", controller=text or "M", contact=text or "c")
    typed = (text or "As we say")[:200]
    yield (
        "form",
        form(catalog, language, of=of, progress=progress(typed=typed), problems=(typed,), form_token=LINK),
    )
    for role in ("respondent", "sponsor", "consultant"):
        yield (
            role,
            invitation_page(campaign=of, invitation=invitation(role=role), token=LINK, language=language),
        )
    yield "handed", invitation_page(campaign=of, invitation=invitation(id=""), token=LINK, language=language)
    yield (
        "desk",
        invitation_page(
            campaign=None, invitation=invitation(role="consultant"), token=LINK, language=language
        ),
    )
    yield "open", open_page(campaign=of, language=language, missing_function=True)
    yield "notice", notice_page(campaign=of, language=language)
    yield (
        "notice-named",
        notice_page(
            campaign=attrs.evolve(of, plan=attrs.evolve(of.plan, privacy="named")), language=language
        ),
    )
    yield "elsewhere", elsewhere_page(campaign=of, url=text or ADDRESS, language=language)
    yield "home", home_page(language=language)
    yield "waiting", waiting_page(language=language)
    for code in KINDS:
        yield (
            code,
            problem_page(code, language=language, params={"contact": text or "c", "client": text or "M"}),
        )


@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_hold_no_script_no_style_no_stranger(catalog, language):
    """No page has an inline script, a handler, a style, or an address outside the server; each says its language."""
    for name, page in every_page(catalog, language):
        reader = Reader(page)
        html = dict(reader.elements)["html"]
        assert language == html["lang"], name
        assert 1 == sum(tag == "h1" for tag, _ in reader.elements), name
        for tag, given in reader.elements:
            assert not [key for key in given if key.startswith("on") or key == "style"], name
            if tag == "script":
                assert "src" in given or given["type"] == "application/json", name
            assert tag != "style", name
            for key in ("src", "href", "action"):
                assert not (given.get(key) or "").startswith(("http", "//", "javascript:", "data:")), (
                    name,
                    given,
                )


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_people_type_stays_text(catalog, language):
    """Markup, quotes and template braces in a client's name or in an answer change no element of any page."""
    plain = dict(every_page(catalog, language))
    for name, page in every_page(catalog, language, HOSTILE):
        assert [tag for tag, _ in Reader(plain[name]).elements if tag != "path"] == [
            tag for tag, _ in Reader(page).elements if tag != "path"
        ], name
        assert "49" not in page or "49" in plain[name], name


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_asset_of_a_page_exists(catalog, language):
    """What a page loads is there, under the one hashed address, the client's colour included."""
    for name, page in every_page(catalog, language):
        for _, given in Reader(page).elements:
            address = given.get("src") or given.get("href") or ""
            if address.startswith("/assets/"):
                file = address.rpartition("/")[2]
                assert file in asset_names() or file == "theme-ffd200.css", name


def test_both_languages_travel_whole(catalog):
    """The form carries the same words, questions and plural forms in each language, and every element's words."""
    reader = Reader(form(catalog))
    data = reader.data()
    keys = {given["data-t"] for _, given in reader.elements if "data-t" in given}
    labels = {given["data-t-label"] for _, given in reader.elements if "data-t-label" in given}

    assert {"en", "fr"} == set(data["words"])
    assert set(data["words"]["en"]) == set(data["words"]["fr"])
    assert set() == (keys | labels) - set(data["words"]["en"])
    assert [question["id"] for question in data["questions"]["fr"]] == [q.id for q in catalog.questions]
    assert data["questions"]["fr"][1]["wording"].replace("\u2011", "-") == catalog.questions[1].wording.fr
    assert "apporte\u2011t\u2011elle" in data["questions"]["fr"][0]["wording"]
    assert "13" not in data["words"]["fr"]["app.form.closed"]


def test_every_word_that_the_scripts_ask_for_exists():
    """A key that a script says is a message: a missing one would show as an empty line."""
    import re

    from cxmaturity.app.pages.assets import STATIC

    known = set(load_messages("app"))
    asked = set()
    for script in ("cards.js", "self_test.js", "welcome.js", "language.js"):
        asked |= set(
            re.findall(
                r"""["`](app\.[a-z_]+\.[a-z_.]*[a-z_])["`]""", (STATIC / script).read_text(encoding="utf-8")
            )
        )

    asked |= {f"app.card.status.{kind}" for kind in STATUSES} | {f"app.form.{kind}" for kind in ALERTS}

    assert len(asked) > len(STATUSES) + len(ALERTS)
    assert set() == asked - known


def test_answers_are_in_the_page_without_a_script(catalog):
    """Levels, reasons, sentences, ticks and leads that were saved are in the HTML, with the revision they had."""
    inputs = [given for tag, given in Reader(form(catalog)).elements if tag == "input"]
    checked = {(given["name"], given["value"]) for given in inputs if "checked" in given}
    values = {
        given["name"]: given["value"]
        for given in inputs
        if given["type"] in {"text", "hidden"} and "name" in given
    }

    assert {
        ("function", "marketing"), ("advocacy.choice", "4"), ("advocacy.criteria", "advocacy.b"),
        ("distinct.choice", "not_applicable"), ("access.choice", "dont_know"),
    } == checked  # fmt: skip
    assert "As we say" == values["advocacy.sentence"] == values["advocacy.lead"] == values["distinct.reason"]
    assert ("3", "0") == (values["advocacy.base"], values["trust.base"])


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        ({"function": None}, "function"),
        ({}, "response"),
        ({"answers": ()}, "advocacy"),
        ({"finished_at": NOW}, "review"),
    ],
)
def test_the_form_opens_where_the_person_stopped(catalog, changes, step):
    """First the function if it is asked, then the first gap, and the review once finished."""
    here = [
        given["id"]
        for _, given in Reader(form(catalog, progress=progress(**changes))).elements
        if "data-current" in given
    ]

    assert [step] == here


def test_a_closed_campaign_is_read_only(catalog):
    """After the deadline every field is disabled, no answer can be sent, and the closing day is told."""
    late = NOW + dt.timedelta(days=60)
    page = form(catalog, at=late)
    fields = [
        given
        for tag, given in Reader(page).elements
        if tag == "input" and given.get("type") in {"radio", "checkbox", "text"}
    ]
    by_hand = attrs.evolve(campaign(), closed_at=NOW)

    assert fields
    assert [] == [given for given in fields if "disabled" not in given and given.get("name")]
    assert "18\u00a0December 2026" in page
    assert "data-bar" not in page
    assert "22\u00a0November 2026" in form(catalog, of=by_hand)


def test_a_quick_campaign_asks_for_levels_only(catalog):
    """In quick mode there are neither criteria nor leads to a proof."""
    quick = Reader(form(catalog, of=campaign(mode="quick")))
    names = {given.get("name", "") for _, given in quick.elements}

    assert not [name for name in names if name and name.endswith((".criteria", ".lead"))]
    assert "advocacy.sentence" in names


def test_a_person_who_has_begun_is_not_asked_again(catalog):
    """A link to another device asks for no function once it is known, and asks when it is not."""

    def functions(**changes):
        page = invitation_page(
            campaign=campaign(), invitation=invitation(**changes), token=LINK, language="en", catalog=catalog
        )
        return sum(given.get("name") == "function" for _, given in Reader(page).elements)

    assert (2, 2, 0, 0) == (
        functions(), functions(id=""), functions(id="", function="marketing"), functions(opened_at=NOW, function="executive"),
    )  # fmt: skip


def test_an_unknown_trouble_is_told_as_ours():
    """A code that nobody explained gives the page of a fault of ours, with the code for who helps."""
    page = problem_page("store.something_new", language="en")

    assert "Something went wrong on our side" in page
    assert "store.something_new" in page


def test_what_was_asked_in_vain_is_told_by_its_own_sentence():
    """A code without a page of its own, whose sentence is known: that sentence, not a fault of ours."""
    page = problem_page("store.reminders_spent", language="en", params={"said": "she was reminded twice."})

    assert "<h1>That could not be done</h1>" in page
    assert "She was reminded twice." in page


@pytest.mark.parametrize(
    "code", ["access.unknown", "access.expired", "access.revoked", "access.used", "access.full"]
)
@pytest.mark.parametrize(
    ("language", "heading"), [("en", "How to get a new link"), ("fr", "Comment obtenir un nouveau lien")]
)
def test_a_lost_link_says_how_to_get_a_new_one(code, language, heading):
    """Every refusal of a link says what happened, how to get a new link, and whom to write to."""
    page = problem_page(code, language=language, params={"contact": "privacy@lavande.example"})

    assert heading in page
    assert "privacy@lavande.example" in page


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "because the person asked for it"), ("fr", "parce que la personne l’a demandé")],
)
def test_an_erased_link_says_that_the_answers_were_erased(language, said):
    """It speaks of no cut address, promises no kept answers, and offers no way to them."""
    page = problem_page("access.erased", language=language)

    assert said in page
    assert not any(word in page for word in ("How to get a new link", "Comment obtenir", "cxm-button"))


@pytest.mark.parametrize("code", ["access.used", "access.closed", "app.not_found"])
def test_the_way_back_is_offered_only_to_a_device_that_has_one(code):
    """Without a session there is no self-test to go to, so no button leads there."""
    offered = {
        known: "Go to my self-test" in problem_page(code, language="en", params={"known": known})
        for known in (True, False)
    }

    assert {True: True, False: False} == offered


def test_the_code_is_the_address():
    """The drawn path, read back square by square, is the QR code of the address, quiet zone included."""
    import re

    import segno

    drawn = qr_code(ADDRESS)
    squares = {
        (int(x) + step, int(float(y)))
        for x, y, length in re.findall(r"M(\d+) ([\d.]+)h(\d+)", drawn["path"])
        for step in range(int(length))
    }
    expected = {
        (x, y)
        for y, row in enumerate(segno.make_qr(ADDRESS, error="m").matrix_iter(border=4))
        for x, dark in enumerate(row)
        if dark
    }

    assert expected == squares
    assert drawn["size"] == len(list(segno.make_qr(ADDRESS, error="m").matrix_iter(border=4)))
