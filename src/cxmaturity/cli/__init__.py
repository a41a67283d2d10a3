"""The command line: the same nouns as the library, one small module per command, loaded only when asked for.

Standard output carries the result, standard error the progress and the messages. Exit codes: 0 done, 1 bad input or a
failed client, 2 wrong usage.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        What follows the program's name; `sys.argv` when absent.

    Returns
    -------
    int
        0 done, 1 bad input or a failed client, 2 wrong usage, 130 interrupted.
    """
    import click  # `import cxmaturity.cli` alone loads nothing

    from cxmaturity.cli import _output
    from cxmaturity.cli._app import application, usage_sentence
    from cxmaturity.core.problems import CxMaturityError

    told = list(sys.argv[1:] if arguments is None else arguments)
    _output.prepare(told)
    try:
        code = application().main(args=told, prog_name="cxmaturity", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        _output.say(_output.t("usage.error", said=usage_sentence(error)))
        return error.exit_code
    except CxMaturityError as error:
        _output.show_problems(error.problems, to_stderr=True)
        return 1
    except OSError as error:  # every file of ours has its own words; what is left is the place where we print
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO):
            raise
        _output.say(_output.t("usage.output_full", reason=_output.reason(error)))
        return 1
    except (click.Abort, KeyboardInterrupt):
        return 130
    return int(code or 0)
