"""`flexsync migrate-legacy`: the old module's settings as a config.toml, and what became of its service."""

from pathlib import Path

import click

from flexsync_cli.bootstrap.legacy import (
    TakeOver,
    save,
    server_of_configuration,
    settings_from_file,
    settings_from_table,
    take_over,
)
from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.old_service import tell_service
from flexsync_cli.cli.show_migration import show_how_to_begin, show_migration, show_next
from flexsync_cli.config.load import NAME
from flexsync_cli.errors import ExitCode

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("migrate-legacy")
@click.option("--from", "source", metavar="FILE", type=FILE, help="A .config, XML, INI, JSON or .reg file with the settings.")
@click.option("--from-table", "table", metavar="NAME", help="A table in Admin's database: TABLE, or TABLE(NAME, VALUE).")
@click.option("--output", metavar="FILE", type=FILE, help="Where to write it; config.toml here by default.")
@click.option("--overwrite", is_flag=True, help="Replace a file that is there; the old one is kept as .bak-<time>.")
@click.option("--store-secrets", is_flag=True, help="Put the secrets into this account's keyring.")
@click.option("--server", metavar="NAME", help="Where ProcessEngineService is; the database's server by default.")
@click.option("--disable-service", is_flag=True, help="Stop and disable ProcessEngineService, after a question.")
@click.option("--dry-run", is_flag=True, help="Only show what would be written; change nothing.")
@click.pass_obj
def command(
    options: GlobalOptions,
    source: Path | None,
    table: str | None,
    output: Path | None,
    server: str | None,
    *,
    overwrite: bool,
    store_secrets: bool,
    disable_service: bool,
    dry_run: bool,
) -> int:
    """Take over the old module's settings, which are not changed. Secrets are never shown, nor written into the file."""
    if source and table:
        raise click.UsageError("give --from or --from-table, not both")
    target = output or options.config or Path(NAME)
    taken: TakeOver | None = None
    if source or table:
        found = settings_from_file(source) if source else settings_from_table(table or "", options.config or Path(NAME))
        taken = take_over(found, keyring=store_secrets)
        kept = None if dry_run else save(taken, target, overwrite=overwrite, keyring=store_secrets)
        show_migration(taken, target, kept, dry_run=dry_run)
    else:
        show_how_to_begin()
    if server is None:
        server = taken.server if taken else server_of_configuration(target)
    tell_service(server, target, disable=disable_service, dry_run=dry_run)
    if taken is None:
        return ExitCode.DONE
    show_next(taken, target, keyring=store_secrets, dry_run=dry_run)
    return ExitCode.ITEMS if taken.incomplete else ExitCode.DONE
