"""The page as a browser lays it out: nothing wider than the screen, nothing asked of the network, on a desk and on a phone."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
    None,
)
QUIET = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--virtual-time-budget=4000", "--window-size=1400,900",
]  # fmt: skip
PROBE = """<script>addEventListener('load', () => {
  const wide = [...document.querySelectorAll('main *, header *, nav *')].filter(e => {
    const box = e.getBoundingClientRect();
    for (let up = e; up; up = up.parentElement) if (/auto|scroll|hidden/.test(getComputedStyle(up).overflowX)) return false;
    return box.width && box.right > innerWidth + 1;
  });
  top.document.title = JSON.stringify({screen: innerWidth, page: document.documentElement.scrollWidth,
    wide: wide.slice(0, 5).map(e => e.className || e.tagName),
    asked: performance.getEntriesByType('resource').map(e => e.name).filter(n => !n.startsWith('data:'))});
})</script>"""

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")]


@pytest.fixture(scope="module", params=["en", "fr"])
def page(request):
    """Return the retailer's report, with a script that measures it in place of its policy."""
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
    return re.sub(r"<meta[^>]*Content-Security-Policy[^>]*>", "", text, count=1).replace(
        "</body>", f"{PROBE}</body>"
    )


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 768, 390])
def test_nothing_is_wider_than_the_screen(page, width, tmp_path):
    """At desktop, tablet and phone width nothing sticks out of the screen and nothing is asked of the network."""
    frame = tmp_path / "frame.html"  # a headless window is never under 500 pixels wide, a frame may be
    frame.write_text(
        f'<title></title><iframe style="border:0;width:{width}px;height:900px" srcdoc="{html.escape(page)}"></iframe>',
        encoding="utf-8",
    )
    done = subprocess.run(
        [str(CHROMIUM), *QUIET, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", frame.as_uri()],
        capture_output=True, text=True, check=True, timeout=120, encoding="utf-8",
    )  # fmt: skip
    seen = json.loads(html.unescape(re.search(r"<title>(.*?)</title>", done.stdout, flags=re.DOTALL)[1]))

    assert ([], []) == (seen["wide"], seen["asked"])
    assert seen["page"] <= seen["screen"] == width
