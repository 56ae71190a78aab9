import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.domain.legacy import Setting, migrate
from flexsync_cli.domain.legacy_config import propose

NAMES = st.sampled_from(
    [
        *("Id gebruiker", "token", "SOAP token", "Interval", "Opt-in", "Opt-in CRM type", "Bounce e-mail", "Nieuwsbrieven"),
        *("DSN", "Maatwerkvelden", "connection", "server", "database", "db password", "uid"),
        *("SMTP server", "SMTP afzender", "SMTP user", "SMTP password", "Kleur"),
    ]
)
SETTINGS = st.lists(st.builds(Setting, st.tuples(NAMES), st.text(max_size=30) | st.sampled_from(["1", "ja", "a@example.be"])))


def settings(**values: str) -> list[Setting]:
    return [Setting((name,), value) for name, value in values.items()]


def test_parts_of_the_mail_are_chosen_one_by_one_or_as_a_list() -> None:
    single = [Setting(("Nieuwsbrieven", "Toegevoegd"), "ja"), Setting(("Nieuwsbrieven", "Kliks"), "nee")]
    assert migrate(single).document["summary"] == {"include": ["created"]}
    assert migrate(settings(nieuwsbrieven="Toegevoegd; Uitgeschreven")).document["summary"] == {
        "include": ["created", "opt_outs"]
    }
    assert migrate(settings(nieuwsbrieven="A@example.be")).document["summary"] == {"to": ["a@example.be"]}
    assert migrate(settings(nieuwsbrieven="nee")).document["summary"] == {"when": "problems"}


def test_custom_fields_come_as_a_list_numbered_or_as_a_table() -> None:
    assert migrate(settings(maatwerkvelden="acc_software; btw=VAT")).document["fields"] == {
        "acc_software": "ACC_SOFTWARE",
        "btw": "VAT",
    }
    assert migrate(settings(maatwerkveld1="acc_software")).document["fields"] == {"acc_software": "ACC_SOFTWARE"}
    assert migrate([Setting(("Maatwerkvelden", "Boekhouding 2.0"), "SOFTWARE")]).document["fields"] == {
        "Boekhouding 2.0": "SOFTWARE"
    }


def test_single_settings_of_the_database_make_the_connection() -> None:
    found = migrate(
        [Setting(("Database", name), value) for name, value in
         [("Server", "SQL01"), ("Database", "Admin"), ("User Id", "sync"), ("Password", "geheim")]]
    )  # fmt: skip
    assert found.document["admin"]["connection"] == (
        "Driver={ODBC Driver 18 for SQL Server};Server=SQL01;Database=Admin;UID=sync"
    )
    assert found.secrets == {"admin.password": "geheim"}


def test_a_connection_under_a_name_of_its_own_is_known_by_the_table_it_stands_in() -> None:
    found = migrate([Setting(("ConnectionStrings", "Kantoor"), "Server=SQL01;Database=Admin;Trusted_Connection=True")])
    assert "Trusted_Connection=yes" in str(found.document["admin"]["connection"])


@pytest.mark.parametrize(
    ("path", "taken"), [(("configuration", "connectionStrings", "Kantoor"), True), (("configuration", "Kleur"), False)]
)
def test_a_connection_is_taken_only_where_one_is_to_be_expected(path: tuple[str, ...], taken: bool) -> None:
    found = migrate([Setting(path, "Server=SQL01;Database=Admin;Trusted_Connection=True")])
    assert ("admin" in found.document, not found.left) == (taken, taken)


def test_beside_a_whole_connection_single_settings_are_left() -> None:
    found = migrate(settings(connection="DSN=Admin", server="SQL01", database="Admin"))
    assert found.document["admin"] == {"connection": "DSN=Admin"}
    assert [(left.setting.name, left.why) for left in found.left] == [
        ("server", "admin.connection says it"),
        ("database", "admin.connection says it"),
    ]


def test_each_chapter_of_the_mail_is_told_by_its_own_name() -> None:
    found = migrate([Setting(("Nieuwsbrieven", "Toegevoegd"), "ja")])
    assert [(taken.name, taken.key) for taken in found.taken] == [("Nieuwsbrieven/Toegevoegd", "summary.include")]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (("Config", "Maatwerkvelden", "acc_software", "kolom"), {"acc_software": "SOFTWARE"}),
        (("Maatwerkvelden", "rij", "acc_software"), {"acc_software": "SOFTWARE"}),
        (("Maatwerkvelden", "venster", "rij", "acc_software"), None),
    ],
)
def test_a_custom_field_stands_close_under_their_table(path: tuple[str, ...], fields: dict[str, str] | None) -> None:
    assert migrate([Setting(path, "SOFTWARE")]).document.get("fields") == fields


def test_a_bare_user_is_the_account_where_it_is_a_number_and_else_the_databases() -> None:
    assert migrate(settings(gebruiker="D-12345")).document["flexmail"] == {"account_id": 12345}
    given = {"server": "SQL01", "database": "Admin", "user": "sa"}
    assert str(migrate(settings(**given)).document["admin"]["connection"]).endswith("UID=sa")


def test_a_second_value_is_left_not_lost() -> None:
    found = migrate([Setting(("Interval",), "60"), Setting(("Sync interval",), "30")])
    assert found.document["sync"] == {"interval": "1h"}
    assert [(each.setting.value, each.why) for each in found.left] == [
        ("30", "sync.interval: there was another value for it before")
    ]


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Kleur", "blauw", "blauw"),
        ("OudWachtwoord", "x", "***"),
        ("API clé", "x", "***"),
        ("Database2", "Server=a;Password=x", "***"),
        ("Iets", "a1b2c3d4e5f6a7b8c9", "***"),
        ("Adres", "https://u:p@example.be", "***"),
    ],
)
def test_what_may_be_a_secret_is_masked(name: str, value: str, shown: str) -> None:
    assert Setting((name,), value).masked == shown


def test_a_setting_does_not_show_its_value() -> None:
    found = migrate(settings(token="geheim", kleur="geheim"))
    assert "geheim" not in repr(found)


@given(SETTINGS)
def test_every_setting_is_taken_or_left(given_settings: list[Setting]) -> None:
    found = migrate(given_settings)
    told = {taken.name for taken in found.taken} | {left.setting.name for left in found.left}
    with_value = {each.name for each in given_settings if each.value.strip(" ;,|\r\n")}
    assert with_value <= told


@given(SETTINGS)
def test_a_proposal_observes_and_refers_to_each_secret(given_settings: list[Setting]) -> None:
    found = migrate(given_settings)
    proposal = propose(found, {})
    assert proposal.document["sync"]["mode"] == "observe"
    assert set(found.secrets) <= set(proposal.references)
    smtp = proposal.document.get("smtp")
    assert smtp is None or {"host", "sender"} <= smtp.keys()
