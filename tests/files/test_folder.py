"""Files that an engagement names, and its own bytes: only what is safe and readable gets in."""

from __future__ import annotations

import struct
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from cxmaturity.core.problems import InputError
from cxmaturity.files import check_path, read_engagement
from cxmaturity.files.logo import read_logo

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


def _png(width: int, height: int) -> bytes:
    header = (
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08\x06\0\0\0" + b"\0" * 4
    )
    return header + b"\0\0\0\0IEND\xaeB`\x82"


def _codes(folder: Path) -> list[str]:
    return [problem.code for problem in check_path(folder) if problem.severity == "error"]


@pytest.fixture
def with_logo(folder: Path) -> Callable[[bytes | str], Path]:
    """Return a function that gives the engagement a logo and a colour."""

    def put(content: bytes | str) -> Path:
        (folder / "logo").write_bytes(content.encode() if isinstance(content, str) else content)
        file = folder / "engagement.yaml"
        theme = 'theme: {primary: "#1F5C99", logo: logo, logo_alt: Sample}\nprivacy:'
        file.write_text(file.read_text(encoding="utf-8").replace("privacy:", theme, 1), encoding="utf-8")
        return folder

    return put


def test_a_link_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    """A symbolic link cannot bring in a file of another client."""
    outside = tmp_path / "secret.csv"
    outside.write_bytes((folder / "answers.csv").read_bytes())
    (folder / "answers.csv").unlink()
    (folder / "answers.csv").symlink_to(outside)

    assert ["files.link_outside"] == _codes(folder)


def test_a_link_inside_the_folder_is_followed(folder: Path) -> None:
    """A link between two files of the folder is harmless."""
    (folder / "answers.csv").rename(folder / "other.csv")
    (folder / "answers.csv").symlink_to(folder / "other.csv")

    assert [] == _codes(folder)


def test_a_link_to_itself_is_refused(folder: Path) -> None:
    """A loop of links is a problem, not a crash."""
    (folder / "answers.csv").unlink()
    (folder / "answers.csv").symlink_to(folder / "answers.csv")

    assert len(_codes(folder)) == 1


def test_a_file_in_a_folder_below_is_read(folder: Path) -> None:
    """Answers may be in a folder of the engagement, written with either slash."""
    (folder / "data").mkdir()
    (folder / "answers.csv").rename(folder / "data" / "answers.csv")
    file = folder / "engagement.yaml"
    text = file.read_text(encoding="utf-8")
    for name in ("data/answers.csv", r"data\answers.csv"):
        file.write_text(text.replace("answers: answers.csv", f"answers: {name}", 1), encoding="utf-8")
        assert [] == _codes(folder)


def test_a_folder_instead_of_a_file_is_refused(folder: Path) -> None:
    """A folder with the name of the answers is no file."""
    (folder / "answers.csv").unlink()
    (folder / "answers.csv").mkdir()

    assert ["files.not_a_file"] == _codes(folder)


def test_a_file_that_may_not_be_read_is_said(folder: Path, monkeypatch) -> None:
    """A refusal of the system is a problem in words."""
    opened = Path.open

    def refuse(path: Path, *mode: str) -> object:
        if path.suffix == ".csv":
            raise PermissionError(13, "Permission denied")
        return opened(path, *mode)

    monkeypatch.setattr(Path, "open", refuse)

    (problem,) = check_path(folder)

    assert "files.unreadable" == problem.code
    assert "Permission denied" in problem.message


def test_an_engagement_with_a_mark_of_utf8_reads_the_same(folder: Path) -> None:
    """The byte order mark that Windows editors write changes nothing, nor do their line ends."""
    expected = read_engagement(folder)
    file = folder / "engagement.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))

    assert expected == read_engagement(folder)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le"])
def test_another_encoding_is_named_with_what_to_do(folder: Path, encoding) -> None:
    """An engagement that is not UTF-8 is one clear problem."""
    file = folder / "engagement.yaml"
    file.write_bytes(file.read_text(encoding="utf-8").replace("Sample", "Société").encode(encoding))

    problems = check_path(folder)

    assert ["files.encoding"] == [problem.code for problem in problems]
    assert "save it as UTF-8" in problems[0].message


def test_an_engagement_of_another_kind_is_refused(folder: Path) -> None:
    """Too large a file is not even parsed."""
    (folder / "engagement.yaml").write_bytes(b"#" * 1_100_000)

    assert ["files.too_large"] == _codes(folder)


def test_an_alias_bomb_is_refused_quickly(folder: Path) -> None:
    """Nine levels of nine aliases would make 387 million values; they are never built."""
    letters = "abcdefghi"
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in pairwise(letters)]
    (folder / "engagement.yaml").write_text("\n".join(lines), encoding="utf-8")

    assert ["files.yaml_too_big"] == _codes(folder)


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("a: 1\nb: [1, 2\n", 3, 1, "a bracket is not closed"),
        ("a: 1\n\tb: 2\n", 2, 1, "a tab"),
        ("a: 'open\nb: 2\n", 3, 1, "never closed"),
        ("a: b: c\n", 1, 5, "needs quotes"),
        ("a: @x\n", 1, 4, "cannot start with this character"),
        ("a: 1\n  b: 2\n", 2, 4, "needs quotes"),
    ],
)
def test_unreadable_yaml_is_said_with_line_column_and_reason(
    folder: Path, text, line, column, reason
) -> None:
    """The first thing that stops the reading is placed exactly and said in a plain sentence."""
    (folder / "engagement.yaml").write_text(text, encoding="utf-8")

    (problem,) = check_path(folder)

    assert ("files.yaml_broken", line, column) == (problem.code, problem.place.line, problem.place.column)
    assert reason in problem.message


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: *nobody\n", "files.yaml_alias", 1, 4),
        ("a: 1\n---\nb: 2\n", "files.yaml_second", 2, 1),
        ("a: &a [1, *a]\n", "files.yaml_loop", 1, 11),
        ("[" * 60, "files.yaml_too_deep", 1, 41),
        ("[" * 200_000, "files.yaml_too_deep", 1, 41),
        ("a: &a " + "[" * 30 + "]" * 30 + "\nb: " + "[" * 20 + "*a" + "]" * 20, "files.yaml_too_deep", 2, 24),
        ("a: 1\nb: \x07", "files.yaml_unreadable", 2, 1),
    ],
)
def test_yaml_that_must_not_be_built_is_refused_at_once(folder: Path, text, code, line, column) -> None:
    """Loops, depths, second documents and control characters are one problem each, well placed."""
    (folder / "engagement.yaml").write_text(text, encoding="utf-8")

    (problem,) = check_path(folder)

    assert (code, line, column) == (problem.code, problem.place.line, problem.place.column)


@pytest.mark.parametrize("content", [SVG.format("<circle r='4'/>"), _png(40, 20)])
def test_a_plain_logo_is_kept(with_logo, content) -> None:
    """A drawing or a picture comes back byte for byte, with its format."""
    theme = read_engagement(with_logo(content)).theme

    bytes_ = content if isinstance(content, bytes) else content.encode()
    assert (bytes_, "png" if isinstance(content, bytes) else "svg") == (theme.logo, theme.logo_format)
    assert ("#1f5c99", "Sample") == (theme.primary, theme.logo_alt)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (SVG.format("<script>alert(1)</script>"), "files.logo_active"),
        (SVG.format("<g onload='alert(1)'/>"), "files.logo_active"),
        (SVG.format("<a xlink:href='https://example.org'><circle/></a>"), "files.logo_active"),
        (SVG.format("<image href='https://example.org/x.png'/>"), "files.logo_active"),
        (SVG.format("<image href='data:image/svg+xml;base64,AAAA'/>"), "files.logo_active"),
        (SVG.format("<use xlink:href='java\nscript:alert(1)'/>"), "files.logo_active"),
        (SVG.format("<rect style='fill: url(https://example.org/x)'/>"), "files.logo_active"),
        (SVG.format("<style>@import 'https://example.org/x.css';</style>"), "files.logo_active"),
        (SVG.format("<foreignObject><p/></foreignObject>"), "files.logo_active"),
        (SVG.format("<set attributeName='href' to='javascript:alert(1)'/>"), "files.logo_active"),
        ("<!DOCTYPE svg [<!ENTITY a 'x'>]>" + SVG.format("&a;"), "files.logo_active"),
        ("<?xml-stylesheet href='https://example.org/x.css'?>" + SVG.format(""), "files.logo_active"),
        ("<svg", "files.logo_broken"),
        ("<html><svg/></html>", "files.logo_broken"),
        (_png(40, 20)[:30], "files.logo_broken"),
        (_png(40_000, 20), "files.logo_pixels"),
        (b"\xff\xd8\xff\xe0JFIF", "files.logo_format"),
        (b"", "files.logo_format"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 600_000, "files.too_large"),
    ],
)
def test_a_logo_that_is_more_than_a_picture_is_refused(with_logo, content, code) -> None:
    """Scripts, events, links, other files, damaged or huge pictures never reach a report."""
    assert [code] == _codes(with_logo(content))


def test_a_drawing_may_point_inside_itself() -> None:
    """Gradients, local uses and pictures held in the drawing are fine, and the document type goes away."""
    drawing = SVG.format(
        "<style>.a{fill:url(#g)}</style><use href='#b'/><rect fill=\"url('#g')\"/>"
        "<image href='data:image/png;base64,AAAA'/>"
    )

    content, kind = read_logo(f'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd">{drawing}'.encode())

    assert (drawing.encode(), "svg") == (content, kind)


@pytest.mark.parametrize(
    ("colour", "code", "said"),
    [
        ("#1F5C99", "files.colour_comment", "quotes"),
        ('"#15f"', "files.colour", 'Write "#1155ff".'),
        ("1F5C99", "files.colour", 'Write "#1F5C99".'),
        ("blue", "files.colour", "#rrggbb"),
        ("[1]", "files.wrong_type", "a colour"),
    ],
)
def test_a_colour_is_six_digits_in_quotes(folder: Path, colour, code, said) -> None:
    """A colour that cannot be used is said with the one that was meant."""
    file = folder / "engagement.yaml"
    text = file.read_text(encoding="utf-8").replace("privacy:", f"theme:\n  primary: {colour}\nprivacy:", 1)
    file.write_text(text, encoding="utf-8")

    (problem,) = check_path(folder)

    assert code == problem.code
    assert said in problem.message


def test_a_missing_resource_is_a_typed_error() -> None:
    """An incomplete installation is said as such."""
    from cxmaturity.core.problems import FileError
    from cxmaturity.resources import resource

    with pytest.raises(FileError, match="missing from this installation"):
        resource("no-such-folder")


def test_a_broken_logo_raises_an_input_error() -> None:
    """Used without a file, the reader of logos raises what every caller expects."""
    with pytest.raises(InputError, match="neither SVG nor PNG"):
        read_logo(b"GIF89a")
