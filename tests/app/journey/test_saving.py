"""A map written back: what changed and nothing else, never over what somebody else wrote."""

from __future__ import annotations

import shutil
from pathlib import Path

import attrs
import pytest

from cxmaturity.app.widgets.journey_map_edit import find, with_event
from cxmaturity.app.widgets.journey_map_state import MapState
from cxmaturity.core.problems import InputError
from cxmaturity.files.journey import atlas_to_yaml, read_atlas
from cxmaturity.files.journey.editing import new_document, open_document, save_document
from cxmaturity.i18n.messages import describe
from cxmaturity.journey.values import Score
from cxmaturity.resources import resource

EVENT = "parcourir-collection"


@pytest.fixture
def folder(tmp_path):
    """Copy the retailer."""
    return Path(shutil.copytree(resource("examples") / "maison-lavande", tmp_path / "shop"))


def changed_lines(before, after):
    """Return the lines that are only in one of two texts."""
    one, two = before.splitlines(), after.splitlines()
    return [line.strip() for line in two if line not in one], [
        line.strip() for line in one if line not in two
    ]


def test_one_figure_changes_one_line(folder):
    """A valence edited: one line of the file differs, comments and layout stay, and the file says what the screen says."""
    file = folder / "journeys.yaml"
    before = file.read_text(encoding="utf-8")
    state = MapState(folder)
    event = find(state.atlas, EVENT).event
    state.take(
        with_event(
            state.atlas,
            EVENT,
            lambda one: attrs.evolve(one, emotion=attrs.evolve(event.emotion, valence=-1.25)),
        )
    )

    state.save()

    added, gone = changed_lines(before, file.read_text(encoding="utf-8"))
    assert (len(added), len(gone)) == (1, 1)
    assert "-1.25" in added[0]
    assert read_atlas(folder) == state.atlas
    assert not state.unsaved


@pytest.mark.parametrize("part", ["satisfaction", "pains", "opportunities"])
def test_items_come_and_go(folder, part):
    """One more at the end, then the first taken out: the file is read as the screen shows it, its first lines untouched."""
    state = MapState(folder, language="fr")
    head = (folder / "journeys.yaml").read_text(encoding="utf-8").splitlines()[:20]
    assert state.add(
        EVENT, part, "3,5" if part == "satisfaction" else "Deux : « points », #1", choice="csat5"
    )
    state.save()
    assert read_atlas(folder) == state.atlas

    assert state.add(EVENT, part, "2" if part == "satisfaction" else "Autre", choice="csat5")
    assert state.remove(EVENT, part, getattr(find(state.atlas, EVENT).event, part)[0].id)
    state.save()
    while held := getattr(find(state.atlas, EVENT).event, part):
        assert state.remove(EVENT, part, held[0].id)
    state.save()

    assert read_atlas(folder) == state.atlas
    assert (folder / "journeys.yaml").read_text(encoding="utf-8").splitlines()[:20] == head


def test_scores_are_written(folder):
    """Scores of a workshop land in the file."""
    state = MapState(folder)
    scores = [
        Score(function="sales", participant=41, expectation=4, satisfaction=2),
        Score(function="service", participant=42, satisfaction=5),
    ]
    state.take(with_event(state.atlas, EVENT, lambda one: attrs.evolve(one, scores=[*one.scores, *scores])))

    state.save()

    assert find(read_atlas(folder), EVENT).event.scores[-2:] == tuple(scores)


@pytest.mark.parametrize("name", ["journeys.yaml", "gabarit.xlsx"])
def test_a_file_changed_by_somebody_else_is_never_overwritten(folder, tmp_path, name):
    """Changed since it was opened, or gone: refused in both languages, the file as the other left it, the edits still there."""
    file = tmp_path / name
    new_document(file, read_atlas(folder))
    state = MapState(file, language="en")
    assert state.edit(_box(), "2")
    file.write_bytes(file.read_bytes() + b"\n# mine\n")
    theirs = file.read_bytes()

    with pytest.raises(InputError) as caught:
        state.save()

    assert caught.value.code == "files.map_changed"
    assert "somebody else" in describe(caught.value.problems[0], "en")
    assert "quelqu" in describe(caught.value.problems[0], "fr")
    assert file.read_bytes() == theirs
    assert state.unsaved
    file.unlink()
    assert not state.try_to_save()
    assert not file.exists()


def _box(field="valence"):
    from cxmaturity.app.widgets.journey_map_edit import Box

    return Box(EVENT, "emotion", "", field)


def test_a_workbook_is_written_and_the_one_before_kept(folder, tmp_path):
    """Opened from the template in Excel: saved as the template, the workbook as it was beside it, once per version."""
    file = tmp_path / "gabarit.xlsx"
    new_document(file, read_atlas(folder))
    before = file.read_bytes()
    state = MapState(file)

    assert state.edit(_box(), "-1")
    state.save()

    assert (tmp_path / "gabarit.before-1.xlsx").read_bytes() == before
    assert read_atlas(file) == state.atlas
    assert find(state.atlas, EVENT).event.emotion.valence == -1


def test_a_new_file_never_replaces_one(folder, tmp_path):
    """Saved under the name of a file that exists: refused unless asked for."""
    other = tmp_path / "other.yaml"
    other.write_text("mine", encoding="utf-8")
    state = MapState(read_atlas(folder))

    with pytest.raises(InputError, match="exists already"):
        state.save(other)
    assert other.read_text(encoding="utf-8") == "mine"
    with pytest.raises(InputError) as caught:
        state.save()
    assert caught.value.code == "widgets.map_no_file"
    state.save(other, overwrite=True)
    assert read_atlas(other) == state.atlas


def test_a_map_inside_an_engagement_is_written_there(folder):
    """The document under the key `journeys` of engagement.yaml: changed in place, the rest of the engagement as it was."""
    import textwrap

    from cxmaturity.files import read_engagement

    engagement = folder / "engagement.yaml"
    text = engagement.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("journeys:")]
    inside = textwrap.indent(atlas_to_yaml(read_atlas(folder)), "  ")
    (folder / "journeys.yaml").unlink()
    engagement.write_text("\n".join([*lines, "journeys:", inside]), encoding="utf-8")
    before = engagement.read_text(encoding="utf-8")
    state = MapState(folder, language="en")

    assert state.edit(_box(), "-2")
    state.save()

    added, gone = changed_lines(before, engagement.read_text(encoding="utf-8"))
    assert (len(added), len(gone)) == (1, 1)
    assert read_engagement(folder).atlas == state.atlas


def test_every_field_of_every_event_can_be_written(folder):
    """All events of the example edited at once, in each part: the file is read as the screen shows it."""
    document = open_document(folder)
    atlas = document.atlas
    for journey in atlas.journeys:
        for event in journey.events:
            atlas = with_event(
                atlas,
                event.id,
                lambda one: attrs.evolve(
                    one,
                    emotion=attrs.evolve(one.emotion, intensity=3),
                    expectation=attrs.evolve(one.expectation, level=2.5),
                    pains=[attrs.evolve(pain, function="sales") for pain in one.pains],
                    opportunities=[attrs.evolve(it, effort=5) for it in one.opportunities],
                ),
            )

    saved = save_document(document, atlas)

    assert read_atlas(folder) == atlas == saved.atlas
    assert "# Les clés sont celles du modèle" in (folder / "journeys.yaml").read_text(encoding="utf-8")


IN_A_LINE = """schema: cxmaturity.journeys/1
client: A
language: en
journeys: [{id: j, title: T, stages: [{id: s, name: S, lifecycle: use, events: [{id: parcourir-collection, by: customer,
  action: X, channel: store, satisfaction: [{metric: csat5, value: 3}, {metric: nps, value: 3}], pains: [Slow, Dear]}]}]}]
"""
IN_BLOCKS = """schema: cxmaturity.journeys/1
client: A
language: en
journeys:
- id: j
  title: T
  stages:
  - id: s
    name: S
    lifecycle: use
    events:
    - id: parcourir-collection  # here
      by: customer
      action: X
      channel: store
      pains:
      - Slow
      - Dear  # very
      satisfaction:
      - {metric: csat5, value: 3}
      - {metric: nps, value: 3}
"""


@pytest.mark.parametrize(
    "text", [IN_A_LINE, IN_BLOCKS.replace("\n", "\r\n")], ids=["in a line", "blocks, Windows"]
)
def test_short_forms_and_items_without_an_id(tmp_path, text):
    """Pains written as plain texts, measures without an id: edited, added, taken out, and read back as on screen."""
    file = tmp_path / "journeys.yaml"
    file.write_bytes(text.encode())
    state = MapState(file, language="en")
    pain, other = (one.id for one in find(state.atlas, EVENT).event.pains)
    for change in (
        lambda: state.edit(attrs.evolve(_box("text"), part="pains", item=pain), "Very slow"),
        lambda: state.add(EVENT, "satisfaction", "4", choice="ces7"),
        lambda: state.remove(EVENT, "pains", pain),
        lambda: state.remove(EVENT, "pains", other),
        lambda: state.edit(_box(), "1"),
    ):
        assert change()
        state.save()
        assert read_atlas(file) == state.atlas
    assert ("\r\n" in text) == (b"\r\n" in file.read_bytes())
