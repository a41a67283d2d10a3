"""A small atlas with everything in it, a picture drawn by hand with the agreed attributes, and Debian's Chromium."""

from __future__ import annotations

import datetime as dt
import html

import attrs
import pytest

from cxmaturity.charts.chart import ChartTable
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.journey.analyse import analyse
from cxmaturity.journey.values import (
    Actor,
    Atlas,
    BrandPromise,
    Campaign,
    Channel,
    Emotion,
    Event,
    Expectation,
    Investment,
    Journey,
    Measure,
    Opportunity,
    Pain,
    Persona,
    PersonalData,
    Product,
    Score,
    Stage,
    System,
    Words,
)

AS_OF = dt.date(2026, 11, 22)
HOSTILE = '<script>alert(1)</script> =HYPERLINK("http://x.example") \u202eevil & "quoted" \\'


def said(en, fr=""):
    """Return a text in both languages."""
    return Words(en=en, fr=fr or f"{en} (fr)")


def measure(name, value, metric="csat5", **more):
    """Return a survey of the summer."""
    given = {"n": 212, "sd": 1.0, "date": dt.date(2026, 6, 30), "kind": "survey", "source": "web-q2", **more}
    return Measure(id=name, metric=metric, value=value, **given)


def atlas(hostile=""):
    """Return two stages, five events: each attribute that a page can filter on occurs."""
    extra = f" {hostile}" if hostile else ""
    events = (
        Event(
            id="see-post",
            by="brand",
            action=said(f"Sees a post{extra}", f"Voit une publication{extra}"),
            channel="social_media",
            satisfaction=[measure("m-post", 0.5, "expert", n=None, sd=None, kind="workshop", source=f"atelier{extra}")],
            campaign=Campaign(name=f"rentree{extra}", target="julie"),
            products=["bed-set"],
            actors=["marketing"],
            reach=90000,
        ),
        Event(
            id="compare",
            by="customer",
            action=said("Compares three brands on the web", "Compare trois enseignes sur le web"),
            channel="website",
            expectation=Expectation(level=4, text=said("reliable reviews", "des avis fiables"), importance=4.2),
            satisfaction=[measure("m-compare", 2.1), measure("m-phone", 0.4, "top2", sd=None, n=40)],
            emotion=Emotion(valence=-1, intensity=3, word=said("doubt", "doute")),
            pains=[
                Pain(id="p-reviews", text=said(f"Reviews all look the same{extra}", f"Les avis se ressemblent{extra}"),
                     quote=said(f"I no longer believe them{extra}", f"Je n'y crois plus{extra}"), kind="forums",
                     source="forum", date=dt.date(2026, 5, 2), function="marketing"),
            ],
            opportunities=[
                Opportunity(id="o-photos", text=said(f"Show customers' photos{extra}", f"Montrer les photos des clients{extra}"),
                            effort=2, kpi="acquisition", owner="marketing", feedback=["p-reviews", "m-compare"]),
            ],
            promises=["reviews"],
            kpis=["acquisition"],
            owner="marketing",
            systems=["pim"],
            data=[PersonalData(name="email", basis="consent", retention_months=36), PersonalData(name="birth-date")],
            products=["bed-set"],
            drop_off=0.4,
            reach=48000,
            expert_flag="the choice is made here",
            scores=[
                Score(function="sales", participant=1, satisfaction=4),
                Score(function="support", participant=2, satisfaction=2),
            ],
        ),
        Event(id="pay", by="customer", action=said("Pays", "Paie"), channel="website", satisfaction=[measure("m-pay", 4.4)],
              charge=129, price_shown=True, systems=["pay"], reach=12000,
              data=[PersonalData(name="card", basis="contract", retention_months=13)]),
        Event(id="pack", by="brand", visible=False, action=said("Prepares the parcel", "Prépare le colis"), channel="counter",
              actors=["stock"], systems=["wms"]),
        Event(id="collect", by="customer", action=said("Collects the parcel", "Retire le colis"), channel="counter",
              satisfaction=[measure("m-collect", 35, "nps", sd=None, promoters=0.55, detractors=0.2)], actors=["shop"],
              reach=11000, sensitive=True),
    )  # fmt: skip
    return Atlas(
        client=f"Maison Test{extra}",
        language="en",
        note="Every figure is invented.",
        sources=("Nobody",),
        promises=(BrandPromise(id="reviews", text=said("Real reviews", "De vrais avis")),),
        personas=(Persona(id="julie", name="Julie"), Persona(id="marc", name="Marc")),
        actors=(
            Actor(id="marketing", name=said("Marketing"), line="back"),
            Actor(id="stock", name=said("Stock room", "Réserve"), line="back"),
            Actor(id="shop", name=said("Shop assistant", "Vendeuse")),
        ),
        systems=(
            System(id="pim", name=said("Product file", "Fichier produits")),
            System(id="pay", name=said("Payment", "Paiement")),
            System(id="wms", name=said("Stock system", "Gestion des stocks")),
        ),
        products=(Product(id="bed-set", name=said("Bed set", "Parure")),),
        channels=(Channel(id="counter", name=said("Counter", "Comptoir"), family="face_to_face"),),
        journeys=(
            Journey(
                id="buy",
                title=said(f"Buy a bed set{extra}", f"Acheter une parure{extra}"),
                personas=("julie", "marc"),
                view="blueprint",
                date=dt.date(2026, 10, 6),
                stages=(
                    Stage(id="choose", name=said("Choose", "Choisir"), lifecycle="acquisition",
                          investment=Investment(amount=40000), events=events[:2]),
                    Stage(id="buy-it", name=said("Buy and collect", "Acheter et retirer"), lifecycle="purchase",
                          events=events[2:]),
                ),
            ),
        ),
    )  # fmt: skip


@attrs.frozen(kw_only=True)
class HandPicture:
    """A picture with the agreed attributes, as `charts.journey` draws them, in 60 lines."""

    svg: str
    width_mm: float
    height_mm: float
    alt: str
    table: ChartTable
    footnotes: tuple[str, ...] = ()


def hand_draw(result, journey, *, persona, catalog, language, theme, size, beside=None, least_group=3):
    """Draw a card, a marker and a lane cell for each event."""
    width, height = {"a3": (420, 297), "a1": (841, 594), "wide": (338.67, 190.5)}[size]
    found = result.of(journey, persona)
    known = {event.event: event for event in found.events}
    families = {c.id: f.id for f in catalog.channel_families for c in f.channels} | {
        c.id: c.family for c in result.atlas.channels
    }
    parts, rows, step = [], [], (width - 20) / max(1, len(known))
    for stage in result.atlas.journey(journey).stages:
        for event in stage.events:
            one = known[event.id]
            data = {
                "event": event.id,
                "stage": stage.id,
                "channel": event.channel,
                "family": families[event.channel],
                "product": " ".join(event.products),
                "system": " ".join(event.systems),
                "actor": " ".join(event.actors),
                "data": " ".join(it.name.key for it in event.data),
                "grade": one.grade or "",
                "valence": "" if one.valence is None else f"{one.valence:.2f}",
            }
            told = " ".join(f'data-{k}="{html.escape(v)}"' for k, v in data.items() if v)
            x = 10 + step * one.index
            text = html.escape(event.action.of(language))
            parts.append(
                f'<g {told}><rect x="{x:.1f}" y="40" width="{step - 4:.1f}" height="30" fill="#F3F5F7"/>'
                f'<text x="{x + 2:.1f}" y="50" font-size="4" fill="#1B232D">{text}</text></g>'
            )
            if one.valence is not None:
                parts.append(
                    f'<g class="layer-satisfaction"><circle {told} cx="{x:.1f}" cy="{130 - 20 * one.valence:.1f}" r="2"/></g>'
                )
            systems = html.escape(", ".join(event.systems))
            parts.append(
                f'<g class="layer-systems"><text data-event="{event.id}" x="{x:.1f}" y="200" font-size="4">{systems}</text></g>'
            )
            rows.append((event.action.of(language), stage.name.of(language), event.channel, one.grade or ""))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" lang="{language}" '
        f'font-family="{theme.font_stack}"><title>Map</title><desc>A map</desc><rect width="{width}" height="{height}" '
        f'fill="#FFFFFF"/>{"".join(parts)}</svg>'
    )
    return HandPicture(
        svg=svg,
        width_mm=width,
        height_mm=height,
        alt="A map of five events.",
        table=ChartTable(columns=("Event", "Stage", "Channel", "Evidence"), rows=rows),
        footnotes=("A footnote.",),
    )


@pytest.fixture(scope="session")
def theme():
    """Return the house's look."""
    return ChartTheme.from_primary(None)


@pytest.fixture(scope="session")
def result(catalog):
    """Return what follows from the small atlas."""
    return analyse(atlas(), catalog, as_of=AS_OF, seed=1)


@pytest.fixture(scope="session")
def hostile(catalog):
    """Return the same with hostile texts everywhere."""
    return analyse(atlas(HOSTILE), catalog, as_of=AS_OF, seed=1)


@pytest.fixture(scope="session")
def draw():
    """Return the stand-in for `charts.journey.draw_map`."""
    return hand_draw


@pytest.fixture(scope="session")
def make(catalog, draw):
    """Return a function that makes documents without writing them."""
    from cxmaturity.reporting.journey.make import draw_maps

    def made(result, **options):
        given = {"catalog": catalog, "as_of": AS_OF, "draw": draw, **options}
        return draw_maps(result, **given)

    return made
