"""Reads a configuration for `check`, which goes on where a run would stop: without a secret, or without a log."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flexsync_cli import log
from flexsync_cli.bootstrap import Office, begin
from flexsync_cli.config.load import find, load
from flexsync_cli.config.secrets import resolve_each
from flexsync_cli.errors import Misconfigured
from flexsync_cli.ports import Reporter
from flexsync_cli.services.check import Check, Finding, Mender, bad, good, skipped


@dataclass(frozen=True, slots=True)
class Examined:
    """An office with the secrets that could be fetched; `lacking` says by its key why another could not, and `log_problem`
    why there is no log."""

    office: Office
    lacking: Mapping[str, str]
    log_problem: str = ""

    def findings(self) -> Iterator[Finding]:
        """What was read, and what could not be."""
        configuration = self.office.configuration
        yield good("configuration", str(configuration.path))
        if self.office.secrets:
            yield good("secrets", ", ".join(self.office.secrets))
        for key, problem in self.lacking.items():
            yield bad(f"secret {key}", problem, Mender.PARTNER)
        path = str(configuration.log_path)
        yield bad("log", self.log_problem, Mender.PARTNER) if self.log_problem else good("log", path)

    def unless_lacking(self, key: str, what: str, check: Check) -> Check:
        """The check, or a remark that it waits for this secret."""
        waits = skipped(what, f"not asked: the secret {key} is missing")
        return (lambda: iter((waits,))) if key in self.lacking else check


def examine(path: Path | None, verbosity: int, reporter: Reporter) -> Examined:
    """Read it. Misconfigured where there is none, or it is wrong itself."""
    configuration = load(find(path))
    fetched, lacking = resolve_each(configuration.secrets, configuration.folder, os.environ)
    problem = ""
    try:
        logs = log.configure(configuration.log_path, configuration.log.format, verbosity)
    except Misconfigured as error:
        problem = str(error).removeprefix("log.file: ")
        logs = log.configure(None, configuration.log.format, verbosity)
    return Examined(begin(configuration, fetched, logs, reporter), lacking, problem)


def unreadable(error: Misconfigured) -> Iterator[Finding]:
    """A finding a problem of a configuration that can't be used at all."""
    for problem in error.problems:
        yield bad("configuration", problem, Mender.PARTNER)
