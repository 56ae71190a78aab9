"""The world of the demo: an office's Admin, a Flexmail that has a part of its people already, a mail box, a configuration."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flexsync_cli.sandbox.mailbox import Mailbox
from flexsync_cli.sandbox.model import FieldType
from flexsync_cli.sandbox.office import Office, make_office
from flexsync_cli.sandbox.office_people import INTERESTS, OfficeRelation
from flexsync_cli.sandbox.serve import Sandbox

KNOWN = 4  # one in so many tidy relations is in Flexmail already

CONFIG = """\
# The demo's configuration. Its Flexmail lives only as long as the demo: what calls nobody works after it.
[admin]
connection = "sqlite:///admin.db"
[admin.relations]
table = "CUSTOMER"
[admin.newsletter]
table = "CUSTOMER_PERMANENT"
[admin.interests]
table = "CUSTOMER_INTEREST"
relation_id = "CUSTOMER_ID"
interest = "INTEREST"
[admin.communications]
table = "COMMUNICATION"
relation_id = "CUSTOMER_ID"
date = "DATE"
subject = "SUBJECT"
text = "TEXT"
reference = "REFERENCE"
values = {{ TYPE = "Flexmail" }}
[fields]
acc_software = {{ column = "ACC_SOFTWARE", from = "ACC_SOFTWARE", key = "ID", label = "LABEL" }}
employees = "EMPLOYEES"
customer_since = "CUSTOMER_SINCE"
[languages]
N = "nl"
F = "fr"
E = "en"
[flexmail]
account_id = {account}
token = {{ file = "token.txt" }}
soap_token = {{ file = "soap_token.txt" }}
source = "Admin"
calls_per_minute = 100000
rest_url = "{rest}"
soap_url = "{soap}"
[sync]
opt_in = true
[opt_in.values]
CRM_TYPE = 8
[bounces]
notify = "secretariaat@kantoor-voorbeeld.be"
[summary]
when = "always"
language = "{language}"
[smtp]
host = "127.0.0.1"
port = {smtp}
security = "none"
sender = "flexsync@kantoor-voorbeeld.be"
"""


@dataclass(frozen=True, slots=True)
class DemoWorld:
    """Everything the demo plays with."""

    folder: Path
    office: Office
    flexmail: Sandbox
    mailbox: Mailbox

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.folder / "config.toml"


@contextmanager
def demo_world(folder: Path, relations: int, seed: int, language: str = "nl") -> Iterator[DemoWorld]:
    """Make it in an empty folder; Flexmail and the mail box end with the block, the files stay."""
    office = make_office(folder / "admin.db", relations, seed)
    mails = folder / "mails"
    mails.mkdir()
    with Sandbox(seed=seed) as flexmail, Mailbox(mails) as mailbox:
        world = DemoWorld(folder, office, flexmail, mailbox)
        _furnish(flexmail)
        for relation in office.tidy_relations()[::KNOWN]:
            _is_known(flexmail, relation)
        flexmail.control.add_contact("lezer@example.org", name="Lezer", first_name="Gast", language="nl")
        _configure(world, language)
        yield world


def _furnish(flexmail: Sandbox) -> None:
    """The custom fields and interests that the office made in Flexmail beforehand."""
    flexmail.control.add_custom_field("acc_software", FieldType.FREE_TEXT)
    flexmail.control.add_custom_field("employees", FieldType.NUMERIC)
    flexmail.control.add_custom_field("customer_since", FieldType.DATE)
    for interest in INTERESTS[:-1]:
        flexmail.control.add_interest(interest)


def _is_known(flexmail: Sandbox, relation: OfficeRelation) -> None:
    flexmail.control.add_contact(
        relation.email or "", name=relation.name.strip()[:50], first_name=relation.first_name.strip()[:50], language="nl"
    )


def _configure(world: DemoWorld, language: str) -> None:
    flexmail = world.flexmail
    (world.folder / "token.txt").write_text(flexmail.account.token, encoding="utf-8")
    (world.folder / "soap_token.txt").write_text(flexmail.account.soap_token, encoding="utf-8")
    world.config.write_text(
        CONFIG.format(
            account=flexmail.account.id,
            rest=flexmail.url,
            soap=flexmail.soap_url,
            smtp=world.mailbox.port,
            language=language,
        ),
        encoding="utf-8",
    )
