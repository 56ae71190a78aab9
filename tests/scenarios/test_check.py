"""`flexsync check`: one line each, with who mends it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from flexsync_cli.sandbox.mailbox import Mailbox
from tests.scenarios.world import Result, World

SKIPPED = "\N{EN DASH}"


@pytest.fixture
def ready(world: World) -> World:
    """An office in which everything is right."""
    path = world.folder / "token.txt"
    path.write_text(world.sandbox.account.token)
    path.chmod(0o600)
    world.configure(flexmail={"token": {"file": str(path)}, "soap_token": {"file": str(path.with_name("soap.txt"))}})
    path.with_name("soap.txt").write_text(world.sandbox.account.soap_token)
    path.with_name("soap.txt").chmod(0o600)
    world.relation(1, "een@example.be", ACC_SOFTWARE="Yuki", EMPLOYEES=5)
    return world


def lines(result: Result, sign: str) -> list[str]:
    return [line.removeprefix(f"{sign} ") for line in result.out.splitlines() if line.startswith(sign)]


def smtp_of(world: World, port: int) -> None:
    world.configure(smtp={"host": "127.0.0.1", "port": port, "security": "none", "sender": "flexsync@kantoor-voorbeeld.be"})


def test_all_in_order_spends_few_calls_and_says_so(ready: World) -> None:
    ready.with_interests()
    ready.configure(fields={"acc_software": "ACC_SOFTWARE"})
    ready.flexmail.add_custom_field("acc_software", "free_text")
    result = ready.run("check")
    assert (result.code, lines(result, "✗")) == (0, [])
    assert {"login to Admin", "REST token", "SOAP token", "account converted", "source: Admin"} < set(lines(result, "✓"))
    assert "custom field acc_software: free text" in lines(result, "✓")
    assert "table CUSTOMER_PERMANENT: CUSTOMER_ID, NEWSLETTER" in lines(result, "✓")
    calls = len(ready.flexmail.calls)
    assert calls == 6
    assert result.out.splitlines()[-1].endswith(f" 0 to mend, 4 not applicable, {calls} calls")
    assert not ready.writes()


def test_what_is_wrong_says_the_way_out_and_who_mends_it(ready: World) -> None:
    ready.with_interests()
    ready.configure(
        fields={"acc_sofware": "ACC_SOFTWARE", "size": "EMPLOYEES"},
        flexmail={"source": "Admn", "language": "de"},
        interests={"as_field": "size"},
    )
    ready.settings["fields"].pop("size")
    ready.flexmail.add_custom_field("acc_software", "free_text")
    ready.flexmail.add_custom_field("size", "numeric")
    result = ready.run("check")
    assert result.code == 1
    assert lines(result, "✗") == [
        'source: flexmail.source: the account has no "Admn"; did you mean "Admin"? (you)',
        'languages: the account has no such language: flexmail.language = "de"; it has nl, fr, en. '
        "Add it in Flexmail, or map another (you)",
        "custom field acc_sofware: Flexmail has none of exactly this name: make it there, or correct [fields]; "
        'did you mean "acc_software"? (you)',
        "custom field size: interests.as_field needs a multiple choice, and this is numeric (you)",
    ]


def test_what_was_mended_and_found_right_is_right_for_the_next_run(ready: World) -> None:
    ready.configure(fields={"acc_software": "ACC_SOFTWARE"})
    assert "no custom field" in ready.run("push").err
    ready.flexmail.add_custom_field("acc_software", "free_text")
    assert ready.run("check").code == 0
    assert "no custom field" not in ready.run("push").err
    (contact,) = ready.flexmail.contacts()
    assert contact.custom_fields == {"acc_software": "Yuki"}


def test_wrong_names_in_admin_are_told_all_at_once(ready: World) -> None:
    ready.configure(**{"admin.relations": {"email": "EMIAL"}, "admin.newsletter": {"table": "CUSTOMER_PERMANNT"}})
    result = ready.run("check")
    assert result.code == 1
    assert lines(result, "✗") == [
        'admin.newsletter.table: no table "CUSTOMER_PERMANNT" that this login may read, '
        'did you mean "CUSTOMER_PERMANENT"? (IT partner)',
        'admin.relations.email: no column "EMIAL" in table CUSTOMER, did you mean "EMAIL"? (IT partner)',
    ]
    assert "REST token" in lines(result, "✓")


def test_columns_that_hold_something_else(ready: World) -> None:
    ready.configure(fields={"size": "ACC_SOFTWARE", "since": "SINCE"})
    ready.flexmail.add_custom_field("size", "numeric")
    ready.flexmail.add_custom_field("since", "date")
    ready.relation(2, "twee@example.be", SINCE="2026-01-31", ticked=False)
    ready.relation(3, "drie@example.be", SINCE="long ago", ticked=False)
    result = ready.run("check")
    assert lines(result, "✗") == [
        "custom field size: is numeric in Flexmail, and not one value in Admin is: correct the column under [fields], "
        "or the type (you)"
    ]
    assert "custom field since: date; 1 of 2 values in Admin are none, and left out" in lines(result, "✓")
    assert "relations: 3, 1 of them with the newsletter ticked" in lines(result, "✓")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE CUSTOMER_PERMANENT SET NEWSLETTER = 0", "not one of 1 has its newsletter ticked"),
        ("UPDATE CUSTOMER SET IS_ACTIVE = 'Peeters'", "not one of the 1 that are ticked is active"),
        ("DELETE FROM CUSTOMER", "the table has no rows, or none that this login sees"),
    ],
)
def test_tables_in_which_nobody_is_to_be_mailed(ready: World, change: str, told: str) -> None:
    ready.sql(change)
    (line,) = lines(ready.run("check"), "✗")
    assert line.startswith(f"relations: {told}")


def test_a_column_that_must_be_filled_and_is_not_mapped(ready: World) -> None:
    ready.with_communications()
    ready.sql("DROP TABLE COMMUNICATION")
    ready.sql(
        "CREATE TABLE COMMUNICATION (ID INTEGER PRIMARY KEY, CUSTOMER_ID INTEGER, DATE TEXT, SUBJECT TEXT, TEXT TEXT, "
        "TYPE TEXT, REFERENCE TEXT, STAFF INTEGER NOT NULL)"
    )
    assert lines(ready.run("check"), "✗") == [
        "new rows of COMMUNICATION: the database wants a value in STAFF, and nothing gives one: "
        "add it under [opt_in.values], or [admin.communications] values (IT partner)"
    ]


def test_an_admin_that_is_not_there_leaves_the_rest_to_be_checked(ready: World) -> None:
    ready.configure(admin={"connection": "sqlite:///elsewhere.db"})
    result = ready.run("check")
    assert result.code == 1
    assert len(lines(result, "✗")) == 1
    assert lines(result, "✗")[0].startswith("admin.connection: there is no SQLite file")
    assert "REST token" in lines(result, "✓")


def test_a_refused_rest_token_is_tried_once_and_is_no_failure_of_the_command(ready: World) -> None:
    (ready.folder / "token.txt").write_text("another")
    result = ready.run("check")
    assert result.code == 1
    assert [line.split(":")[0] for line in lines(result, "✗")] == ["REST token"]
    assert lines(result, "✗")[0].endswith("(you)")
    assert [call.method for call in ready.flexmail.calls if call.door == "rest"] == ["GET"]
    assert "another" not in result.out


def test_a_refused_soap_token(ready: World) -> None:
    (ready.folder / "soap.txt").write_text("another")
    result = ready.run("check")
    assert result.code == 1
    assert [line.split(":")[0] for line in lines(result, "✗")] == ["SOAP token"]


def test_an_account_that_is_not_converted_is_for_flexmail_to_mend(ready: World) -> None:
    ready.flexmail.quirks.converted = False
    (line,) = lines(ready.run("check"), "✗")
    assert line.startswith("account converted: ")
    assert line.endswith("ask Flexmail to convert the account (Flexmail)")


def test_a_clock_that_is_wrong(ready: World) -> None:
    ready.flexmail.set_clock(datetime.now(UTC) - timedelta(minutes=9))
    (line,) = lines(ready.run("check"), "✗")
    assert line == "clock: this machine's is 9 minutes ahead of Flexmail's: have it set by a time server (IT partner)"


def test_a_damaged_state_is_told_and_flexmail_is_not_asked(ready: World) -> None:
    (ready.folder / "state.db").write_text("this is no database, but longer than a header of one would be " * 9)
    result = ready.run("check")
    assert result.code == 1
    assert lines(result, "✗")[0].startswith("state: ")
    assert not ready.flexmail.calls
    assert result.out.splitlines()[-1].endswith(", 0 calls")


@contextmanager
def no_room() -> Iterator[None]:
    """No file gets larger than a page or two, as on a disk that is full."""
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_full_disk_is_a_line_with_who_mends_it(ready: World) -> None:
    with no_room():
        result = ready.run("check")
    assert result.code == 1
    (told,) = lines(result, "✗")
    assert told.startswith(f"state: The disk that holds the state {ready.folder / 'state.db'} is full")
    assert told.endswith("(IT partner)")
    assert "login to Admin" in lines(result, "✓")
    assert not ready.flexmail.calls


def test_offline_opens_nothing_and_calls_nobody(ready: World) -> None:
    ready.configure(admin={"connection": "sqlite:///elsewhere.db"})
    result = ready.run("check", "--offline")
    assert (result.code, lines(result, "✗")) == (0, [])
    assert not ready.flexmail.calls
    assert not (ready.folder / "state.db").exists()


def test_a_configuration_that_cannot_be_read_ends_the_command(ready: World) -> None:
    ready.configure(flexmail={"tokn": "x"})
    assert ready.run("check", "--offline").code == 2


def test_the_grant_script_is_for_a_database_that_has_rights(ready: World) -> None:
    ready.configure(
        admin={"connection": "Driver={ODBC Driver 18 for SQL Server};Server=SQL01;Database=Admin;UID=flexsync_login"}
    )
    result = ready.run("check", "--offline")
    assert "GRANT SELECT ON [CUSTOMER] TO [flexsync_login];" in result.out.splitlines()
    assert "GRANT UPDATE ([NEWSLETTER]) ON [CUSTOMER_PERMANENT] TO [flexsync_login];" in result.out.splitlines()


def test_a_test_mail_goes_to_the_owner_in_the_offices_language(ready: World) -> None:
    with Mailbox(ready.folder) as mailbox:
        smtp_of(ready, mailbox.port)
        quiet = ready.run("check")
        assert mailbox.mails == []
        result = ready.run("check", "--send-test")
    assert (quiet.code, result.code) == (0, 0)
    assert "mail server: takes our login" in lines(quiet, "✓")
    assert "test mail: sent to 1 address" in lines(result, "✓")
    assert [mail.subject for mail in mailbox.mails] == ["flexsync: een testmail"]
    message = message_from_bytes((ready.folder / "mail-1.eml").read_bytes(), policy=default)
    assert message["To"] == ready.sandbox.account.owner["email"]


def test_a_mail_server_that_is_not_there(ready: World) -> None:
    with closed_port() as port:
        smtp_of(ready, port)
        (line,) = lines(ready.run("check"), "✗")
    assert line.startswith(f"mail server: the mail server 127.0.0.1:{port} can't be reached")
    assert line.endswith("(IT partner)")


@contextmanager
def closed_port() -> Iterator[int]:
    """A port that nobody listens at, and that nobody else gets meanwhile."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield reserved.getsockname()[1]


def test_only_what_is_to_be_mended_when_quiet(ready: World) -> None:
    ready.configure(flexmail={"source": "Admn"})
    result = ready.run("-q", "check")
    assert [line[0] for line in result.out.splitlines()] == ["✗", "c"]


def test_a_stream_that_cannot_show_the_signs_gets_words(ready: World) -> None:
    ready.configure(flexmail={"source": "Admn"})
    done = ready.process("check", environment={"PYTHONIOENCODING": "cp1252"})
    assert done.code == 1
    assert any(line.startswith("ok REST token") for line in done.out.splitlines())
    assert any(line.startswith("NO source: ") for line in done.out.splitlines())
    assert "?" not in done.out.replace('"Admin"?', "")


def test_a_secret_that_is_missing_is_told_with_who_mends_it_and_the_rest_is_checked(ready: World) -> None:
    ready.configure(flexmail={"token": {"env": "FLEXSYNC_NOT_SET_HERE"}})
    result = ready.run("check")
    assert result.code == 1
    (line,) = lines(result, "✗")
    assert line.startswith("secret flexmail.token: the environment variable FLEXSYNC_NOT_SET_HERE is not set")
    assert line.endswith("(IT partner)")
    assert "REST token: not asked: the secret flexmail.token is missing" in lines(result, SKIPPED)
    assert {"login to Admin", "SOAP token", "secrets: flexmail.soap_token"} < set(lines(result, "✓"))
    assert [call.method for call in ready.flexmail.calls if call.door == "rest"] == []


def test_every_missing_secret_leaves_out_just_what_needs_it(ready: World) -> None:
    away = {"file": "nothing-here.txt"}
    ready.configure(
        admin={"password": away},
        flexmail={"token": away, "soap_token": away},
        smtp={"host": "127.0.0.1", "port": 9, "security": "none", "sender": "f@kantoor-voorbeeld.be", "password": away},
    )
    ready.configure(smtp={"username": "flexsync"})
    result = ready.run("check", "--send-test")
    assert [line.split(":")[0] for line in lines(result, "✗")] == [
        f"secret {key}" for key in ("admin.password", "flexmail.token", "flexmail.soap_token", "smtp.password")
    ]
    waits = [line.split(":")[0] for line in lines(result, SKIPPED) if "not asked: the secret" in line]
    assert waits == ["login to Admin", "REST token", "SOAP token", "mail server", "test mail"]
    assert not ready.flexmail.calls


def test_a_configuration_that_is_wrong_is_told_in_lines_too(ready: World) -> None:
    ready.configure(flexmail={"tokn": "x"}, sync={"interval": "often"})
    result = ready.run("check")
    assert result.code == 2
    told = lines(result, "✗")
    assert len(told) == 2
    assert all(line.startswith("configuration: config.toml: ") and line.endswith("(IT partner)") for line in told)


def test_a_log_that_cannot_be_written_does_not_end_the_check(ready: World) -> None:
    (ready.folder / "folder").mkdir()
    ready.configure(log={"file": str(ready.folder / "folder")})
    result = ready.run("check")
    (line,) = lines(result, "✗")
    assert line.startswith("log: can't write ")
    assert "REST token" in lines(result, "✓")


def test_why_interests_are_not_looked_at(ready: World) -> None:
    assert "interests: not mapped: there is no [admin.interests]" in lines(ready.run("check"), SKIPPED)
    ready.with_interests()
    ready.configure(sync={"interests": False})
    assert "interests: turned off: sync.interests = false" in lines(ready.run("check"), SKIPPED)
