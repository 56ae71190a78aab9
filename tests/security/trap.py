"""An office full of canaries: values that occur nowhere else, so that wherever one turns up it has leaked from there."""

import html
import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from click.testing import CliRunner

from flexsync_cli.__main__ import main
from flexsync_cli.sandbox.model import Account
from flexsync_cli.sandbox.serve import Sandbox
from tests.adapters.mail.server import MailServer
from tests.scenarios.world import Result, World

# With what URLs, XML and JSON write otherwise.
SECRETS = {
    "rest": "canary/rest+4f1c9a&=",
    "soap": "canary/soap<77b0e2>&",
    "admin": "canary/admin+c3d851%@",
    "smtp": 'canary/smtp "90aa16"',
}
NAME = "Kanarievogel"
FIRST_NAME = "Tjilpelientje"
VALUE = "Canarisoft-Deluxe"
PHRASE = "Kooivogelweg"  # in what Flexmail and the bounces say
DOMAIN = "kanariekooi.be"
PERSONAL = (NAME, FIRST_NAME, VALUE, PHRASE, DOMAIN)

# Data, not talk: the office's own things, which a log is not. The lock beside the state is talk.
STATE = tuple(f"state.db{suffix}" for suffix in ("", "-wal", "-shm", "-journal"))
HOLDS_SECRETS = ("config.toml", "soap.secret", "old.json")
HOLDS_PERSONS = (*HOLDS_SECRETS, *STATE, "admin.db", "made.toml", "duplicates.csv", "duplicates.xlsx")
NAMES_PERSONS = ("dedupe-report", "explain", "migrate-legacy")  # the commands that are asked for just that, and no `--json`


def address(name: str) -> str:
    """An address of the canaries' own domain."""
    return f"{name}@{DOMAIN}"


@dataclass
class Trap:
    """The office, what its commands said, and where else they may have said it."""

    world: World
    mail: MailServer
    results: list[tuple[str, Result]] = field(default_factory=list)  # with the command's name
    children: list[str] = field(default_factory=list)  # the command lines of programs that were started

    def run(self, *arguments: str, answers: Sequence[str] = ()) -> Result:
        """`flexsync ARGUMENTS` at -vv, to its exit code, as the process does it."""
        typed = "".join(f"{answer}\n" for answer in answers)
        with pytest.MonkeyPatch.context() as patch, CliRunner().isolation(typed) as (out, err, _):
            patch.setattr(sys, "argv", ["flexsync", "-vv", "--config", str(self.world.config), *arguments])
            code = main()
            sys.stderr.flush()
        result = Result(code, out.getvalue().decode(), err.getvalue().decode())
        self.results.append((arguments[0], result))
        return result

    def files(self, except_for: Sequence[str]) -> dict[str, str]:
        """Every file but those, by its path: logs, crash logs, locks, and what nobody thought of."""
        files = (path for path in self.world.folder.rglob("*") if path.is_file() and path.name not in except_for)
        return {str(path): path.read_bytes().decode("utf-8", "replace") for path in files}

    def said(self) -> dict[str, str]:
        """The streams of every command, and what it passed to other programs."""
        streams = {
            f"{stream} {number} of {command}": text
            for number, (command, result) in enumerate(self.results)
            for stream, text in (("stdout", result.out), ("stderr", result.err))
        }
        return {**streams, "other programs": "\n".join(self.children)}

    def assert_nothing_leaked(self) -> None:
        """No secret anywhere; no address, name or value but where it is asked for."""
        said = self.said()
        mails = {f"mail {number}": _mail_text(each.original_content or b"") for number, each in enumerate(self.mail.taken)}
        assert not found({**said, **mails, **self.files(HOLDS_SECRETS)}, list(SECRETS.values()))
        talk = {where: text for where, text in said.items() if not _is_asked_for_persons(where, text)}
        assert not found({**talk, **self.files(HOLDS_PERSONS)}, PERSONAL)


def found(texts: Mapping[str, str], canaries: Sequence[str]) -> list[tuple[str, str]]:
    """Which canaries sit where, in whatever form, with what stands around them."""
    birds = {form.casefold() for canary in canaries for form in forms(canary)}
    cages = ((where, text, text.casefold().find(bird)) for bird in birds for where, text in texts.items())
    return [(where, text[max(0, at - 200) : at + 80]) for where, text, at in cages if at >= 0]


def forms(canary: str) -> set[str]:
    """How a text looks as such, in a URL, in XML and HTML, in JSON, and within whatever is written as base64."""
    quoted = {quote(canary), quote(canary, safe=""), quote_plus(canary)}
    return {canary, *quoted, html.escape(canary), html.escape(canary, quote=False), json.dumps(canary)[1:-1], *_base64(canary)}


def _base64(canary: str) -> Iterator[str]:
    """What stays the same of it, whichever of three places it begins at: 6 bits a letter, 8 a byte."""
    for before in range(3):
        raw = bytes(before) + canary.encode()
        yield b64encode(raw).decode()[-(-before * 8 // 6) : len(raw) * 8 // 6]


def _is_asked_for_persons(where: str, text: str) -> bool:
    return where.startswith("stdout") and where.endswith(NAMES_PERSONS) and not text.startswith('{"version"')


def _mail_text(message: bytes) -> str:
    """The whole of it as it was sent, and each part as it is read."""
    parts = (part.get_payload(decode=True) for part in message_from_bytes(message).walk() if not part.is_multipart())
    return "\n".join(part.decode("utf-8", "replace") for part in (message, *parts) if isinstance(part, bytes))


def _overhear(trap: Trap, monkeypatch: pytest.MonkeyPatch) -> None:
    """What flexsync passes to programs that it starts is seen by everybody on the machine."""
    start: Callable[..., None] = subprocess.Popen.__init__

    def heard(self: "subprocess.Popen[bytes]", args: Sequence[str], *rest: object, **options: object) -> None:
        trap.children.append(" ".join(map(str, args)))
        start(self, args, *rest, **options)

    monkeypatch.setattr(subprocess.Popen, "__init__", heard)


@contextmanager
def trap_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trap]:
    """A whole office of canaries that has synchronised once."""
    # A crash that has no log of its own goes where the user's logs are.
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "home"))
    account = Account(token=SECRETS["rest"], soap_token=SECRETS["soap"])
    account.owner["email"] = address("eigenaar")
    mail = MailServer(login=("flexsync", SECRETS["smtp"]))
    mail.start()
    try:
        with Sandbox(account=account) as sandbox:
            world = World(folder, sandbox)
            trap = Trap(world, mail)
            _overhear(trap, monkeypatch)
            _configure(trap, monkeypatch)
            _enter_relations(world)
            yield trap
            world.engine.dispose()
    finally:
        mail.stop()


def _configure(trap: Trap, monkeypatch: pytest.MonkeyPatch) -> None:
    world = trap.world
    monkeypatch.setenv("CANARY_REST", SECRETS["rest"])
    monkeypatch.setenv("CANARY_SMTP", SECRETS["smtp"])
    (world.folder / "soap.secret").write_text(SECRETS["soap"], encoding="utf-8")
    world.with_interests()
    world.with_communications()
    world.configure(
        admin={"password": SECRETS["admin"]},
        flexmail={"token": {"env": "CANARY_REST"}, "soap_token": {"file": "soap.secret"}},
        fields={"software": "ACC_SOFTWARE"},
        sync={"opt_in": True},
        interests={"create": True},
        bounces={"notify": address("secretariaat"), "untick": "hard"},
        summary={"when": "always"},
        smtp={
            "host": "127.0.0.1",
            "port": trap.mail.port,
            "security": "none",
            "username": "flexsync",
            "password": {"env": "CANARY_SMTP"},
            "sender": address("flexsync"),
        },
    )
    world.flexmail.add_custom_field("software")


def _enter_relations(world: World) -> None:
    for number in range(1, 13):
        world.relation(number, address(f"relatie{number}"), name=NAME, FIRSTNAME=FIRST_NAME, ACC_SOFTWARE=f"{VALUE} {number}")
        world.interest(number, f"{VALUE} nieuws")
    world.relation(20, address("relatie1"), name=f"{NAME} dubbel")
    world.relation(21, f"geen adres {DOMAIN}", name=NAME)
    world.relation(22, f"{address('een')}; {address('twee')}", name=NAME)
    world.relation(23, address("geblokkeerd"), name=NAME)
    world.flexmail.blacklist(address("geblokkeerd"))


def live(world: World) -> None:
    """Everything that can happen between two runs, happens."""
    flexmail = world.flexmail
    flexmail.advance(60)
    campaign = flexmail.send_campaign(f"{PHRASE} nieuwsbrief", f"{PHRASE} voor u")
    since = datetime.now(UTC) + timedelta(seconds=60)
    flexmail.unsubscribe(address("relatie2"), campaign.id, at=since)
    flexmail.bounce(address("relatie3"), campaign.id, message=f"<{address('relatie3')}> {PHRASE} unknown", at=since)
    flexmail.click(address("relatie4"), campaign.id, f"https://{DOMAIN}/{PHRASE}?m={address('relatie4')}", at=since)
    flexmail.change_profile(address("relatie5"), {"name": f"{NAME}-{PHRASE}"}, at=since)
    flexmail.opt_in(address("nieuw"), {"name": NAME, "first_name": FIRST_NAME}, at=since)
    flexmail.delete(address("relatie6"))
    flexmail.edit_contact(address("relatie7"), {}, address("elders"))
    world.edit(8, EMAIL=address("verhuisd"), NAME=f"{NAME} anders")
    world.untick(9)
    world.remove(10)
    world.edit(11, ACC_SOFTWARE=f"{VALUE} {PHRASE}", LANGUAGE=PHRASE)
