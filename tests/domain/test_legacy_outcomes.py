"""What becomes of each setting of the old module: taken with a remark, or left with a reason that says what it must be."""

import pytest

from flexsync_cli.domain.legacy import Migration, Setting, Taken, migrate

AGAIN = "there was another value for it before"
NOT_A_PART = "the {} of admin.connection must be a text of one line, and be given once"
NO_PARTS = "server and database are needed to make admin.connection"
NOT_A_FIELD = "not a name of a custom field, or not one of a column"
GUESS = "its column in Admin is a guess"
ODBC = "Driver={ODBC Driver 18 for SQL Server};Server=SQL01;Database=Admin"


def migrated(*pairs: tuple[str, str]) -> Migration:
    """A path is written with slashes."""
    return migrate([Setting(tuple(path.split("/")), value) for path, value in pairs])


def left(migration: Migration) -> list[tuple[str, str]]:
    return [(each.setting.name, each.why) for each in migration.left]


@pytest.mark.parametrize(
    ("path", "value", "key", "read", "note"),
    [
        ("Flexmail/Standaardtaal", "Nederlands", "flexmail.language", "nl", ""),
        ("Flexmail/Bron", " Admin ", "flexmail.source", "Admin", ""),
        ("Interval", "90", "sync.interval", "90m", "a bare number, read as minutes: 90m"),
        ("Interval", "15 min", "sync.interval", "15m", ""),
        ("IntervalMinutes", "90", "sync.interval", "90m", ""),
        ("CRM interesses", "ja", "sync.interests", True, ""),
        ("Opt-in", "nee", "sync.opt_in", False, ""),
        ("Opt-in CRM type", "8", "opt_in.values.CRM_TYPE", 8, "the column CRM_TYPE is supposed"),
        ("CRM types", "3;Prospect", "sync.crm_types", [3, "Prospect"], ""),
        ("Gebouncede e-mail", "A@example.be", "bounces.notify", "a@example.be", ""),
        ("SMTP/Poort", "587", "smtp.port", 587, ""),
        ("Gebruiker", "D-12345", "flexmail.account_id", 12345, ""),
        ("Connection", ODBC, "admin.connection", ODBC, ""),
        ("Database/Database", "Server=SQL01;Database=Admin", "admin.connection", ODBC, "made an ODBC string of .NET's"),
        ("ConnectionStrings/Kantoor", "Server=SQL01;Database=Admin", "admin.connection", ODBC, "made an ODBC string of .NET's"),
        ("Samenvatting", "a@example.be,b@example.be", "summary.to", ["a@example.be", "b@example.be"], ""),
        ("Nieuwsbrieven", "ja", "summary.when", "daily", ""),
        ("Nieuwsbrieven", "Kliks, Toegevoegd, kliks", "summary.include", ["clicks", "created"], ""),
    ],
)
def test_what_is_understood_is_taken(path: str, value: str, key: str, read: object, note: str) -> None:
    found = migrated((path, value))
    table, _, name = key.rpartition(".")
    assert found.document == {table: {name: read}}
    assert (found.taken, found.left, found.secrets) == ([Taken(path, key, note)], [], {})


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("Token", " t1 ", "flexmail.token"),
        ("SOAP/Token", "t1", "flexmail.soap_token"),
        ("SMTP/Password", "t1", "smtp.password"),
    ],
)
def test_secrets_are_kept_apart(path: str, value: str, key: str) -> None:
    found = migrated((path, value))
    assert (found.document, found.secrets, found.taken, found.left) == ({}, {key: "t1"}, [Taken(path, key)], [])


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        ("Kleur", "blauw", "not understood"),
        ("Opt-in kleur", "x", "not understood; a column that the opt-in is to fill goes under [opt_in.values]"),
        ("Interval", " ", "it is empty"),
        (
            *("Interval", "soms"),
            "sync.interval must be a length of time from a minute to 4 weeks, such as 30, 15 min, 1u or 00:30:00",
        ),
        ("Token", "a\nb", "flexmail.token must be a text of one line"),
        ("Gebouncede e-mail", "niemand", "bounces.notify must be one valid e-mail address"),
        ("Id gebruiker", "x", "flexmail.account_id must be a number, such as 12345 or D-12345"),
        ("Connection", "x", "admin.connection must be a connection string of ODBC or .NET, or an SQLAlchemy address"),
        (
            *("Nieuwsbrieven", "kliks; wat anders"),
            "summary.to must be valid e-mail addresses, or names of the mail's chapters, or yes or no",
        ),
        (
            *("Nieuwsbrieven/Kliks", "misschien"),
            "summary.include must be yes or no (ja, nee, oui, non, true, false, 1, 0)",
        ),
        ("Maatwerkveld1", "\x00", NOT_A_FIELD),
        ("Maatwerkvelden/acc", "a\nb", NOT_A_FIELD),
        ("Database/Server", "SQL\x0001", NOT_A_PART.format("server")),
        ("Database/Server", "SQL01", NO_PARTS),
        ("Database/Password", "geheim", NO_PARTS),
    ],
)
def test_what_is_not_understood_is_left_with_a_reason(path: str, value: str, why: str) -> None:
    found = migrated((path, value))
    assert left(found) == [(path, why)]
    assert (found.taken, found.secrets) == ([], {})


@pytest.mark.parametrize(
    ("path", "one", "other", "why"),
    [
        ("Token", "a", "b", f"flexmail.token: {AGAIN}"),
        ("Interval", "30", "60", f"sync.interval: {AGAIN}"),
        ("Maatwerkvelden/acc", "A", "B", f"fields.acc: {AGAIN}"),
        ("Connection", ODBC, "DSN=Admin", f"admin.connection: {AGAIN}"),
    ],
)
def test_the_first_of_two_values_counts_and_the_same_twice_is_one(path: str, one: str, other: str, why: str) -> None:
    assert left(migrated((path, one), (path, other))) == [(path, why)]
    twice = migrated((path, one), (path, one))
    assert (len(twice.taken), twice.left) == (2, [])


def test_a_part_of_the_connection_is_given_once() -> None:
    found = migrated(("Database/Server", "SQL01"), ("Database/Server", "SQL01"), ("Database/Database", "Admin"))
    assert left(found) == [("Database/Server", NOT_A_PART.format("server"))]
    assert found.document == {"admin": {"connection": f"{ODBC};Trusted_Connection=yes"}}


def test_a_password_belongs_to_the_connection_it_came_with() -> None:
    first, second = f"{ODBC};UID=sync;PWD=een", "DSN=Admin;UID=sync;PWD=twee"
    found = migrated(("Connection", first), ("Connection", second))
    assert found.secrets == {"admin.password": "een"}
    assert migrated(("Connection", ODBC), ("Connection", second)).secrets == {}


def test_single_settings_make_the_connection_and_each_is_told() -> None:
    found = migrated(
        ("Database/Server", " SQL01 "),
        ("Database/Database", "Admin"),
        ("Database/User", "sync"),
        ("Database/Password", "geheim"),
    )
    assert found.document == {"admin": {"connection": f"{ODBC};UID=sync"}}
    assert (found.secrets, found.left) == ({"admin.password": "geheim"}, [])
    assert [(each.name, each.key, each.note) for each in found.taken] == [
        ("Database/Server", "admin.connection", ""),
        ("Database/Database", "admin.connection", ""),
        ("Database/User", "admin.connection", ""),
        ("Database/Password", "admin.password", ""),
    ]


def test_beside_a_whole_connection_only_the_password_is_of_use() -> None:
    found = migrated(("Connection", f"{ODBC};UID=sync"), ("Database/Server", "SQL02"), ("Database/Password", "geheim"))
    assert found.document == {"admin": {"connection": f"{ODBC};UID=sync"}}
    assert found.secrets == {"admin.password": "geheim"}
    assert left(found) == [("Database/Server", "admin.connection says it")]
    assert [each.key for each in found.taken] == ["admin.connection", "admin.password"]
    known = migrated(("Connection", f"{ODBC};UID=sync;PWD=een"), ("Database/Password", "twee"))
    assert (known.secrets, left(known)) == ({"admin.password": "een"}, [("Database/Password", "admin.connection says it")])


def test_of_several_addresses_for_bounces_the_first_is_taken() -> None:
    found = migrated(("Gebouncede e-mail", "a@example.be; b@example.be"))
    assert found.document == {"bounces": {"notify": "a@example.be"}}
    assert [(each.key, each.note) for each in found.taken] == [("bounces.notify", "the first of several addresses")]
    assert left(found) == [("Gebouncede e-mail", "bounces.notify takes one address; for all of them give that of a group")]


@pytest.mark.parametrize(
    ("pairs", "fields", "note"),
    [
        ([("Maatwerkvelden", "acc = SOFTWARE")], {"acc": "SOFTWARE"}, ""),
        ([("Maatwerkvelden", "acc -> SOFTWARE = x")], {"acc": "SOFTWARE = x"}, ""),
        ([("Maatwerkvelden", "acc")], {"acc": "ACC"}, GUESS),
        ([("Maatwerkveld3", "acc=acc")], {"acc": "ACC"}, GUESS),
        ([("Maatwerkvelden/acc", "ja")], {"acc": "ACC"}, GUESS),
        ([("Maatwerkvelden/acc", "SOFTWARE")], {"acc": "SOFTWARE"}, ""),
        ([("Maatwerkvelden/0", "acc")], {"acc": "ACC"}, GUESS),
        ([("Maatwerkvelden/item", "acc=SOFTWARE")], {"acc": "SOFTWARE"}, ""),
        ([("Maatwerkvelden/acc/kolom", "SOFTWARE")], {"acc": "SOFTWARE"}, ""),
        ([("Maatwerkvelden/waarde", "SOFTWARE")], {"waarde": "SOFTWARE"}, ""),
        ([("Flexmail.Maatwerkvelden.acc", "SOFTWARE")], {"acc": "SOFTWARE"}, ""),
        ([("Maatwerkvelden/Omzet 2.0", "OMZET")], {"Omzet 2.0": "OMZET"}, ""),
    ],
)
def test_custom_fields_in_all_their_forms(pairs: list[tuple[str, str]], fields: dict[str, str], note: str) -> None:
    found = migrated(*pairs)
    assert (found.document, found.left) == ({"fields": fields}, [])
    (name,) = fields
    assert found.taken == [Taken(pairs[0][0], f"fields.{name}", note)]


def test_chapters_of_the_mail_are_switched_one_by_one_and_some_stay() -> None:
    found = migrated(("Nieuwsbrieven/Kliks", "ja"), ("Nieuwsbrieven/Toegevoegd", "nee"), ("Nieuwsbrieven/Fouten", "ja"))
    assert found.document == {"summary": {"include": ["clicks", "parked"]}}
    assert [each.key for each in found.taken] == ["summary.include"] * 3
    none = migrated(("Nieuwsbrieven/Kliks", "nee"))
    assert none.document == {"summary": {"include": ["parked"]}}
    assert migrated(("Nieuwsbrieven", "nee")).document == {"summary": {"when": "problems"}}


@pytest.mark.parametrize(
    ("path", "value", "shown"),
    [
        ("Kleur", "blauw", "blauw"),
        ("Kleur", "donkerblauwgrijsgroen", "donkerblauwgrijsgroen"),
        ("Jeton", "", ""),
        ("Jeton", "x", "***"),
        ("Token/Kleur", "x", "x"),
        ("Kleur", "PWD=x", "***"),
    ],
)
def test_only_what_may_be_a_secret_is_hidden(path: str, value: str, shown: str) -> None:
    assert Setting(tuple(path.split("/")), value).masked == shown


def test_names_that_are_paths_are_taken_apart() -> None:
    assert Setting(("Flexmail.Token", "a/b:c\\d"), "").parts == ("Flexmail", "Token", "a", "b", "c", "d")
    assert Setting(("/",), "").parts == ("/",)
