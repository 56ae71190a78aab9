"""What the parts of a configuration mean for each other: contradictions, which are refused, and warnings."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from flexsync_cli.config.model import Configuration
from flexsync_cli.config.values import is_loopback

_ODBC_PASSWORD = re.compile(r"(?:^|;)\s*(?:pwd|password)\s*=\s*[^;\s]", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"\w[\w+]*://[^/@]*:[^/]*@", re.IGNORECASE)
FLEXMAILS_LIMIT = 60


def contradictions(configuration: Configuration) -> list[str]:
    """What can't be meant so, as "path: what is wrong"."""
    return [
        *_opt_in(configuration),
        *_types(configuration),
        *_constants(configuration),
        *_names(configuration),
        *_login(configuration),
    ]


def warnings(configuration: Configuration) -> list[str]:
    """What works but should be mended, or does nothing, as "path: what and why"."""
    return [
        *(
            f"{key}: stands in plain text; better {{ env = ... }}, {{ file = ... }} or {{ keyring = ... }}"
            for key in plain_secrets(configuration)
        ),
        *_without_soap(configuration),
        *_without_mail(configuration),
        *_limits(configuration),
    ]


def plain_secrets(configuration: Configuration) -> list[str]:
    """The paths of the keys whose secrets stand in the file itself."""
    keys = [key for key, secret in configuration.secrets.items() if secret.plain is not None]
    connection = configuration.admin.connection.get_secret_value()
    if _ODBC_PASSWORD.search(connection) or _URL_PASSWORD.match(connection):
        keys.insert(0, "admin.connection")
    return keys


def _opt_in(configuration: Configuration) -> Iterator[str]:
    if configuration.sync.opt_in and configuration.flexmail.soap_token is None:
        yield "sync.opt_in: needs flexmail.soap_token, by which Flexmail tells who subscribed; add it, or set opt_in = false"


def _types(configuration: Configuration) -> Iterator[str]:
    sync = configuration.sync
    if configuration.admin.relations.crm_type:
        return
    for key, types in (("crm_types", sync.crm_types), ("crm_type_order", sync.crm_type_order)):
        if types:
            yield f'sync.{key}: needs admin.relations.crm_type, which is ""; name the column, or leave {key} empty'


def _constants(configuration: Configuration) -> Iterator[str]:
    relations, communications = configuration.admin.relations, configuration.admin.communications
    written = (relations.id, relations.name, relations.first_name, relations.email, relations.active)
    yield from _twice("opt_in.values", configuration.opt_in.values, written)
    if communications is not None:
        columns = (communications.relation_id, communications.date, communications.subject, communications.text)
        yield from _twice("admin.communications.values", communications.values, (*columns, communications.reference or ""))


def _twice(key: str, constants: Iterable[str], written: Iterable[str]) -> Iterator[str]:
    taken = {column.lower() for column in written}
    for column in constants:
        if column.lower() in taken:
            yield f"{key}.{column}: flexsync writes this column itself; leave it out"


def _names(configuration: Configuration) -> Iterator[str]:
    field = configuration.interests.as_field
    if field and field in configuration.fields:
        yield "interests.as_field: is under [fields] too; a custom field can hold only one of them"


def _login(configuration: Configuration) -> Iterator[str]:
    smtp = configuration.smtp
    if smtp is None or bool(smtp.username) == (smtp.password is not None):
        return
    lacking, given = ("password", "username") if smtp.username else ("username", "password")
    yield f"smtp.{lacking}: missing; smtp.{given} is given, and a login needs both"


def _without_soap(configuration: Configuration) -> Iterator[str]:
    if configuration.flexmail.soap_token is not None:
        return
    if configuration.admin.communications is not None:
        yield "admin.communications: does nothing without flexmail.soap_token, by which clicks are read"
    if configuration.bounces.notify is not None:
        yield "bounces.notify: does nothing without flexmail.soap_token, by which bounces are read"


def _without_mail(configuration: Configuration) -> Iterator[str]:
    smtp = configuration.smtp
    if smtp is None and configuration.bounces.notify is not None:
        yield "bounces.notify: no mail can be sent without [smtp]"
    if smtp is not None and smtp.password is not None and smtp.security == "none" and not is_loopback(smtp.host):
        yield 'smtp.security: the password goes over the network unencrypted; use "starttls" or "tls"'


def _limits(configuration: Configuration) -> Iterator[str]:
    flexmail, sync = configuration.flexmail, configuration.sync
    own = (urlsplit(flexmail.rest_url).hostname or "").endswith("flexmail.eu")
    if own and flexmail.calls_per_minute > FLEXMAILS_LIMIT:
        yield f"flexmail.calls_per_minute: Flexmail allows {FLEXMAILS_LIMIT}; what is above it is refused and tried again"
    if sync.crm_types and set(sync.crm_type_order) - set(sync.crm_types):
        yield "sync.crm_type_order: names types that sync.crm_types does not select"
