"""What is taken over becomes a whole configuration; what can't stand in it goes back to what is left, with a reason."""

import pytest

from flexsync_cli.domain.legacy import Migration, Setting, Taken, migrate
from flexsync_cli.domain.legacy_config import Proposal, propose, refer

CONNECTION = "Driver={ODBC Driver 18 for SQL Server};Server=SQL01;Database=Admin"
MAPPING = {"admin.relations": {"table": "dbo.KLANT", "id": "KLANTNR"}}
NO_SERVER = "a mail server needs its name and a sender: see [smtp]"
NO_LOGIN = "a login needs a name and a password"
NO_PASSWORD = "a login needs a mail server, a name and a password"


def migrated(**values: str) -> Migration:
    return migrate([Setting((name.replace("_", " "),), value) for name, value in values.items()])


def proposed(migration: Migration) -> Proposal:
    return propose(migration, {})


def left(migration: Migration) -> list[tuple[str, str, str]]:
    return [(each.setting.name, each.setting.value, each.why) for each in migration.left]


def taken(migration: Migration) -> list[str]:
    return [each.key for each in migration.taken]


def test_of_nothing_the_usual_is_supposed_and_the_rest_is_missing() -> None:
    made = propose(Migration(), MAPPING)
    assert made.document == {
        "admin.relations": {"table": "dbo.KLANT", "id": "KLANTNR"},
        "flexmail": {"source": "Admin", "language": "nl", "account_id": None, "token": {"env": "FLEXSYNC_TOKEN"}},
        "sync": {"interval": "1h", "interests": True, "opt_in": False, "mode": "observe"},
        "admin": {"connection": None},
    }
    assert made.supposed == [
        "admin.relations",
        *("flexmail.source", "flexmail.language", "sync.interval", "sync.interests", "sync.opt_in"),
    ]
    assert made.missing == ["admin.connection", "flexmail.account_id", "flexmail.token"]
    assert made.references == ["flexmail.token"]


def test_what_was_set_stays_and_is_not_supposed() -> None:
    migration = migrated(interval="30", id_gebruiker="7", token="t", connection=CONNECTION + ";UID=sync;PWD=geheim")
    made = proposed(migration)
    assert (made.document["sync"]["interval"], "sync.interval" in made.supposed) == ("30m", False)
    assert made.document["admin"] == {"connection": CONNECTION + ";UID=sync", "password": {"env": "FLEXSYNC_ADMIN_PASSWORD"}}
    assert (made.missing, made.references) == ([], ["admin.password", "flexmail.token"])
    assert migration.document["sync"] == {"interval": "30m"}


def test_the_opt_in_needs_the_soap_token() -> None:
    made = proposed(migrated(opt_in="ja"))
    assert made.references == ["flexmail.token", "flexmail.soap_token"]
    assert made.document["flexmail"]["soap_token"] == {"env": "FLEXSYNC_SOAP_TOKEN"}
    assert made.missing[-2:] == ["flexmail.token", "flexmail.soap_token"]


def test_a_table_that_was_taken_over_is_not_overwritten_by_the_mapping() -> None:
    migration = Migration({"admin.relations": {"table": "dbo.RELATIE"}})
    assert propose(migration, MAPPING).document["admin.relations"] == {"table": "dbo.RELATIE"}


def test_a_whole_mail_server_stays() -> None:
    bare = migrated(SMTP_server="smtp.example.be", SMTP_afzender="a@example.be")
    assert proposed(bare).document["smtp"] == {"host": "smtp.example.be", "sender": "a@example.be"}
    whole = migrated(SMTP_server="smtp.example.be", SMTP_afzender="a@example.be", SMTP_user="sync", SMTP_password="x")
    assert proposed(whole).document["smtp"] == {
        "host": "smtp.example.be",
        "sender": "a@example.be",
        "username": "sync",
        "password": {"env": "FLEXSYNC_SMTP_PASSWORD"},
    }
    assert (left(bare), left(whole)) == ([], [])
    assert taken(whole) == ["smtp.host", "smtp.sender", "smtp.username", "smtp.password"]


@pytest.mark.parametrize(
    ("name", "value", "key"), [("SMTP server", "smtp.example.be", "host"), ("SMTP afzender", "a@example.be", "sender")]
)
def test_half_a_mail_server_goes_back_and_its_password_with_it(name: str, value: str, key: str) -> None:
    migration = migrate(
        [Setting((name,), value), Setting(("SMTP password",), "geheim"), Setting(("Interval",), "30")],
    )
    made = proposed(migration)
    assert "smtp" not in made.document
    assert (made.references, migration.secrets) == (["flexmail.token"], {})
    assert left(migration) == [(f"smtp/{key}", value, NO_SERVER), ("smtp/password", "***", NO_PASSWORD)]
    assert taken(migration) == ["sync.interval"]


def test_a_login_without_a_password_goes_back() -> None:
    migration = migrated(SMTP_server="smtp.example.be", SMTP_afzender="a@example.be", SMTP_user="sync")
    assert proposed(migration).document["smtp"] == {"host": "smtp.example.be", "sender": "a@example.be"}
    assert left(migration) == [("smtp/username", "sync", NO_LOGIN)]
    assert taken(migration) == ["smtp.host", "smtp.sender"]


def test_a_password_without_a_login_goes_back() -> None:
    migration = migrated(SMTP_server="smtp.example.be", SMTP_afzender="a@example.be", SMTP_password="geheim")
    made = proposed(migration)
    assert made.document["smtp"] == {"host": "smtp.example.be", "sender": "a@example.be"}
    assert (left(migration), migration.secrets) == ([("smtp/password", "***", NO_PASSWORD)], {})
    assert taken(migration) == ["smtp.host", "smtp.sender"]


def test_a_number_that_goes_back_is_shown_as_it_was() -> None:
    migration = Migration({"smtp": {"port": 25}}, taken=[Taken("SMTP/port", "smtp.port")])
    proposed(migration)
    assert (left(migration), taken(migration)) == ([("smtp/port", "25", NO_SERVER)], [])


def test_a_secret_is_said_to_be_elsewhere() -> None:
    document: dict[str, dict[str, object]] = {"flexmail": {"language": "nl"}}
    refer(document, "flexmail.token", {"keyring": "flexsync/token"})
    refer(document, "smtp.password", {"env": "X"})
    assert document == {
        "flexmail": {"language": "nl", "token": {"keyring": "flexsync/token"}},
        "smtp": {"password": {"env": "X"}},
    }
