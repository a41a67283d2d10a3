"""What a widget brings to a page that is not ours, and what it leaves out of one that is."""

from __future__ import annotations

import IPython.display
import pytest

import cxmaturity as cx
from cxmaturity.app.widgets.explore import Explore

VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def shown(monkeypatch):
    """Return a function that displays a widget as IPython does, and gives what was displayed."""
    bundles = []
    monkeypatch.setattr(IPython.display, "display", lambda data, **_: bundles.append(data))

    def show(widget):
        bundles.clear()
        widget._ipython_display_()
        return list(bundles)

    return show


def test_in_a_notebook_a_widget_has_its_letters_and_a_word_for_later(shown, monkeypatch):
    """The three faces of Inter travel with it and ask nobody; after the widget comes a sentence, in its language."""
    monkeypatch.delenv("CXMATURITY_ENGAGEMENT", raising=False)
    for language, said in (("en", "run the cell above"), ("fr", "exécutez la cellule ci-dessus")):
        test = cx.SelfTest(language=language)

        assert 3 == test.guest.count("@font-face")
        assert test.guest.count("url(") == test.guest.count("url(data:font/woff2;base64,")
        widget, note = shown(test)
        assert {"model_id"} <= widget[VIEW].keys()
        assert said in note["text/plain"]
        assert f'lang="{language}"' in note["text/html"]


@pytest.mark.parametrize("page", ["with a folder", "of a respondent"])
def test_a_page_of_ours_is_sent_neither(page, shown, monkeypatch):
    """In a kernel of our server the widget comes alone: the page has the letters, and says itself when Python is gone."""
    if page == "with a folder":
        monkeypatch.setenv("CXMATURITY_ENGAGEMENT", "/somewhere")
    widget = cx.SelfTest() if page == "with a folder" else Explore()

    assert "" == widget.guest
    assert 1 == len(shown(widget))
