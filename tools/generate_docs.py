"""Write what is derived: docs/reference, environment.yml, the README's table. `--check` only says what is out of date."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(Path(__file__).resolve().parent))

import click  # noqa: E402  # after the path to our own tools
import journey_rules  # noqa: E402
import sync_environment  # noqa: E402

from cxmaturity.core.text import Language  # noqa: E402

REFERENCE = ROOT / "docs" / "reference"
EDITOR_SCHEMA = ROOT / "src" / "cxmaturity" / "content" / "schemas" / "engagement.schema.json"
JOURNEY_SCHEMA = EDITOR_SCHEMA.with_name("journeys.schema.json")
RESULTS = tuple(ROOT / "benchmarks" / name for name in ("results.md", "batch.md"))
MARKS = re.compile(r"(<!-- benchmarks -->\n).*?(<!-- /benchmarks -->)", flags=re.DOTALL)
TITLES = {
    "en": ("Command line", "Generated from the program by `python3 run.py docs`."),
    "fr": ("Ligne de commande", "Produit à partir du programme par `python3 run.py docs`."),
}


def command_line(language: str) -> str:
    """Return the reference of the command line: the help of each command, as the program prints it."""
    os.environ["CXMATURITY_LANGUAGE"] = language
    from cxmaturity.cli import _output
    from cxmaturity.cli._app import COMMANDS, application

    _output.prepare([])
    program = application()
    title, note = TITLES[language]
    parts = [f"# {title}\n\n{note}\n"]
    top = click.Context(program, info_name="cxmaturity", terminal_width=96, max_content_width=96)
    parts.append(f"```text\n{program.get_help(top)}\n```\n")
    for name in COMMANDS:
        parts += _command_pages(program, top, name, "##")
    return "\n".join(parts)


def _command_pages(group: click.Group, parent: click.Context, name: str, mark: str) -> list[str]:
    """Return the help of a command, then of the commands inside it."""
    command = group.get_command(parent, name)
    if command is None:
        raise LookupError(name)
    context = click.Context(command, info_name=name, parent=parent, terminal_width=96, max_content_width=96)
    pages = [f"{mark} `{context.command_path}`\n\n```text\n{command.get_help(context)}\n```\n"]
    if isinstance(command, click.Group):
        for inside in command.list_commands(context):
            pages += _command_pages(command, context, inside, f"{mark}#")
    return pages


def engagement_file(language: str) -> str:
    """Return the reference of engagement.yaml: every key with its type and what it is for."""
    from cxmaturity import i18n
    from cxmaturity.files import load_catalog
    from cxmaturity.files.reference import engagement_markdown

    chosen: Language = "fr" if language == "fr" else "en"
    return engagement_markdown(load_catalog(), chosen, lambda key: i18n.message(key, chosen))


def editor_schema() -> str:
    """Return the JSON Schema of engagement.yaml, with English descriptions."""
    from cxmaturity import i18n
    from cxmaturity.files import load_catalog
    from cxmaturity.files.reference import engagement_schema

    return engagement_schema(load_catalog(), lambda key: i18n.message(key, "en"))


def journey_file(language: str) -> str:
    """Return the reference of journeys.yaml and of the workbook: every key, every column, every word."""
    from cxmaturity.files.journey.reference import journey_markdown

    return journey_markdown("fr" if language == "fr" else "en")


def journey_editor_schema() -> str:
    """Return the JSON Schema of journeys.yaml, with English descriptions."""
    from cxmaturity.files.journey.reference import journey_schema

    return journey_schema()


def with_benchmarks(readme: Path) -> str:
    """Return a README with the benchmark tables between its marks."""
    table = "\n".join(path.read_text(encoding="utf-8") for path in RESULTS)
    return MARKS.sub(lambda found: f"{found[1]}{table}{found[2]}", readme.read_text(encoding="utf-8"))


def targets() -> dict[Path, str]:
    """Return every generated file with the text it should have."""
    return {
        ROOT / "environment.yml": sync_environment.render(),
        REFERENCE / "command-line.md": command_line("en"),
        REFERENCE / "command-line.fr.md": command_line("fr"),
        REFERENCE / "engagement-file.md": engagement_file("en"),
        REFERENCE / "engagement-file.fr.md": engagement_file("fr"),
        REFERENCE / "journey-rules.md": journey_rules.rules_page("en"),
        REFERENCE / "journey-rules.fr.md": journey_rules.rules_page("fr"),
        REFERENCE / "journey-file.md": journey_file("en"),
        REFERENCE / "journey-file.fr.md": journey_file("fr"),
        EDITOR_SCHEMA: editor_schema(),
        JOURNEY_SCHEMA: journey_editor_schema(),
        ROOT / "README.md": with_benchmarks(ROOT / "README.md"),
    }


def main() -> int:
    """Write or compare; exit 1 when ``--check`` finds a file out of date."""
    wanted = targets()
    stale = [
        path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    if "--check" not in sys.argv[1:]:
        for path in stale:
            path.write_text(wanted[path], encoding="utf-8", newline="\n")
    for path in stale:
        print(f"{'stale' if '--check' in sys.argv[1:] else 'wrote'} {path.relative_to(ROOT)}")
    return 1 if stale and "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
