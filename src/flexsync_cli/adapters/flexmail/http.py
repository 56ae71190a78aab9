"""The one door to Flexmail: every HTTP call, REST and SOAP, passes the limit, the ledger, the retries and the size limit here.

A call is made of attempts. Each attempt takes a place in the ledger and is settled there; it ends in an answer, which is
returned whatever its status, or in a failure: no answer, a server's error, or a body that is not what the interface speaks.
"""

import logging
import random
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import partial
from http import HTTPStatus
from math import ceil
from time import perf_counter
from types import TracebackType
from typing import Literal, Self, TypeAlias

import httpx

from flexsync_cli.adapters.flexmail import answers
from flexsync_cli.adapters.flexmail.client import open_client
from flexsync_cli.adapters.time_limit import TimeLimit
from flexsync_cli.errors import FlexmailUnavailable
from flexsync_cli.ports import Clock, Ledger

Kind: TypeAlias = Literal["rest", "soap"]

CONFIG_KEYS: Mapping[Kind, str] = {"rest": "flexmail.rest_url", "soap": "flexmail.soap_url"}
BACK_OFF = (1.0, 3.0, 9.0)  # seconds before the second, third and fourth try, times 0.5 to 1.5
TRIES = len(BACK_OFF) + 1
PATIENCE = timedelta(minutes=20)  # the longest that one call waits for the other side's limit
CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0  # without a byte
ANSWER_SECONDS = 300.0  # for a whole answer, however steadily it drips
MAX_BYTES = 50_000_000
NO_STATUS = 0

logger = logging.getLogger(__name__)
# httpx logs every URL, and ours hold addresses (`?email=`); the door logs the templates instead.
logging.getLogger("httpx").addFilter(lambda _record: False)


class RetryRule(Enum):
    """Whether a call may be repeated after it may have had its effect."""

    AGAIN = auto()  # twice is as good as once
    ONCE = auto()  # a create: AnswerLost instead, and the caller looks first


class AnswerLost(FlexmailUnavailable):
    """A call that may not be repeated blindly got no usable answer. Stays within this package."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `path` is a template, without address and query: all that ledger, logs and messages may know of it. `read`
    raises ValueError for a body that is not whole."""

    kind: Kind
    path: str
    retry: RetryRule
    read: Callable[[bytes], object]
    request: httpx.Request = field(repr=False)
    auth: httpx.Auth | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt without a usable answer. `sent`: whether it may have had its effect."""

    reason: str
    sent: bool = True


class Door:
    """One HTTP client for both interfaces. Errors: FlexmailUnavailable, whatever the network does."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        *,
        per_minute: int,
        on_wait: Callable[[float], None] | None = None,
        max_bytes: int = MAX_BYTES,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._per_minute = per_minute
        self._on_wait = on_wait
        self._max_bytes = max_bytes
        self._answer_seconds = answer_seconds
        self._chance = chance
        self._limit = TimeLimit()
        # Longer than a body may take to come, which is told apart.
        self._whole_seconds = answer_seconds + read_seconds
        self._client = open_client(httpx.Timeout(read_seconds, connect=connect_seconds))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def request(
        self,
        kind: Kind,
        method: str,
        url: str,
        *,
        path_for_ledger: str,
        retry: RetryRule,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str | int] | None = None,
        content: bytes | None = None,
        json: object = None,
        auth: httpx.Auth | None = None,
        read: Callable[[bytes], object] = answers.parsed,
    ) -> httpx.Response:
        """The answer, read whole, whatever its status below 500; redirects, 408 and 429 are not among them.

        `read` is how the body of a REST answer is read, to see whether it is whole. Raises AnswerLost where `retry` is ONCE
        and the call may have had its effect.
        """
        try:
            request = self._client.build_request(
                method, url, headers=headers, params=params, content=content, json=json, extensions={"trace": self._limit.trace}
            )
        except httpx.InvalidURL:
            raise FlexmailUnavailable(f"{CONFIG_KEYS[kind]} is not the address of a web service") from None
        return self._answer(Call(kind, path_for_ledger, retry, read, request, auth))

    def back_off(self, attempt: int) -> None:
        """Wait before the try after this one, the first being 1; the longer, the more there were."""
        self._wait(BACK_OFF[min(attempt, len(BACK_OFF)) - 1] * (0.5 + self._chance()))

    def _answer(self, call: Call) -> httpx.Response:
        """Try until there is an answer, as often as the call's rule allows."""
        patience = self._clock.now() + PATIENCE
        attempt = 1
        while True:
            outcome = self._past_the_limit(call, patience)
            if isinstance(outcome, httpx.Response):
                return outcome
            if call.retry is RetryRule.ONCE and outcome.sent:
                raise AnswerLost(_message(call, outcome.reason))
            if attempt == TRIES:
                raise FlexmailUnavailable(_message(call, f"{outcome.reason} ({TRIES} tries)"))
            self.back_off(attempt)
            attempt += 1

    def _past_the_limit(self, call: Call, patience: datetime) -> httpx.Response | Failure:
        """One try: attempts that end in 429 had no effect and don't count, until patience ends."""
        while True:
            outcome = self._attempt(call)
            if isinstance(outcome, Failure) or outcome.status_code != HTTPStatus.TOO_MANY_REQUESTS:
                return outcome
            now = self._clock.now()
            until = answers.resume_at(outcome.headers.get("Retry-After", ""), now)
            self._ledger.empty_bucket(until)
            if until > patience:
                raise FlexmailUnavailable(_message(call, "says that there were too many calls (HTTP 429), for too long"))
            self._wait((until - now).total_seconds())

    def _attempt(self, call: Call) -> httpx.Response | Failure:
        """One request on the wire, in the ledger from before it to after it."""
        call_id, placed = self._place(call)
        until, status = perf_counter() + self._answer_seconds, NO_STATUS
        try:
            sent = partial(self._client.send, call.request, auth=call.auth, stream=True)
            with self._limit.within(self._whole_seconds), closing(sent()) as streamed:
                status = streamed.status_code
                return _judged(call, self._read(call, streamed, until))
        except httpx.RequestError as error:
            return _failure(error)
        finally:
            milliseconds = ceil((perf_counter() - placed) * 1000)
            self._ledger.settle(call_id, status, milliseconds)
            logger.debug("%s %s %s: %d in %d ms", call.kind, call.request.method, call.path, status, milliseconds)

    def _place(self, call: Call) -> tuple[int, float]:
        """Wait for a place in the rolling minute; its id in the ledger, and when that was by `perf_counter`."""
        while True:
            # Before the ledger is asked: while another process holds it the call waits, and arrives that much later.
            now, asked = self._clock.now(), perf_counter()
            call_id, wait = self._ledger.reserve(call.kind, call.request.method, call.path, now, self._per_minute)
            if wait <= 0:
                return call_id, asked
            if wait > PATIENCE.total_seconds():
                raise FlexmailUnavailable(_message(call, "asked to wait (HTTP 429), for longer than a run can"))
            self._wait(wait)

    def _read(self, call: Call, streamed: httpx.Response, until: float) -> httpx.Response:
        """The same answer with its body, which is decoded, no longer than allowed, and here by then."""
        body = bytearray()
        for chunk in streamed.iter_bytes():
            body += chunk
            if perf_counter() > until:
                raise httpx.ReadTimeout("dripping")
            if len(body) > self._max_bytes:
                raise FlexmailUnavailable(_message(call, f"sent an answer of more than {self._max_bytes} bytes"))
        # These describe the body as it was on the wire.
        wire_only = {"content-encoding", "content-length", "transfer-encoding"}
        headers = [(name, value) for name, value in streamed.headers.multi_items() if name.lower() not in wire_only]
        return httpx.Response(streamed.status_code, headers=headers, content=bytes(body))

    def _wait(self, seconds: float) -> None:
        if self._on_wait is not None:
            self._on_wait(seconds)
        self._clock.sleep(seconds)


def _message(call: Call, reason: str) -> str:
    return f"Flexmail at {call.request.url.host} {reason}. If it lasts, check the network and {CONFIG_KEYS[call.kind]}."


def _judged(call: Call, response: httpx.Response) -> httpx.Response | Failure:
    """An answer, unless it is a server's error or not what the interface speaks."""
    if response.is_redirect:
        raise FlexmailUnavailable(
            f"Flexmail at {call.request.url.host} redirects to another address (HTTP {response.status_code}), which is not "
            f"followed with a token. The address is configured as {CONFIG_KEYS[call.kind]}."
        )
    if response.is_server_error or response.status_code == HTTPStatus.REQUEST_TIMEOUT:
        return Failure(f"answered HTTP {response.status_code}")
    whole = answers.is_json(call.request.method, response, call.read) if call.kind == "rest" else answers.is_envelope(response)
    return response if whole else Failure(f"answered something that is not {'JSON' if call.kind == 'rest' else 'SOAP'}")


def _failure(error: httpx.RequestError) -> Failure:
    """What became of a request without an answer; only a connect error's own text is free of what was sent."""
    match error:
        case httpx.ConnectError():
            return Failure(f"can't be reached: {error}", sent=False)
        case httpx.ConnectTimeout() | httpx.PoolTimeout():
            return Failure("can't be reached in time", sent=False)
        case httpx.UnsupportedProtocol():
            return Failure("can't be reached: the address must begin with https://", sent=False)
        case httpx.TimeoutException():
            return Failure("gave no answer in time")
        case _:
            return Failure("broke the connection before its answer was whole")
