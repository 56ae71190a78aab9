"""What `migrate-legacy` says and does about the old Windows service."""

import sys
from pathlib import Path

import click

from flexsync_cli.bootstrap.legacy import can_remember, remember_service, service_on
from flexsync_cli.cli.console import say, stderr_console
from flexsync_cli.domain.legacy_service import SERVICE, ServiceState, in_the_way, sentence, steps
from flexsync_cli.errors import Misconfigured

_QUESTION = f"Is {SERVICE} stopped and disabled?"


def tell_service(server: str | None, config: Path, *, disable: bool, dry_run: bool) -> None:
    """Say in what state it is and, where a person wants it, disable it; what is known is remembered for `run` and `push`."""
    console, service = stderr_console(), service_on(server)
    state = ServiceState.UNKNOWN if service is None else service.state()
    where, unnamed = server or "", "" if server is not None else "; where it is, is not known: give its server as --server NAME"
    if disable and service is None:
        way_out = f"{steps(where)[0]} {'; '.join(line.strip() for line in steps(where)[1:])}"
        raise Misconfigured(f"a service can only be disabled from Windows, on a server that is known{unnamed}; {way_out}")
    say(console, f"{sentence(state, where)}{unnamed}.", "yellow" if in_the_way(state) else None)
    if service and disable and not dry_run and in_the_way(state) and _agreed(f"Stop and disable {SERVICE}?"):
        service.disable()
        state = service.state()
        say(console, f"{sentence(state, where)}.")
    if in_the_way(state) or state is ServiceState.UNKNOWN:
        say(console, "It must not run beside flexsync, once flexsync writes:")
        for line in steps(where):
            say(console, line, indent=2)
    if not dry_run and can_remember(config):
        _remember(config, state)


def _remember(config: Path, state: ServiceState) -> None:
    """The state; where it can't be seen, a person's word."""
    if state is ServiceState.UNKNOWN:
        if not sys.stdin.isatty():
            return
        state = ServiceState.DISABLED if _agreed(_QUESTION) else ServiceState.ENABLED
    remember_service(config, state)


def _agreed(question: str) -> bool:
    return click.confirm(question, err=True)
