"""Checks Admin's database: driver, encryption, login, every table and column, and just the rights that are needed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flexsync_cli.domain.model import Relation
from flexsync_cli.errors import AdminLoginRefused, AdminUnavailable, Misconfigured
from flexsync_cli.services.check import Finding, Mender, bad, good, skipped

DATABASE = "admin.connection"
NOT_ASKED = "not asked: the database could not be opened"


@dataclass(frozen=True, slots=True)
class Connection:
    """What the connection says of itself: the ODBC driver ("" where there is none, as for SQLite), whether it encrypts, and
    whether it believes a certificate unseen; `local` where the server is this machine."""

    driver: str = ""
    encrypted: bool = True
    trusts_any: bool = False
    local: bool = False


@dataclass(frozen=True, slots=True)
class Rights:
    """What the login may not do and must; what it may do and needn't. Each as "INSERT on dbo.COMMUNICATION"."""

    lacking: tuple[str, ...] = ()
    needless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Database:
    """What the database says: the columns used by table, those that an INSERT must fill and nothing maps, the rights, None
    where they can't be asked, and the rows; `unreadable` says why those could not be read."""

    tables: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unfilled: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rights: Rights | None = None
    relations: Sequence[Relation] = ()
    unreadable: str = ""


def check_admin(connection: Connection, look: Callable[[], Database]) -> Iterator[Finding]:
    """`look` opens the database, and raises what Admin's adapter raises."""
    try:
        found = look()
    except Misconfigured as error:
        yield from _misconfigured(connection, error.problems)
    except AdminLoginRefused as error:
        yield from _driver(connection)
        yield bad("login to Admin", str(error), Mender.PARTNER)
        yield skipped("tables and rights", NOT_ASKED)
    except AdminUnavailable as error:
        yield bad("Admin's database", str(error), Mender.PARTNER)
        yield skipped("tables and rights", NOT_ASKED)
    else:
        yield from _driver(connection)
        yield good("login to Admin")
        yield from _tables(found)
        yield from _rights(found.rights)
        yield _rows(found)


def _misconfigured(connection: Connection, problems: Sequence[str]) -> Iterator[Finding]:
    """Every problem on a line of its own, under the key that it names."""
    if not any(problem.startswith(DATABASE) for problem in problems):
        yield from _driver(connection)
        yield good("login to Admin")
    for problem in problems:
        what, _, text = problem.partition(": ")
        yield bad(what, text, Mender.PARTNER) if text else bad(DATABASE, problem, Mender.PARTNER)
    yield skipped("rights", "not asked until the tables and columns are found")


def _driver(connection: Connection) -> Iterator[Finding]:
    if not connection.driver:
        return
    yield good("ODBC driver", connection.driver)
    if not connection.encrypted and not connection.local:
        way_out = "what goes to the database is not encrypted: use ODBC Driver 18, or add Encrypt=yes to admin.connection"
        yield bad("TLS to Admin", way_out, Mender.PARTNER)
    elif connection.trusts_any:
        yield good("TLS to Admin", "encrypted; whose server it is, is not verified (TrustServerCertificate=yes)")
    else:
        yield good("TLS to Admin", "encrypted" if connection.encrypted else "not needed: the server is this machine")


def _tables(found: Database) -> Iterator[Finding]:
    for table, columns in found.tables.items():
        yield good(f"table {table}", ", ".join(columns))
    for table, columns in found.unfilled.items():
        where = "[opt_in.values], or [admin.communications] values"
        text = f"the database wants a value in {', '.join(columns)}, and nothing gives one: add it under {where}"
        yield bad(f"new rows of {table}", text, Mender.PARTNER)


def _rights(rights: Rights | None) -> Iterator[Finding]:
    if rights is None:
        yield skipped("rights", "this database has none that could be asked for")
        return
    if rights.lacking:
        yield bad("rights", f"the login lacks {', '.join(rights.lacking)}: run the GRANT script below", Mender.PARTNER)
    if rights.needless:
        text = f"the login may do more than flexsync needs: {', '.join(rights.needless)}; take that away"
        yield bad("rights", text, Mender.PARTNER)
    if not rights.lacking and not rights.needless:
        yield good("rights", "just those that are needed")


def _rows(found: Database) -> Finding:
    """Whether the columns hold what they are mapped for: at least one relation to mail."""
    if found.unreadable:
        return bad("relations", found.unreadable, Mender.PARTNER)
    count = len(found.relations)
    ticked = [relation for relation in found.relations if relation.newsletter]
    wrong = ""
    if not count:
        wrong = "the table has no rows, or none that this login sees: is it the right one?"
    elif not ticked:
        wrong = f"not one of {count} has its newsletter ticked: does admin.newsletter name the right table and column?"
    elif not any(relation.active for relation in ticked):
        wrong = f"not one of the {len(ticked)} that are ticked is active: does admin.relations.active name the right column?"
    if wrong:
        return bad("relations", wrong, Mender.PARTNER)
    return good("relations", f"{count}, {len(ticked)} of them with the newsletter ticked")
