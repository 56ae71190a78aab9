"""`flexsync schedule`: what the machine's scheduler needs, and whether it has it."""

import json
import os

import click

from flexsync_cli.bootstrap.schedule import account, job_of, schedule_findings, task_facts
from flexsync_cli.cli.console import stdout_console
from flexsync_cli.cli.context import GlobalOptions
from flexsync_cli.cli.show_check import show_findings, show_total
from flexsync_cli.config.load import find, load
from flexsync_cli.domain.schedule import Job, crontab, install_task, rounded, schtasks, service, timer
from flexsync_cli.errors import ExitCode


@click.group("schedule")
def command() -> None:
    """Show the crontab line, the systemd timer or the scheduled task for this configuration, or check what is installed."""


@command.command("show")
@click.option("--json", "as_json", is_flag=True, help="Print what an installer needs to know as one JSON document.")
@click.pass_obj
def show(options: GlobalOptions, *, as_json: bool) -> None:
    """Print what to install, every `sync.interval`, at a minute of this configuration's own. Changes nothing."""
    configuration = load(find(options.config))
    if as_json:
        click.echo(json.dumps(task_facts(configuration)))
    else:
        job = job_of(configuration)
        click.echo(_windows(job) if os.name == "nt" else _unix(job))


def _windows(job: Job) -> str:
    """For Task Scheduler."""
    return "\n".join(
        (
            "# In an elevated PowerShell, in the folder of flexsync's sources; makes, updates and tests the task:",
            install_task(job),
            "",
            "# Or by hand, in an elevated Command Prompt, without all that:",
            schtasks(job),
        )
    )


def _unix(job: Job) -> str:
    """For cron, or systemd."""
    remark = f"# {note}.\n" if (note := rounded(job)) else ""
    place = f"/etc/systemd/system/{job.name}"
    return (
        f"{remark}# With cron: crontab -e, and this line:\n{crontab(job)}\n\n"
        f"# Or with systemd: {place}.service\n{service(job, account())}\n\n"
        f"# and {place}.timer\n{timer(job)}\n\n"
        f"# then: systemctl daemon-reload && systemctl enable --now {job.name}.timer"
    )


@command.command("check")
@click.pass_obj
def check(options: GlobalOptions) -> int:
    """Tell whether it is installed, whether it ran, and why not. Exit code 1 where something is to be mended."""
    console = stdout_console()
    found = show_findings(console, schedule_findings(load(find(options.config))), quiet=options.quiet)
    show_total(console, found, 0)
    return ExitCode.DONE if found.is_good else ExitCode.ITEMS
