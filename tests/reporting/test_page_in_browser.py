"""The page as a browser lays it out: nothing wider than the screen, nothing asked of the network, on a desk and on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROBE = """() => {
  const wide = [...document.querySelectorAll('main *, header *, nav *')].filter(e => {
    const box = e.getBoundingClientRect();
    for (let up = e; up; up = up.parentElement) if (/auto|scroll|hidden/.test(getComputedStyle(up).overflowX)) return false;
    return box.width && box.right > innerWidth + 1;
  });
  return {screen: innerWidth, page: document.documentElement.scrollWidth,
    wide: wide.slice(0, 5).map(e => e.className || e.tagName)};
}"""
OURS = ("file:", "data:")


@pytest.fixture(scope="module", params=["en", "fr"])
def page(request):
    """Return the retailer's report."""
    import nbformat

    from cxmaturity.reporting.document import MIME, to_payload
    from cxmaturity.reporting.exporters import ReportHTMLExporter
    from cxmaturity.reporting.session import open_report

    document = open_report(ROOT / "examples" / "maison-lavande", language=request.param).document()
    outputs = [
        nbformat.v4.new_output("display_data", data={MIME: to_payload(document.identity, part)})
        for part in document.parts
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("report", outputs=outputs)])
    text, _ = ReportHTMLExporter().from_notebook_node(notebook)
    assert "<script" not in text
    return text


def test_nothing_is_wider_than_the_screen(page, chromium, tmp_path):
    """At desktop, tablet and phone width nothing sticks out of the screen and nothing is asked of the network."""
    file = tmp_path / "report.html"
    file.write_text(page, encoding="utf-8")
    context = chromium.new_context(bypass_csp=True)  # a policy would hide what the page would ask for
    shown, asked = context.new_page(), []
    shown.on("request", lambda request: None if request.url.startswith(OURS) else asked.append(request.url))
    for width in (1280, 768, 390):
        shown.set_viewport_size({"width": width, "height": 900})
        shown.goto(file.as_uri())
        seen = shown.evaluate(PROBE)

        assert [] == seen["wide"]
        assert seen["page"] <= seen["screen"] == width
    context.close()
    assert [] == asked
