"""The command group. A command is loaded only when it is used, so that `--help` and `--version` import no driver."""

from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import cast

import click

from flexsync_cli.cli.context import EXIT_CODES, QUIET, GlobalOptions

# In the order of --help. Each lives in the module of its name, `-` as `_`, as `command`.
COMMANDS = {
    "run": "All steps, in order, and the summary mail.",
    "push": "Opt-outs, then Admin's relations to Flexmail.",
    "pull-unsubscribes": "Who opted out in Flexmail, back to Admin.",
    "pull-clicks": "Who clicked, as communications in Admin.",
    "bounces": "What bounced, mailed to who mends it.",
    "pull-contacts": "Opt-in: new contacts and profiles, to Admin.",
    "plan": "What a run would do, and its price in calls.",
    "approve": "Do what the guard refused.",
    "consent": "Record a person's new yes.",
    "dedupe-report": "All relations whose address occurs twice.",
    "migrate-legacy": "The old system's settings, as a config.toml.",
    "init": "Ask a few questions and write config.toml.",
    "check": "Test everything that must be right.",
    "explain": "Why a person does or doesn't get the newsletter.",
    "status": "Last runs, calls used, and what waits for you.",
    "schedule": "Show or check the scheduled task.",
    "demo": "The whole thing, on this machine alone.",
}


def module_of(name: str) -> str:
    """The module that holds a command."""
    return f"flexsync_cli.cli.{name.replace('-', '_')}"


class LazyGroup(click.Group):
    """Knows its commands by name and short text, and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - Click's signature
        """The commands there are, in the order of the table."""
        return [name for name in COMMANDS if find_spec(module_of(name))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one."""
        if cmd_name not in self.list_commands(ctx):
            return None
        return cast("click.Command", import_module(module_of(cmd_name)).command)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Click's own, but a name that is unknown gets the nearest that is known."""
        known = self.list_commands(ctx)
        if args[0] not in known:
            nearest = get_close_matches(args[0], known, n=1)
            ctx.fail(f'no command "{args[0]}"' + (f', did you mean "{nearest[0]}"?' if nearest else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in `--help`, from the table, so that none is loaded for it."""
        rows = [(name, COMMANDS[name]) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


@click.group(cls=LazyGroup, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", metavar="FILE", type=click.Path(path_type=Path), help="The configuration, if not config.toml here.")
@click.option("-v", "--verbose", count=True, help="Tell each thing that is done; -vv tells all, also in the log.")
@click.option("-q", "--quiet", is_flag=True, help="Tell only results, warnings and errors.")
@click.version_option(package_name="flexsync", prog_name="flexsync", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, config: Path | None, verbose: int, quiet: bool) -> None:  # noqa: FBT001 - Click's flag
    """Keep an office's Admin and its Flexmail newsletters in step."""
    if quiet and verbose:
        ctx.fail("-q and -v exclude each other")
    ctx.obj = GlobalOptions(config, QUIET if quiet else min(verbose, 2))
