import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsync_cli.domain.legacy_names import is_fields, is_newsletters, is_numbered_field, part_of, recognise


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Id gebruiker", "flexmail.account_id"),
        ("ID_GEBRUIKER", "flexmail.account_id"),
        ("Id d'utilisateur", "flexmail.account_id"),
        ("UserId", "flexmail.account_id"),
        ("Flexmail.AccountId", "flexmail.account_id"),
        ("gebruikerstoken", "flexmail.token"),
        ("Jeton d\u2019utilisateur", "flexmail.token"),
        ("user-token", "flexmail.token"),
        ("FlexmailApiKey", "flexmail.token"),
        ("SOAP token", "flexmail.soap_token"),
        ("jeton SOAP", "flexmail.soap_token"),
        ("SoapToken", "flexmail.soap_token"),
        ("Interval", "sync.interval"),
        ("Intervalle de synchronisation", "sync.interval"),
        ("CRM interesses", "sync.interests"),
        ("Centres d'intérêt", "sync.interests"),
        ("crm_interests", "sync.interests"),
        ("Gebouncede e-mail", "bounces.notify"),
        ("GEBOUNCEDE_EMAIL", "bounces.notify"),
        ("E-mails rebondis", "bounces.notify"),
        ("Bounced email address", "bounces.notify"),
        ("Opt-in", "sync.opt_in"),
        ("OPTIN", "sync.opt_in"),
        ("Opt-in activé", "sync.opt_in"),
        ("OptIn CRM type", "opt_in.crm_type"),
        ("Chaîne de connexion", "connection"),
        ("Databaseverbinding", "connection"),
        ("ConnectionString", "connection"),
        ("Gebruikersnummer", "flexmail.account_id"),
        ("Num\u00e9ro de compte", "flexmail.account_id"),
        ("API-gebruiker", "flexmail.account_id"),
        ("Token d'utilisateur", "flexmail.token"),
        ("Toegangstoken", "flexmail.token"),
        ("RestApiKey", "flexmail.token"),
        ("SOAP_API_KEY", "flexmail.soap_token"),
        ("Jeton d'API SOAP", "flexmail.soap_token"),
        ("Fr\u00e9quence de synchronisation", "sync.interval"),
        ("Synchronisatiefrequentie", "sync.interval"),
        ("SynchroniseerCrmInteresses", "sync.interests"),
        ("Bounce mail address", "bounces.notify"),
        ("E-mailadres gebouncede e-mail", "bounces.notify"),
        ("E-mails non d\u00e9livr\u00e9s", "bounces.notify"),
        ("Activer l'opt-in", "sync.opt_in"),
        ("Tweerichtingssynchronisatie", "sync.opt_in"),
        ("Double opt-in", ""),
        ("Databankverbinding", "connection"),
        ("DefaultConnection", "connection"),
        ("OdbcConnectionString", "connection"),
        ("Gebounceden", "bounces.notify"),
        ("Synchronisatie-intervallen", "sync.interval"),
        ("Flexmail sync interval minuten", "sync.interval"),
        ("de" * 46 + "interval", "sync.interval"),
        ("de" * 47 + "interval", ""),
        ("Token vervalt op", ""),
        ("x" * 5000, ""),
    ],
)
def test_a_setting_is_known_by_its_name(name: str, key: str) -> None:
    assert recognise((name,))[0] == key


@pytest.mark.parametrize(
    ("path", "key"),
    [
        (("SOAP", "Token"), "flexmail.soap_token"),
        (("Flexmail", "Token"), "flexmail.token"),
        (("Flexmail", "User Id"), "flexmail.account_id"),
        (("Database", "User Id"), "database.user"),
        (("Database", "Server"), "database.server"),
        (("SMTP", "Server"), "smtp.host"),
        (("Flexmail", "Server"), ""),
        (("OptIn", "CrmType"), "opt_in.crm_type"),
        (("connectionStrings", "Admin", "connectionString"), "connection"),
        (("HKEY_LOCAL_MACHINE", "SOFTWARE", "Syneton", "Flexmail", "Id gebruiker"), "flexmail.account_id"),
        (("Kleur",), ""),
        (("SMTP", "Token"), ""),
        (("Proxy", "Password"), ""),
        (("Database", "Mot de passe"), "database.password"),
        (("Flexmail", "Gebruiker"), "flexmail.account_id"),
        (("Flexmail", "Venster", "Gebruiker"), "flexmail.account_id"),
        (("Proxy", "Gebruiker"), ""),
        (("Config", "Proxy", "Password"), ""),
        (("Venster", "Admin", "Password"), "database.password"),
        (("Venster", "SOAP", "Token"), "flexmail.soap_token"),
        (("userSettings", "Flexmail.Properties.Settings", "Interval"), "sync.interval"),
    ],
)
def test_the_names_above_it_tell_settings_of_one_name_apart(path: tuple[str, ...], key: str) -> None:
    assert recognise(path)[0] == key


@pytest.mark.parametrize(
    ("name", "unit"), [("IntervalMinutes", "minutes"), ("interval in uren", "uren"), ("Interval (s)", ""), ("Interval", "")]
)
def test_a_name_may_end_in_the_unit(name: str, unit: str) -> None:
    assert recognise((name,))[1] == unit


def test_the_account_has_no_unit() -> None:
    assert recognise(("Flexmail", "Venster", "Gebruiker")) == ("flexmail.account_id", "")


def test_the_tables_of_fields_and_mails_are_known() -> None:
    assert is_fields("Champs personnalisés")
    assert is_fields("Velden")
    assert is_numbered_field("Maatwerkveld 12")
    assert is_newsletters("NIEUWSBRIEVEN")
    assert is_newsletters("Flexmail-nieuwsbrieven")
    assert part_of("Nieuwe uitschrijvingen") == "opt_outs"
    assert [part_of(name) for name in ("Désinscrits", "Kliks", "Wat anders")] == ["opt_outs", "clicks", ""]


@given(
    st.sampled_from(["Id gebruiker", "Jeton d'utilisateur", "Gebouncede e-mail", "Centres d'intérêt", "CRM interesses"]),
    st.data(),
)
def test_case_accents_and_separators_do_not_matter(name: str, data: st.DataObject) -> None:
    separator = data.draw(st.sampled_from(["", "_", "-", " ", "  "]))
    spelled = unicodedata.normalize(data.draw(st.sampled_from(["NFC", "NFD"])), name.replace(" ", separator))
    turned = data.draw(st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))(spelled)
    assert recognise((turned,))[0] == recognise((name,))[0] != ""
