"""What may fail around flexsync, each way with canaries in what it says."""

from collections.abc import Callable, Sequence
from urllib.parse import quote

from tests.security.trap import NAME, PHRASE, SECRETS, VALUE, Trap, address


def wrong_token(trap: Trap) -> None:
    trap.world.sandbox.account.token = "another"


def wrong_soap_token(trap: Trap) -> None:
    trap.world.sandbox.account.soap_token = "another"


def server_errors(trap: Trap) -> None:
    trap.world.flexmail.fault("status", "* /contacts*", None)


def web_page(trap: Trap) -> None:
    trap.world.flexmail.fault("html", times=None)


def broken_json(trap: Trap) -> None:
    trap.world.flexmail.fault("truncated", times=None)


def cut_connections(trap: Trap) -> None:
    trap.world.flexmail.fault("drop", times=None, effect=True)


def nobody_there(trap: Trap) -> None:
    trap.world.sandbox.stop()


def mail_server_that_knows_no_password(trap: Trap) -> None:
    trap.world.configure(smtp={"username": address("iemand")})


def mail_server_that_takes_nothing(trap: Trap) -> None:
    trap.mail.rules.data = f"550 {address('eigenaar')}: {PHRASE}"


def no_admin(trap: Trap) -> None:
    (trap.world.folder / "admin.db").write_bytes(f"no database of {NAME} {VALUE}".encode() * 100)


def missing_column(trap: Trap) -> None:
    trap.world.configure(**{"admin.relations": {"name": "KANARIE_NAAM"}})


def admin_that_refuses(trap: Trap) -> None:
    trap.world.sql("CREATE TRIGGER no BEFORE UPDATE ON CUSTOMER_PERMANENT BEGIN SELECT RAISE(ABORT, 'Kooivogelweg'); END")


def damaged_state(trap: Trap) -> None:
    (trap.world.folder / "state.db").write_bytes(f"{NAME} {address('relatie1')}".encode() * 300)


def odbc(trap: Trap) -> None:
    password = SECRETS["admin"]
    connection = f"Driver={{/nowhere/libodbc.so}};Server=127.0.0.1,1;Database=Admin;UID=sa;PWD={password}"
    trap.world.configure(admin={"connection": connection})


def database_of_another_kind(trap: Trap) -> None:
    trap.world.configure(admin={"connection": f"postgresql://sa:{quote(SECRETS['admin'], safe='')}@127.0.0.1:1/admin"})


def refusing_bodies(trap: Trap) -> None:
    trap.world.flexmail.delete_custom_field("software")
    trap.world.flexmail.add_custom_field("software", "multiple_choice", ["Alfa"])


def password_that_is_no_ascii(trap: Trap) -> None:
    trap.world.configure(smtp={"password": SECRETS["smtp"] + "é"})


def budget_spent(trap: Trap) -> None:
    trap.world.configure(flexmail={"calls_per_month": 1})


def guard_that_refuses(trap: Trap) -> None:
    trap.world.configure(guard={"percent": 0, "count": 0})


FAILURES: Sequence[Callable[[Trap], None]] = (
    wrong_token,
    wrong_soap_token,
    server_errors,
    web_page,
    broken_json,
    cut_connections,
    nobody_there,
    mail_server_that_knows_no_password,
    mail_server_that_takes_nothing,
    no_admin,
    missing_column,
    admin_that_refuses,
    damaged_state,
    odbc,
    database_of_another_kind,
    refusing_bodies,
    password_that_is_no_ascii,
    budget_spent,
    guard_that_refuses,
)
