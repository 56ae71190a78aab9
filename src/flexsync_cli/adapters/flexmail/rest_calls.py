"""What every call over REST has in common: who we are, pages, refusals, and what must not be done twice."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias, TypeVar
from urllib.parse import quote

import httpx

from flexsync_cli.adapters.flexmail import wire
from flexsync_cli.adapters.flexmail.answers import parsed
from flexsync_cli.adapters.flexmail.http import TRIES, AnswerLost, Door, RetryRule
from flexsync_cli.adapters.flexmail.problems import Operation, problem
from flexsync_cli.errors import FlexmailUnavailable

PAGE = 500
MAX_PAGES = 1_000  # half a million contacts

ACCEPT = {"Accept": "application/hal+json, application/json"}
JSON = ACCEPT | {"Content-Type": "application/json; charset=utf-8"}

T = TypeVar("T")
Params: TypeAlias = Mapping[str, str | int]
Body: TypeAlias = wire.Json | list[wire.Json]


class RestCalls:
    """Calls as one account, with Basic auth: its number and a personal access token."""

    def __init__(self, door: Door, *, base_url: str, account_id: int, token: str) -> None:
        self._door = door
        self._base_url = base_url.rstrip("/")
        self._auth = httpx.BasicAuth(str(account_id), token)

    def _repeated(self, make: Callable[[], T], look_up: Callable[[], T | None]) -> T:
        """Do what must not be done twice; after a lost answer again only if its effect is not found."""
        lost = ""
        for attempt in range(1, TRIES + 1):
            try:
                return make()
            except AnswerLost as error:
                lost = str(error)
            self._door.back_off(attempt)
            found = look_up()
            if found is not None:
                return found
        raise FlexmailUnavailable(lost)

    def _pages(
        self, operation: Operation, path: str, filters: Params | None, read: Callable[[bytes], wire.Page[T]]
    ) -> Iterator[wire.Page[T]]:
        """Page after page, at least one, until `total` is reached; without one, until a page is short."""
        offset = 0
        before: tuple[T, ...] = ()
        for _ in range(MAX_PAGES):
            params = {**(filters or {}), "limit": PAGE, "offset": offset}
            page = read(self._call(operation, "GET", path, params=params, read=read).content)
            yield page
            offset += len(page.items)
            full = len(page.items) == PAGE if page.total is None else offset < page.total
            if not page.items or not full:
                return
            if page.items == before:
                break
            before = page.items
        raise FlexmailUnavailable(f"Flexmail's list {path} has no end: it repeats itself, or is longer than any account's")

    def _get(self, operation: Operation, path: str, params: Params | None = None, ids: Params | None = None) -> bytes:
        return self._call(operation, "GET", path, params=params, ids=ids).content

    def _call(
        self,
        operation: Operation,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        ids: Params | None = None,
        body: Body | None = None,
        retry: RetryRule = RetryRule.AGAIN,
        read: Callable[[bytes], object] = parsed,
    ) -> httpx.Response:
        """One call: `path` is the template that the ledger knows, `ids` are what stands in it."""
        quoted = {name: quote(str(value), safe="") for name, value in (ids or {}).items()}
        response = self._door.request(
            "rest",
            method,
            self._base_url + path.format(**quoted),
            path_for_ledger=path,
            retry=retry,
            headers=ACCEPT if body is None else JSON,
            params=params,
            json=body,
            auth=self._auth,
            read=read,
        )
        if response.is_success:
            return response
        raise problem(operation, response.status_code, response.content)
