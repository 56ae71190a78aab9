"""cron and systemd."""

import re
from collections.abc import Iterator
from pathlib import Path

from flexsync_cli.adapters.scheduler.commands import Runner, Wanted, run, split
from flexsync_cli.domain.installed import Installed

_CRON_LINE = re.compile(r"(?:@\w+|\S+(?:\s+\S+){4})\s+(?P<rest>.+)")
_UNIT_FOLDERS = ("etc/systemd/system", "usr/local/lib/systemd/system", "usr/lib/systemd/system", "lib/systemd/system")
_EXITED = "1"  # CLD_EXITED: only then is the status an exit code


class UnixSchedulers:
    """What starts a configuration by cron or by systemd. `root` and `home` are where their files lie."""

    def __init__(self, root: Path = Path("/"), home: Path | None = None, runner: Runner = run) -> None:
        self._root = root
        self._home = home or Path.home()
        self._run = runner

    def find(self, configuration: Path) -> list[Installed] | None:
        """All entries; None where this machine has neither scheduler."""
        wanted = Wanted(configuration)
        found = [*self._cron(wanted), *self._systemd(wanted)]
        return found if found or self._is_scheduled() else None

    def _is_scheduled(self) -> bool:
        """Whether there is a cron, or a systemd that runs: in a container its programs may lie there without it."""
        systemd = self._run(["systemctl", "is-system-running"])
        return self._run(["crontab", "-l"]) is not None or (systemd is not None and systemd.text.strip() not in ("", "offline"))

    def _cron(self, wanted: Wanted) -> Iterator[Installed]:
        own = self._run(["crontab", "-l"])
        if own is not None and own.code == 0:
            yield from self._cron_lines(wanted, own.text, "the crontab of this account", of_system=False)
        for path in (self._root / "etc/crontab", *sorted((self._root / "etc/cron.d").glob("*"))):
            yield from self._cron_lines(wanted, _read(path), str(path), of_system=True)

    def _cron_lines(self, wanted: Wanted, text: str, where: str, *, of_system: bool) -> Iterator[Installed]:
        for line in text.splitlines():
            match = None if line.lstrip().startswith("#") else _CRON_LINE.fullmatch(line.strip())
            if match is None:
                continue
            account, command = match["rest"].split(maxsplit=1) if of_system and " " in match["rest"] else ("", match["rest"])
            words = split(command.replace(r"\%", "%"))
            if wanted.starts(words):
                alive = self._cron_is_alive()
                mend = "" if alive else "start the cron service, also at boot: systemctl enable --now cron"
                yield Installed(where, account, enabled=alive, mend=mend, missing=wanted.missing(words))

    def _cron_is_alive(self) -> bool:
        """Taken for granted where it can't be asked."""
        answer = self._run(["pgrep", "-x", "crond?"])
        return answer is None or answer.code != 1

    def _systemd(self, wanted: Wanted) -> Iterator[Installed]:
        folders = {self._root / name: () for name in _UNIT_FOLDERS} | {self._home / ".config/systemd/user": ("--user",)}
        seen = set()
        for folder, scope in folders.items():
            for path in sorted(folder.glob("*.service")):
                words = _unit_words(_read(path))
                if path.resolve() not in seen and wanted.starts(words):
                    seen.add(path.resolve())
                    yield self._unit(path, scope, wanted.missing(words))

    def _unit(self, service: Path, scope: tuple[str, ...], missing: str) -> Installed:
        timer = service.with_suffix(".timer")
        where = f"the systemd timer {timer.name}"
        properties = self._show(scope, service.name, "User", "ExecMainCode", "ExecMainStatus")
        status = properties.get("ExecMainStatus", "")
        result = int(status) if properties.get("ExecMainCode") == _EXITED and status.isdecimal() else None
        account = properties.get("User", "") or ("" if scope else "root")
        if not timer.exists():
            mend = f"make {timer}: flexsync schedule show"
            return Installed(f"{where}, which is not there", account, enabled=False, mend=mend, missing=missing, result=result)
        active = self._show(scope, timer.name, "ActiveState").get("ActiveState") == "active"
        turn_on = " ".join(("systemctl", *scope, "enable --now", timer.name))
        return Installed(where, account, enabled=active, mend="" if active else turn_on, missing=missing, result=result)

    def _show(self, scope: tuple[str, ...], unit: str, *names: str) -> dict[str, str]:
        answer = self._run(["systemctl", *scope, "show", unit, f"--property={','.join(names)}"])
        lines = answer.text.splitlines() if answer is not None and answer.code == 0 else []
        return {name: value for name, _, value in (line.partition("=") for line in lines)}


def _unit_words(text: str) -> list[str]:
    """The command of a service, with what its folder and variables add to it."""
    keys = ("ExecStart", "WorkingDirectory", "Environment")
    lines = (line.partition("=") for line in text.replace("\\\n", " ").splitlines())
    return [word.replace("%%", "%") for key, _, value in lines if key.strip() in keys for word in split(value)]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
