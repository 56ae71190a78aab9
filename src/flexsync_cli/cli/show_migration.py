"""Shows what `migrate-legacy` made of the old settings; never a value of theirs."""

import os
import re
from pathlib import Path

import click

from flexsync_cli.bootstrap.legacy import ADMIN_CONNECTION, TakeOver
from flexsync_cli.cli.console import say, stderr_console, stdout_console
from flexsync_cli.cli.tables import print_table
from flexsync_cli.domain.legacy_config import VARIABLES

_ADDRESS = re.compile(r"[^\s/@]+@[^\s/@]+")


def show_migration(taken: TakeOver, target: Path, kept: Path | None, *, dry_run: bool) -> None:
    """What was taken, supposed and left, and where the file is."""
    console, migration, proposal = stdout_console(), taken.migration, taken.proposal
    if dry_run:
        click.echo(taken.text, nl=False)
        console = stderr_console()
    print_table(
        console, ("old setting", "became", ""), [(_shown(each.name), _shown(each.key), each.note) for each in migration.taken]
    )
    if migration.left:
        rows = [(_shown(each.setting.name), each.why) for each in migration.left]
        print_table(console, ("old setting", "not taken: kept in the file as a comment"), rows)
    if proposal.supposed:
        say(console, f"By default, look whether it fits: {', '.join(proposal.supposed)}")
    for key in proposal.missing:
        say(console, f"Missing, to be filled in: {key}", "yellow")
    if not dry_run:
        say(console, f"Written: {target}" + (f"; the old one is {kept}" if kept else ""))


def _shown(name: str) -> str:
    """The name of a setting, which may be an address: of a list of persons in the same file."""
    return _ADDRESS.sub("(address)", name)


def show_next(taken: TakeOver, target: Path, *, keyring: bool, dry_run: bool) -> None:
    """The secrets, and the way from observing to writing."""
    console = stderr_console()
    in_keyring = taken.migration.secrets.keys() if keyring else set[str]()
    wanted = [key for key in taken.proposal.references if key not in in_keyring]
    if wanted:
        say(console, "Set these environment variables, for the account that flexsync runs under, to the old settings' values:")
        for key in wanted:
            say(console, f"{_command(VARIABLES[key])}   ({key})", indent=2)
        if not keyring:
            again = "" if dry_run else " --overwrite"
            say(console, f"or keep them in this account's keyring: the same command again, with --store-secrets{again}.")
    if in_keyring and not dry_run:
        say(console, f"In this account's keyring: {', '.join(in_keyring)}. The scheduled task must run under this account.")
    for line in _steps(target):
        say(console, line)


def show_how_to_begin() -> None:
    """Nothing was given to read."""
    console = stderr_console()
    say(console, "No settings were read. Give the old module's: --from FILE (a .config, XML, INI, JSON or .reg file),")
    say(console, f"or --from-table NAME, with the database's connection string in {ADMIN_CONNECTION}.")


def _command(variable: str) -> str:
    if os.name == "nt":
        return f'[Environment]::SetEnvironmentVariable("{variable}", "...", "Machine")'
    return f"export {variable}='...'"


def _steps(target: Path) -> tuple[str, ...]:
    return (
        "Next:",
        f"  1. flexsync --config {target} check: is everything in reach, and are the names of tables and columns right?",
        "     Where they aren't, it names those there are; flexsync init --output other.toml proposes them by looking.",
        f"  2. flexsync --config {target} plan: five groups show where Admin and Flexmail differ, before anything is written.",
        "  3. Let flexsync run by the schedule beside the old system for some days. It observes: it writes nothing, but mails",
        "     what it would do. Compare each mail with what the old system mailed and did that day.",
        '  4. Where they agree: disable the old service, set sync.mode = "sync", and run flexsync plan once more.',
    )
