"""The Voilà template: complete by itself, in both languages, without a script or an address of anybody else."""

from __future__ import annotations

import asyncio
import json
import re

import nbformat
import pytest

from cxmaturity.app.widgets.voila_page import page_words, template_folder, template_paths, words_template

KERNEL = "0b0b0b0b-0000-4000-8000-000000000000"


@pytest.fixture
def render():
    """Return a function that fills the template as Voilà does, with a notebook that has already run."""
    from voila.exporter import VoilaExporter

    def fill(outputs=(), *, metadata=None, **facts):
        async def kernel_start(nb):
            return KERNEL

        async def cells(nb, kernel_id):
            for cell in nb.cells:
                yield cell

        async def whole():
            exporter = VoilaExporter(
                template_paths=template_paths(), template_name="cxmaturity", base_url="/"
            )
            page_config = {"fullStaticUrl": "/voila/static", **facts}
            pieces = exporter.generate_from_notebook_node(
                nbformat.v4.new_notebook(
                    metadata={"title": "x", **(metadata or {})},
                    cells=[
                        nbformat.v4.new_markdown_cell("How *to*", metadata={"tags": ["howto"]}),
                        nbformat.v4.new_markdown_cell("A *note*"),
                        nbformat.v4.new_code_cell("secret = 1", outputs=list(outputs)),
                    ],
                ),
                resources={"base_url": "/", "theme": "light", "metadata": {"name": "x"}},
                extra_context={"main_js": "voila.js", "kernel_start": kernel_start, "cell_generator": cells},
                page_config=page_config,
            )
            return [piece async for piece, _ in pieces]

        return asyncio.run(whole())

    return fill


def test_words_are_those_of_the_messages():
    """The copy in the template is the one made from our messages.

    To write it again: ``(template_folder() / "words.html.j2").write_text(words_template(), encoding="utf-8")``.
    """
    assert words_template() == (template_folder() / "words.html.j2").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_speaks_the_language_it_is_told(render, language):
    """`<html lang>`, title, waiting message and dialog are in the language of the request."""
    text = "".join(render(cxm_language=language))
    said = page_words()[language]

    assert f'<html lang="{language}">' in text
    for key in ("title", "wait", "lost_title", "reload", "skip"):
        assert re.search(rf">\s*{re.escape(said[key].replace(chr(39), '&#39;'))}\s*<", text), key


@pytest.mark.parametrize("language", [None, "de", "<script>"])
def test_an_unknown_language_is_english(render, language):
    """Whatever is not one of our languages gives an English page."""
    assert '<html lang="en">' in "".join(render(cxm_language=language))


def test_everything_before_the_kernel_is_sent_first(render):
    """Title, result summary and waiting message are in the pieces that come before the kernel's name."""
    pieces = render(cxm_language="en", cxm_before={"en": "<p>Your stage</p>", "fr": "<p>Votre stade</p>"})
    text = "".join(pieces)
    place = next(index for index, piece in enumerate(pieces) if KERNEL in "".join(pieces[: index + 1]))
    before = "".join(pieces[:place])

    assert "<p>Your stage</p>" in before
    assert page_words()["en"]["wait"] in before
    assert len(pieces) > 5
    assert text.index("<main") < text.index(KERNEL)


def test_no_script_stands_in_the_page(render):
    """Scripts have an address of ours or are data; no handler, no style element, no other host."""
    text = "".join(render(cxm_assets="/assets/0/", cxm_home="/c/x/"))

    for attributes, inside in re.findall(r"<script([^>]*)>(.*?)</script>", text, flags=re.DOTALL):
        assert (
            ("src=" in attributes and not inside) or "+json" in attributes or "application/json" in attributes
        )
    assert not re.search(r"\son\w+=", text)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)
    assert "cdn" not in text.lower()
    assert "secret" not in text


def test_what_the_server_tells_the_template_stays_out_of_the_browser_s_configuration(render):
    """The page's own facts are not repeated in the JSON that JupyterLab reads."""
    text = "".join(render(cxm_before="<b>mine</b>", cxm_title="T"))
    config = json.loads(re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', text, flags=re.DOTALL)[1])

    assert KERNEL == config["kernelId"]
    assert [] == [key for key in config if key.startswith("cxm_")]


def test_what_is_text_is_escaped(render):
    """Title, home and address come out escaped; only the part that is HTML by name is not."""
    attack = '"><img src=x onerror=alert(1)>'
    text = "".join(render(cxm_title=attack, cxm_home=attack, cxm_home_label=attack, cxm_answers=attack))

    assert "<img" not in text
    assert 5 <= text.count("&lt;img")


def test_outputs_travel_as_data(render):
    """A display is data for the renderer, from which no text can break out; prints are left out."""
    attack = "</script><script>alert(1)</script>"
    outputs = [
        nbformat.v4.new_output("display_data", data={"text/plain": attack}),
        nbformat.v4.new_output("stream", name="stdout", text="printed"),
    ]
    text = "".join(render(outputs))

    assert attack not in text
    assert "printed" not in text
    assert "<em>note</em>" in text
    assert "How" not in text


def test_an_error_is_a_sentence(render):
    """A cell that failed shows a sentence and no trace."""
    outputs = [nbformat.v4.new_output("error", ename="KeyError", evalue="/srv/x", traceback=["/srv/x: boom"])]
    text = "".join(render(outputs, cxm_language="fr"))

    assert page_words()["fr"]["broken"].replace("'", "&#39;") in text
    assert "/srv/x" not in text


def test_a_notebook_may_name_its_page(render):
    """Without a title from the server the page bears the notebook's, in both languages."""
    text = "".join(
        render(metadata={"cxmaturity": {"title": {"en": "Casework", "fr": "Dossier"}}}, cxm_language="fr")
    )

    assert "<title>Dossier</title>" in text
    assert '<span lang="en" data-in="en" hidden>Casework</span>' in text
