"""The process: runs the command group and turns whatever happens into a message on stderr and an exit code."""

import errno
import os
import sys
from contextlib import suppress

import click

from flexsync_cli.cli.app import cli
from flexsync_cli.errors import ExitCode, FlexsyncError

_NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO)  # of a file that stdout was redirected to


def main() -> int:
    """Run the command line; the exit code."""
    _accept_any_character()
    return _flush(_run())


def _run() -> int:
    try:
        return int(cli.main(prog_name="flexsync", standalone_mode=False, windows_expand_args=False) or ExitCode.DONE)
    except FlexsyncError as error:
        return _fail(str(error), error.exit_code)
    except click.ClickException as error:
        return _usage(error)
    except (click.Abort, KeyboardInterrupt):
        return _fail("interrupted", ExitCode.INTERRUPTED)
    except OSError as error:
        return _unwritten(error) if error.errno in _NO_ROOM else _bug(error)
    except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback on a console, no exit code of chance
        return _bug(error)


def _fail(message: str, code: ExitCode) -> int:
    with suppress(OSError):
        for line in message.splitlines():
            click.echo(f"error: {line}", err=True)
    return code


def _usage(error: click.ClickException) -> int:
    context = error.ctx if isinstance(error, click.UsageError) else None
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return ExitCode.CONFIGURATION
    message = error.format_message().rstrip(".")
    if isinstance(error, click.NoSuchOption) and context and error.option_name in _global_options():
        return _fail(f"{error.option_name} goes before the command: flexsync {error.option_name} ...", ExitCode.CONFIGURATION)
    hint = f"{' See' if message.endswith('?') else '; see'} {context.command_path} --help" if context else ""
    return _fail(message + hint, ExitCode.CONFIGURATION)


def _global_options() -> set[str]:
    return {name for parameter in cli.params for name in parameter.opts}


def _bug(error: Exception) -> int:
    from flexsync_cli.cli.crash import log_bug  # only needed when all else failed

    path = log_bug(error)
    where = f"; please report it with {path}" if path else ""
    return _fail(f"a bug in flexsync ({type(error).__name__}){where}", ExitCode.BUG)


def _accept_any_character() -> None:
    """A Windows console in cp1252 can't show every name; a question mark is better than a run that ends there."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):  # None where there is no console, or a test's own stream
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # typed as TextIO, which lacks it


def _flush(code: int) -> int:
    """Write out what is buffered; a reader that has left (`| head`) changes nothing of what was done. The exit code."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _leave_stdout()
    except (AttributeError, ValueError):  # no console, or closed
        return code
    except OSError as error:
        _leave_stdout()
        return _unwritten(error)
    return code


def _leave_stdout() -> None:
    """What is still buffered goes nowhere: Python would try once more when it ends, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unwritten(error: OSError) -> int:
    why = os.strerror(error.errno) if error.errno else type(error).__name__
    return _fail(
        f"the output can't be written where it is sent ({why}); what was done is done, and kept", ExitCode.CONFIGURATION
    )


if __name__ == "__main__":
    sys.exit(main())
