"""The group of commands: each is imported only when it runs, and its help speaks the user's language."""

from __future__ import annotations

import importlib
import re
from typing import Any

import click

from cxmaturity.cli._output import knows, t
from cxmaturity.core.ids import nearest

COMMANDS = ("demo", "new", "check", "score", "case", "map", "report", "campaign", "app", "lab")

ALIKE = 0.7
"""How like a command a word must be to be taken for it: 'serve' is not a way to write 'erase'."""

HEADINGS = ("Usage", "Options", "Commands")
"""The words that click prints itself, each at the start of a line and followed by a colon."""


class _Local(click.Command):
    """What every command shares: its help page speaks the language of messages to the last word.

    The words come from ``content/messages/cli.yaml``: ``<name>.help``, ``<name>.short`` and ``<name>.option.*``.
    """

    def get_help(self, ctx: click.Context) -> str:
        """Return the help page, with click's own headings translated."""
        page = super().get_help(ctx)
        for word in HEADINGS:
            page = re.sub(rf"^{word}:", t(f"heading.{word.lower()}"), page, flags=re.MULTILINE)
        page = page.replace("[OPTIONS] COMMAND [ARGS]...", t("heading.pattern"))
        return page.replace("[default:", f"[{t('heading.default')}").replace(
            "[required]", f"[{t('heading.required')}]"
        )

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return ``--help``, with its own words translated."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = t("option.help")
        return option

    def speak(self, group: str = "") -> None:
        """Take the words of the language of messages, which may change between two calls of `main`.

        An option that several commands of a `group` share has its words in ``<group>.option.*``.
        """
        name = f"{group}{self.name}"
        self.help, self.short_help = t(f"{name}.help"), t(f"{name}.short")
        for parameter in self.params:
            if isinstance(parameter, click.Option):
                own = f"{name}.option.{parameter.name}"
                parameter.help = t(own if knows(own) else f"{group}option.{parameter.name}")


class Needed(click.Option):
    """An option without a safe default: every one that is missing is named at once, not the first only."""

    def get_help_extra(self, ctx: click.Context) -> Any:
        """Say that it is required, though click itself must not stop at it."""
        extra = super().get_help_extra(ctx)
        extra["required"] = "required"
        return extra


class LocalCommand(_Local):
    """One command."""

    def invoke(self, ctx: click.Context) -> Any:
        """Refuse (exit 2) when options without a safe default are missing, all of them named."""
        missing = [
            "/".join(parameter.opts)
            for parameter in self.params
            if isinstance(parameter, Needed) and ctx.params.get(parameter.name or "") in (None, "")
        ]
        if missing:
            raise click.UsageError(t("usage.missing_options", names=", ".join(missing)), ctx)
        return super().invoke(ctx)


class LocalGroup(_Local, click.Group):
    """Commands found by name, each imported only when it runs or shows its help."""

    names: tuple[str, ...] = ()

    def load(self, name: str) -> click.Command:
        """Import the command `name`, one of `names`."""
        raise NotImplementedError

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the commands in the order of a week's work."""
        return list(self.names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command."""
        return self.load(cmd_name) if cmd_name in self.names else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which exist and which is nearest."""
        if args and not args[0].startswith("-") and args[0] not in self.names:
            close = nearest(args[0], self.names, alike=ALIKE)
            said = t("usage.no_command", word=args[0], known=", ".join(self.names))
            raise click.UsageError(f"{said} {t('did_you_mean', close=close)}" if close else said, ctx)
        return super().resolve_command(ctx, args)


class Application(LocalGroup):
    """The program; commands are found by name in ``cli._commands``."""

    names = COMMANDS

    def load(self, name: str) -> click.Command:
        """Import ``cli._commands.<name>``."""
        module = importlib.import_module(f"cxmaturity.cli._commands.{name}")
        command: _Local = module.command
        command.speak()
        return command


def usage_sentence(error: click.ClickException) -> str:
    """Return what is wrong with a command as typed, in the language of messages.

    Click's own sentence is kept for what a later click words otherwise.
    """
    from cxmaturity.cli._click_words import said_again  # only when something is wrong

    if isinstance(error, click.MissingParameter):
        return t(
            "usage.missing", name=error.param.make_metavar(error.ctx) if error.param and error.ctx else "?"
        )
    if isinstance(error, click.NoSuchOption):
        close = nearest(error.option_name, error.possibilities or ())
        said = t("usage.no_option", name=error.option_name)
        return f"{said} {t('did_you_mean', close=close)}" if close else said
    if isinstance(error, click.BadParameter) and error.param is not None:
        return t("usage.bad_value", name="/".join(error.param.opts), said=said_again(error.message))
    return said_again(error.message)


def _version(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:  # noqa: ARG001  # click's signature
    if value:
        from importlib.metadata import version

        click.echo(f"cxmaturity {version('cxmaturity')}")
        ctx.exit()


def application() -> Application:
    """Build the program, in the language of messages."""
    return Application(
        name="cxmaturity",
        help=t("help"),
        params=[
            click.Option(
                ["--lang"], type=click.Choice(["en", "fr"]), expose_value=False, help=t("option.lang")
            ),
            click.Option(
                ["--version"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_version,
                help=t("option.version"),
            ),
        ],
        no_args_is_help=True,
    )
