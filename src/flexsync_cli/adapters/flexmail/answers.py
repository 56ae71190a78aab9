"""What an HTTP answer says of itself, without a look at its content's meaning: whether it is whole, and how long to wait."""

import json
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus

import httpx
import msgspec

LONGEST = timedelta(days=1)
_DECODER = msgspec.json.Decoder()
LAST_TAG = re.compile(rb"</(?:[\w.-]+:)?Envelope\s*>\s*\Z")


def resume_at(retry_after: str, now: datetime) -> datetime:
    """When to call again after a 429: as Retry-After says (seconds or a date to come), else the next minute."""
    text = retry_after.strip()
    if text.isdecimal():
        # A longer number is nonsense, and would overflow.
        seconds = int(text) if len(text) < 6 else LONGEST.total_seconds()
        return now + timedelta(seconds=max(1.0, seconds))
    date = http_date(text)
    next_minute = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return date if date is not None and date > now else next_minute


def http_date(text: str) -> datetime | None:
    """The moment that a header like Date tells; None where it tells none."""
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def is_json(method: str, response: httpx.Response, read: Callable[[bytes], object]) -> bool:
    """Whether a REST answer is whole, so that `read` can read it; that raises ValueError otherwise. Refusals may have any
    text, but a web page as 404 would pass for "no such contact"."""
    body = response.content.strip()
    if response.status_code == HTTPStatus.NOT_FOUND:
        return not body.startswith(b"<")
    if not response.is_success:
        return True
    if not body:
        return method != "GET"
    try:
        read(body)
    except (ValueError, RecursionError):
        return False
    return True


@lru_cache(maxsize=1)
def parsed(content: bytes) -> object:
    """JSON as it can be kept and sent again: numbers are numbers, else ValueError; half a surrogate pair becomes a "?".

    Each answer is parsed to see whether it is whole, and right after that for what it says: nobody may change what this gives.
    """
    try:
        return _DECODER.decode(content)
    except (msgspec.MsgspecError, UnicodeError):  # no JSON; or half a pair, or in another encoding than UTF-8
        return parsed_with_care(content)


def parsed_with_care(content: bytes) -> object:
    """The same of whatever the standard library reads."""
    data: object = json.loads(content, parse_float=_finite, parse_constant=_finite)
    kept: object = json.loads(json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"))
    return kept


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("no number")
    return number


def is_envelope(response: httpx.Response) -> bool:
    """Whether a SOAP answer is whole: its last tag is the envelope's."""
    return not response.is_success or LAST_TAG.search(response.content) is not None
