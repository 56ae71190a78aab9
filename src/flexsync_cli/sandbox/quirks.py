"""Switches for what the public material does not settle. The defaults are the nastier readings."""

from dataclasses import dataclass
from typing import Literal


@dataclass(slots=True)
class Quirks:
    """How this Flexmail behaves where nobody has written it down. All may be changed while it runs."""

    calls_per_minute: int | None = None  # over REST and SOAP together; None = no limit
    retry_after: bool = False  # whether a 429 says how long to wait
    refusal_status: int = 400  # of a body that is refused: 400 or 422
    create_tells: Literal["both", "body", "location", "nothing"] = "both"  # where a create's answer has the id
    # What an id of somebody who is not active does: answers as any, answers 404, or is read only. Deleted ones are always 404.
    inactive: Literal["visible", "missing", "read-only"] = "visible"
    unsubscribed_is_blacklisted: bool = False  # a create of an unsubscribed address: refused as blacklisted, not 409
    empty_fields_as_list: bool = False  # a contact without custom fields shows [], as PHP would encode it, not {}
    put_wipes: bool = True  # whether PUT empties custom fields that it does not mention
    echoes: bool = True  # whether writes over REST come back as SOAP events
    shuffle: bool = True  # whether listings are unsorted and close their gaps from the end (at the start only)

    imports_status: int | None = None  # 404, 405 or 400: this account has no imports
    import_polls: int = 2  # the poll at which a started import is completed ...
    import_seconds: float = 60.0  # ... or this long after the start, whichever comes first
    import_batch: int = 5000  # most records a call
    import_keeps: bool = True  # whether an import keeps values that a record does not mention
    imports_at_once: int = 1  # how many may be queued together
    import_done: str = "completed"  # what a done one calls itself: the list of words is not published
    import_report: bool = True  # whether it tells how many were added, updated and ignored
    import_fails_after: int | None = None  # so many records are carried out, then it fails
    imports_exclusive: bool = False  # whether none can be begun while another is queued, not just not started

    converted: bool = True  # False: an old account of several lists and no single database
    soap_utc: bool = False  # times in UTC in place of Brussels'
    soap_blank_times: bool = False  # "2026-01-31 12:00:00" in place of "2026-01-31T12:00:00"
    soap_address_refused: bool = False  # the account does not let this machine in: header code 204
    soap_page: int = 1000  # most items a page of GetEmailAddresses, whatever is asked
    multi_ref: bool = True  # objects that are answered twice come as id and href
