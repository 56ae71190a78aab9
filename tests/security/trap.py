"""An office full of canaries: values that occur nowhere else, so that wherever one turns up it has leaked from there."""

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from flexsync_cli.__main__ import main
from flexsync_cli.sandbox.model import Account
from flexsync_cli.sandbox.serve import Sandbox
from tests.adapters.mail.server import MailServer
from tests.scenarios.world import Result, World

SECRETS = {
    "rest": "canary-rest-4f1c9a",
    "soap": "canary-soap-77b0e2",
    "admin": "canary-admin-c3d851",
    "smtp": "canary-smtp-90aa16",
}
NAME = "Kanarievogel"
FIRST_NAME = "Tjilpelientje"
VALUE = "Canarisoft-Deluxe"
PHRASE = "Kooivogelweg"  # in what Flexmail and the bounces say
DOMAIN = "kanariekooi.be"
PERSONAL = (NAME, FIRST_NAME, VALUE, PHRASE, DOMAIN)

# Data, not talk: the office's own things, which a log is not.
KEEPERS = ("admin.db", "state.db", "config.toml", "soap.secret", "duplicates")


def address(name: str) -> str:
    """An address of the canaries' own domain."""
    return f"{name}@{DOMAIN}"


@dataclass
class Trap:
    """The office, what its commands said, and where else they may have said it."""

    world: World
    mail: MailServer
    results: list[Result]

    def run(self, *arguments: str, config: Path | None = None) -> Result:
        """`flexsync ARGUMENTS` at -vv, to its exit code, as the process does it."""
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setattr(sys, "argv", ["flexsync", "-vv", "--config", str(config or self.world.config), *arguments])
            code = main()
        result = Result(code, _text(out), _text(err))
        self.results.append(result)
        return result

    def written(self) -> dict[str, str]:
        """Every file that is no keeper of data, by its name: logs, crash logs, locks, and what nobody thought of."""
        files = (path for path in self.world.folder.rglob("*") if path.is_file())
        return {path.name: path.read_bytes().decode("utf-8", "replace") for path in files if not path.name.startswith(KEEPERS)}

    def assert_nothing_leaked(self) -> None:
        """No secret anywhere; no address, name or value in logs, in what is said, and in the documents of `--json`."""
        said = {f"stderr of {number}": result.err for number, result in enumerate(self.results)}
        data = {f"stdout of {number}": result.out for number, result in enumerate(self.results)}
        state = {path.name: path.read_bytes().decode("latin-1") for path in self.world.folder.glob("state.db*")}
        documents = {where: text for where, text in data.items() if text.startswith('{"version"')}
        mails = {f"mail {number}": (each.original_content or b"").decode() for number, each in enumerate(self.mail.taken)}
        assert not found(
            {**said, **data, **state, **mails, **self.written()}, [*SECRETS.values(), *map(quote, SECRETS.values())]
        )
        assert not found({**said, **documents, **self.written()}, PERSONAL)


def found(texts: dict[str, str], canaries: Sequence[str]) -> list[tuple[str, str]]:
    """Which canaries sit where, with what stands around them."""
    cages = ((where, text, text.casefold().find(each.casefold())) for each in canaries for where, text in texts.items())
    return [(where, text[max(0, at - 200) : at + 80]) for where, text, at in cages if at >= 0]


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


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
            trap = Trap(world, mail, [])
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
