"""From the codes of an answer to the error tree. Above 220 a code means another thing in each operation."""

from flexsync_cli.adapters.flexmail.soap_record import Record
from flexsync_cli.errors import FlexmailLoginRefused, FlexmailUnavailable, FlexsyncError, Misconfigured, NotFound

LOGIN = {
    201: "it misses the account id. Fill in flexmail.account_id",
    202: "it doesn't know the account id. Check flexmail.account_id",
    203: "it misses the SOAP token. Fill in flexmail.soap_token",
    204: "the IP address of this machine must be allowed. Add it to those that may use the account's API, or ask Flexmail",
    205: "it doesn't know the SOAP token. Check flexmail.soap_token; it is another one than flexmail.token",
}
LOGIN_IN_BODY = 220
SINGLE_LIST = 210
# By operation and code: the list id that we sent is not the account's.
WRONG_LIST = {
    ("GetUnsubscriptions", 222),
    ("GetSubscriptions", 222),
    ("GetProfileUpdates", 222),
    ("GetBounces", 222),
    ("GetEmailAddresses", 221),
}
WRONG_CAMPAIGN = ("GetCampaignHistory", 221)
HTTP_OK = 200  # a refusal in a SOAP answer comes with it


def check(operation: str, answer: Record) -> None:
    """Raise what an answer's codes mean. An answer without any code is none: it must not pass for "nothing happened"."""
    of_header, of_body = answer.record("header").number("errorCode"), answer.number("errorCode")
    codes = [code for code in (of_header, of_body) if code is not None]
    if not codes:
        raise FlexmailUnavailable(
            f"Flexmail's SOAP interface answered {operation} without a result code. If it lasts, check flexmail.soap_url"
        )
    refusing = next((code for code in codes if code), 0)
    if refusing:
        raise _of_login(refusing) if refusing == of_header else _of_body(operation, refusing)


def _of_login(code: int) -> FlexsyncError:
    reason = LOGIN.get(code)
    if reason is None:
        return FlexmailUnavailable(f"Flexmail's SOAP interface refused the login (code {code}). Ask Flexmail what it means")
    return FlexmailLoginRefused(f"Flexmail's SOAP interface refused the login (code {code}): {reason}")


def _of_body(operation: str, code: int) -> FlexsyncError:
    if code == LOGIN_IN_BODY:
        return FlexmailLoginRefused(
            f"Flexmail's SOAP interface refused the login (code {code}). Check flexmail.account_id and flexmail.soap_token"
        )
    if code == SINGLE_LIST:
        return Misconfigured(f"Flexmail does not offer {operation} to this kind of account (code {code}). Ask Flexmail")
    if (operation, code) in WRONG_LIST:
        return Misconfigured(
            f"Flexmail doesn't know the list that {operation} asked for (code {code}). Is flexmail.account_id that of the "
            "account for which the state was made?"
        )
    if (operation, code) == WRONG_CAMPAIGN:
        return NotFound(HTTP_OK, f"{operation}: code {code}")
    return FlexmailUnavailable(
        f"Flexmail's SOAP interface refused {operation} (code {code}). If it lasts, ask Flexmail what the code means"
    )
