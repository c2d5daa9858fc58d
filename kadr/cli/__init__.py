"""The command line. Thin: each command calls one function of the library and prints what it gave.

Exit codes: 0 done; 1 a fault of the program; 2 a mistake in what was asked (file, option, setting); 3 a bundle was
refused; 4 hosted inference did not give what a build needs, what it gave is kept; 130 stopped by Ctrl-C.
"""

import errno
import io
import os
import sys
import traceback

import click

from kadr import __version__
from kadr.cli.asking import search, suggest, themes
from kadr.cli.deploying import deploy
from kadr.cli.evaluating import evaluate
from kadr.cli.gating import gate
from kadr.cli.keeping import doctor, export, verify, versions
from kadr.cli.making import build, collect, diff
from kadr.cli.options import EXIT_MISTAKE, takes_letters
from kadr.cli.publishing import publish
from kadr.cli.returning import pin, rollback, unpin
from kadr.cli.serving import serve
from kadr.cli.training import predict, train
from kadr.errors import KadrError

__all__ = ["cli", "main"]

EXIT_FAULT = 1
EXIT_STOPPED = 130
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Why nothing more can be written, to a file or to where the output goes."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=__doc__.split("\n\n")[1])
@click.version_option(__version__, prog_name="kadr")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cli(*, debug: bool) -> None:
    """Build, ask and look after film search bundles."""
    del debug  # main() reads it, wherever on the line it stands


for _command in (
    build,
    collect,
    diff,
    search,
    suggest,
    themes,
    evaluate,
    export,
    verify,
    doctor,
    versions,
    rollback,
    pin,
    unpin,
    gate,
    publish,
    deploy,
    serve,
    train,
    predict,
):
    cli.add_command(_command)


def main() -> None:
    """Run the command line and exit; errors are one line, and a traceback only with --debug."""
    _replace_letters()
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    debug = len(arguments) < len(sys.argv) - 1
    try:
        code = cli.main(arguments, prog_name="kadr", standalone_mode=False)
    except click.exceptions.Abort:
        code = _stopped()
    except KeyboardInterrupt:
        code = _stopped()
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        code = error.exit_code
    except click.ClickException as error:
        click.echo(_told(error), err=True)
        code = error.exit_code
    except KadrError as error:
        _trace(debug)
        click.echo(f"kadr: {error}", err=True)
        code = error.exit_code
    except BrokenPipeError:
        # The reader of our output left (kadr ... | head): there is nobody to tell.
        _drop_output()
        code = 0
    except Exception as error:  # noqa: BLE001  # the last stop: one line, and a traceback for who asks
        _trace(debug)
        code = _ended_by(error)
    sys.exit(code)


def _replace_letters() -> None:
    """Let "?" stand for letters that the encoding of the output lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not takes_letters(stream):
            stream.reconfigure(errors="replace")


def _drop_output() -> None:
    """Let nothing more be written to the output, which Python would try once more at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _trace(debug: bool) -> None:
    """Print the traceback of the error in hand, where it was asked for; the exit code stays what it is."""
    if debug:
        traceback.print_exc()


def _ended_by(error: Exception) -> int:
    """Tell in one line of an error that is none of ours, and return the exit code."""
    if isinstance(error, OSError) and error.errno in _FULL:
        _drop_output()
        click.echo(f"kadr: cannot be written ({error.strerror}); make room and run again", err=True)
        return EXIT_MISTAKE
    click.echo(f"kadr: unexpected {type(error).__name__}: {error}; run again with --debug for all of it", err=True)
    return EXIT_FAULT


def _told(error: click.ClickException) -> str:
    """Return in one line what is wrong with a command, and where its options stand."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    where = context.command_path if context else "kadr"
    return f"{where}: {' '.join(error.format_message().split()).removesuffix('.')}; see `{where} --help`"


def _stopped() -> int:
    click.echo("kadr: stopped; what was current stays current, and what was fetched is kept for the next run", err=True)
    return EXIT_STOPPED
