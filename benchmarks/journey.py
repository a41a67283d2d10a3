"""Measure the journey map and write journey.md: drawing, reading a workbook, filtering in Chromium, editable slides, overlaps.

``python benchmarks/journey.py``. The 60-event map and the 200-event workbook are made here, with every field filled, in both
languages; the examples are those of the repository. Each time is the median of several runs on this machine.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import io
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs

from cxmaturity.catalog import Catalog
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.text import LANGUAGES
from cxmaturity.journey.analyse import analyse
from cxmaturity.journey.lint import check_atlas
from cxmaturity.journey.results import AtlasResult
from cxmaturity.journey.values import (
    Actor,
    Atlas,
    Campaign,
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
    Stage,
    System,
    Words,
)

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "benchmarks" / "journey.md"
AS_OF = dt.date(2026, 11, 22)
RUNS = 7
CHANNELS = ("website", "store", "phone", "email", "mobile_app", "chat", "letter", "pickup_point")
PHASES = ("acquisition", "purchase", "use", "support", "loyalty", "exit")
TIMED = """async () => {
  const boxes = [...document.querySelectorAll('.cxm-map-menu input[type=checkbox]')];
  const work = [], frame = [];
  for (const box of boxes) for (let turn = 0; turn < 2; turn++) {
    const start = performance.now();
    box.click();
    document.querySelector('svg').getBoundingClientRect();
    work.push(performance.now() - start);
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    frame.push(performance.now() - start);
  }
  return {work, frame, events: document.querySelectorAll('svg [role=button]').length};
}"""


# --- what is measured ------------------------------------------------------------------------------------------------


def words(english: str, french: str) -> Words:
    """Return a text in both languages."""
    return Words(en=english, fr=french)


def made_atlas(events: int, *, stages: int = 9) -> Atlas:
    """Return one blueprint with so many events, every field of an event filled as a careful team would."""
    share = [events // stages + (index < events % stages) for index in range(stages)]
    ranks = iter(range(events))
    return Atlas(
        client="Benchmark",
        language="en",
        note="Every figure is invented.",
        personas=(Persona(id="julie", name="Julie", goals=(words("Choose fast", "Choisir vite"),)),),
        actors=tuple(
            Actor(id=f"team-{n}", name=words(f"Team {n}", f"Équipe {n}"), line="back" if n % 2 else "front")
            for n in range(6)
        ),
        systems=tuple(System(id=f"sys-{n}", name=words(f"System {n}", f"Système {n}")) for n in range(6)),
        products=(Product(id="set", name=words("Bed set", "Parure")),),
        journeys=(
            Journey(
                id="long",
                title=words("A long journey", "Un long parcours"),
                personas=("julie",),
                view="blueprint",
                date=AS_OF,
                stages=tuple(
                    Stage(
                        id=f"stage-{index}",
                        name=words(f"Stage {index + 1}", f"Étape {index + 1}"),
                        lifecycle=PHASES[min(index, 5)],  # type: ignore[arg-type]  # one of the six
                        investment=Investment(amount=10_000.0 * (index + 1)),
                        events=tuple(made_event(next(ranks)) for _ in range(count)),
                    )
                    for index, count in enumerate(share)
                ),
            ),
        ),
    )


def made_event(rank: int) -> Event:
    """Return one event; its number decides everything, nothing is drawn at random."""
    wave = ((rank * 7) % 11) / 10
    return Event(
        id=f"event-{rank}",
        by=("customer", "brand", "customer", "partner")[rank % 4],  # type: ignore[arg-type]  # one of the three
        visible=rank % 9 != 8,
        action=words(f"Does the thing number {rank} and looks at the answer", f"Fait la chose numéro {rank} et lit la réponse"),
        channel=CHANNELS[rank % len(CHANNELS)],
        expectation=Expectation(level=3 + rank % 3, text=words("a clear answer at once", "une réponse claire tout de suite"),
                                importance=3 + wave),
        satisfaction=(
            Measure(id=f"m-{rank}", metric="csat5", value=round(2.2 + 2 * wave, 2), n=40 + 9 * (rank % 30), sd=1.0,
                    date=dt.date(2026, 1 + rank % 10, 15), kind="survey", source=f"web-q{1 + rank % 4}"),
        ),
        emotion=Emotion(valence=round(3 * wave - 1.5, 1), intensity=1 + rank % 5, word=words("doubt", "doute")),
        pains=(Pain(id=f"p-{rank}", text=words("It takes far too long to get there", "Il faut bien trop de temps pour y arriver"),
                    quote=words("I gave up twice", "J'ai renoncé deux fois"), kind="complaints"),) if rank % 3 == 0 else (),
        opportunities=(Opportunity(id=f"o-{rank}", text=words("Answer on the same page", "Répondre sur la même page"),
                                   effort=1 + rank % 5, kpi="retention", owner=f"team-{rank % 6}",
                                   feedback=(f"p-{rank}",)),) if rank % 3 == 0 else (),
        kpis=("retention",),
        owner=f"team-{rank % 6}",
        actors=(f"team-{rank % 6}",),
        systems=(f"sys-{rank % 6}",),
        data=(PersonalData(name="email", basis="consent", retention_months=36),) if rank % 4 == 0 else (),
        campaign=Campaign(name="autumn", target="julie") if rank % 10 == 0 else None,
        products=("set",),
        reach=1000.0 + 37 * rank,
    )  # fmt: skip


def times(action: Callable[[], Any], runs: int = RUNS) -> str:
    """Run an action several times; write its median seconds on the clock and of one processor."""
    clock, processor = [], []
    for _ in range(runs):
        start = time.perf_counter(), time.process_time()
        action()
        clock.append(time.perf_counter() - start[0])
        processor.append(time.process_time() - start[1])
    return f"{statistics.median(clock):.2f} s (processor {statistics.median(processor):.2f} s)"


# --- the measures ----------------------------------------------------------------------------------------------------

Row = tuple[str, str, str]


def digest(svg: str) -> str:
    """Return what tells two pictures apart."""
    return hashlib.sha256(svg.encode()).hexdigest()


def elsewhere() -> set[str]:
    """Return the digests of the pictures when another process draws them."""
    done = subprocess.run(
        [sys.executable, __file__, "--digests"],
        env={**os.environ, "PYTHONHASHSEED": "12345"},
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    return set(done.stdout.split())


def digests(catalog: Catalog) -> None:
    """Print the digest of the 60-event map on each sheet and in each language."""
    from cxmaturity.charts.journey import draw_map

    result = analyse(made_atlas(60), catalog, as_of=AS_OF, seed=1)
    theme = ChartTheme.from_primary(None)
    for size in ("a3", "a1", "wide"):
        for language in LANGUAGES:
            drawn = draw_map(
                result, "long", persona="julie", catalog=catalog, language=language, theme=theme, size=size,  # type: ignore[arg-type]
            )  # fmt: skip
            print(digest(drawn.svg))


def drawing(result: AtlasResult, catalog: Catalog) -> Iterator[Row]:
    """Time the picture of 60 events on each sheet, weigh it, and draw it again in a fresh process to compare bytes."""
    from cxmaturity.charts.journey import draw_map

    theme = ChartTheme.from_primary(None)
    again = elsewhere()
    for size in ("a3", "a1", "wide"):
        for language in LANGUAGES:

            def draw(size: Any = size, language: Any = language) -> Any:
                return draw_map(
                    result,
                    "long",
                    persona="julie",
                    catalog=catalog,
                    language=language,
                    theme=theme,
                    size=size,
                )

            first = draw().svg
            taken = times(draw)
            same = "identical" if digest(first) in again else "DIFFERENT"
            yield (f"60 events drawn, {size}, {language}", taken, "1 s")
            yield (
                f"its SVG ({digest(first)[:8]}), in another process with another hash seed: {same}",
                f"{len(first.encode()) / 1000:.0f} kB",
                "400 kB, identical",
            )


def examples(catalog: Catalog) -> Iterator[AtlasResult]:
    """Yield what follows from each example of the repository."""
    from cxmaturity.files.journey import read_atlas

    for file in sorted((ROOT / "examples").rglob("journeys.yaml")):
        yield analyse(read_atlas(file), catalog, as_of=AS_OF, seed=1)


def overlaps(catalog: Catalog) -> Row:
    """Count the texts that leave their room or meet another, on every example, sheet and language."""
    from cxmaturity.charts.journey import draw_map

    theme = ChartTheme.from_primary(None)
    pictures = texts = outside = meeting = 0
    for result in examples(catalog):
        for one in result.journeys:
            for size in ("a3", "a1", "wide"):
                for language in LANGUAGES:
                    drawn = draw_map(
                        result, one.journey, persona=one.persona or None, catalog=catalog, language=language, theme=theme,
                        size=size,  # type: ignore[arg-type]  # one of the three
                    )  # fmt: skip
                    boxes = [text.box for text in drawn.boxes]
                    pictures, texts = pictures + 1, texts + len(boxes)
                    outside += sum(not text.within.holds(text.box, slack=0.05) for text in drawn.boxes)
                    meeting += sum(
                        a.meets(b, slack=0.25) for rank, a in enumerate(boxes) for b in boxes[rank + 1 :]
                    )
    return (
        f"texts outside their room, and pairs that overlap, in {texts} texts of {pictures} pictures",
        f"{outside} and {meeting}",
        "0 and 0",
    )


def workbook(catalog: Catalog) -> Iterator[Row]:
    """Time reading and checking 200 events typed in Excel."""
    from cxmaturity.files.journey import atlas_to_workbook, check_atlas_file, read_atlas

    atlas = made_atlas(200)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "gabarit.xlsx"
        file.write_bytes(atlas_to_workbook(atlas, "fr"))
        size = file.stat().st_size / 1000
        same = read_atlas(file) == atlas
        yield (
            f"200-event workbook read ({size:.0f} kB), without loss: {same}",
            times(lambda: read_atlas(file)),
            "1 s",
        )
        yield (
            "200-event workbook read and checked",
            times(lambda: check_atlas_file(file, as_of=AS_OF)),
            "1 s",
        )
    yield ("200 events analysed", times(lambda: analyse(atlas, catalog, as_of=AS_OF, seed=1), 3), "")
    large = made_atlas(10_000, stages=100)
    # A copy each time: what was said of the very same document is remembered.
    yield (
        "10,000 events checked",
        times(lambda: check_atlas(attrs.evolve(large), catalog, as_of=AS_OF), 3),
        "",
    )


def chromium(result: AtlasResult, catalog: Catalog) -> Iterator[Row]:
    """Toggle every filter and layer of the 60-event page in Chromium, the network off."""
    from cxmaturity.reporting.journey.make import draw_maps

    browser = next((found for name in ("chromium", "google-chrome") if (found := shutil.which(name))), None)
    if browser is None:
        yield ("filter toggled in Chromium", "not measured: no browser", "100 ms")
        return
    from playwright.sync_api import sync_playwright

    data = draw_maps(result, catalog=catalog, as_of=AS_OF, formats=["html"])["long.en.html"]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        file = Path(folder) / "long.html"
        file.write_bytes(data)
        opened = driver.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        page = opened.new_context(viewport={"width": 1280, "height": 900}, offline=True).new_page()
        page.goto(file.as_uri())
        page.wait_for_selector("html[data-ready]", state="attached")
        seen = page.evaluate(TIMED)
        opened.close()
    work, frame = sorted(seen["work"]), sorted(seen["frame"])
    yield (f"page of {seen['events']} events, everything in one file", f"{len(data) / 1000:.0f} kB", "")
    yield (
        f"filter or layer toggled, {len(work)} times: script, style and layout (median, slowest)",
        f"{statistics.median(work):.1f} ms, {work[-1]:.1f} ms",
        "100 ms",
    )
    yield (
        "the same until after the next frame is painted (median, slowest)",
        f"{statistics.median(frame):.1f} ms, {frame[-1]:.1f} ms",
        "100 ms",
    )


def slides(result: AtlasResult, catalog: Catalog) -> Iterator[Row]:
    """Count the letters of the slides that stand in native shapes, and the pictures."""
    from pptx import Presentation
    from pptx.enum.shapes import MSO_SHAPE_TYPE
    from pptx.oxml.ns import qn

    from cxmaturity.reporting.journey.make import draw_maps

    held: list[bytes] = []
    taken = times(
        lambda: held.append(
            draw_maps(result, catalog=catalog, as_of=AS_OF, formats=["pptx"])["long.en.pptx"]
        ),
        3,
    )
    data = held[0]
    letters = pictures = count = whole = 0

    def walk(shapes: Any) -> Iterator[Any]:
        for shape in shapes:
            yield shape
            if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
                yield from walk(shape.shapes)

    for slide in Presentation(io.BytesIO(data)).slides:
        count += 1
        whole += sum(len(text.text or "") for text in slide._element.iter(qn("a:t")))  # noqa: SLF001
        for shape in walk(slide.shapes):
            pictures += shape.shape_type == MSO_SHAPE_TYPE.PICTURE
            if shape.has_text_frame:
                letters += len(shape.text_frame.text)
            if shape.has_table:
                letters += sum(len(cell.text) for row in shape.table.rows for cell in row.cells)
    share = min(100.0, 100.0 * letters / whole) if not pictures else 0.0
    yield (
        f"text of {count} slides in shapes that can be edited ({letters} letters, {pictures} pictures)",
        f"{share:.0f}%",
        "95%",
    )
    yield (f"{count} slides of 60 events written", taken, "")


def main() -> int:
    """Measure everything and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--digests", action="store_true", help=argparse.SUPPRESS)
    told = parser.parse_args()
    from cxmaturity.files import load_catalog

    catalog = load_catalog()
    if told.digests:
        digests(catalog)
        return 0
    result = analyse(made_atlas(60), catalog, as_of=AS_OF, seed=1)
    rows = [
        *drawing(result, catalog),
        overlaps(catalog),
        *workbook(catalog),
        *chromium(result, catalog),
        *slides(result, catalog),
    ]
    machine = f"Python {platform.python_version()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the end."
    lines = [
        "# The journey map, measured",
        "",
        f"{machine} Times are medians. Made by `python benchmarks/journey.py`; the events are invented.",
        "",
        "| | measured | goal |",
        "|---|---|---|",
        *(f"| {what} | {said} | {goal} |" for what, said, goal in rows),
        "",
    ]
    TARGET.write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
