"""The naive client: what form plug-ins and generic tools do. It remembers nothing, so each time it sends everybody.

Find the contact by its address; create it, or update it with all that Admin has; then one call for each of its interests.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpx

from benchmarks.moment import VirtualClock
from benchmarks.office import INTERESTS, LIMIT, Person, fill, flexmail

MOST = 5_000  # where it would take more calls than that, its number comes from the rule


@dataclass(frozen=True, slots=True)
class Naive:
    """Its calls for a job; `by_rule` where they were not made but computed."""

    calls: int
    by_rule: bool


def rule(relations: int, interests: int = 0) -> Naive:
    """Two calls a relation, and one for each interest of each."""
    return Naive(2 * relations + interests, by_rule=True)


class NaiveClient:
    """One that really runs, against an account of its own."""

    def __init__(self, people: Sequence[Person]) -> None:
        """`people` are in the account already."""
        self._stack = ExitStack()
        self._clock = VirtualClock()
        self._sandbox = self._stack.enter_context(flexmail(self._clock))
        fill(self._sandbox, list(people))
        self._interests = {name: self._sandbox.control.add_interest(name).id for name in INTERESTS}
        account = self._sandbox.account
        self._http = self._stack.enter_context(
            httpx.Client(base_url=self._sandbox.url, auth=(str(account.id), account.token), timeout=60)
        )
        self._calls = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.close()

    def send(self, people: Sequence[Person], interests: Mapping[str, Sequence[str]] | None = None) -> Naive:
        """Everybody, with the interests of each by its address."""
        self._sandbox.control.reset_calls()
        for person in people:
            contact_id = self._found(person)
            body = _body(person)
            if contact_id is None:
                made = self._call("POST", "/contacts", {**body, "email": person.email, "source": self._sandbox.source.id})
                contact_id = made.json()["id"]
            else:
                self._call("PATCH", f"/contacts/{contact_id}", body)
            for name in (interests or {}).get(person.email, ()):
                self._call("POST", f"/contacts/{contact_id}/interest-subscriptions", {"interest_id": self._interests[name]})
        return Naive(len(self._sandbox.control.calls), by_rule=False)

    def addresses(self) -> set[str]:
        """Whom the account mails."""
        return set(self._sandbox.control.addresses())

    def _found(self, person: Person) -> int | None:
        answer = self._call("GET", "/contacts", params={"email": person.email}).json()
        contacts = answer.get("_embedded", {}).get("item", [])
        return contacts[0]["id"] if contacts else None

    def _call(
        self, method: str, path: str, body: Mapping[str, object] | None = None, params: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Sixty, then it waits for the next minute; that an interest is there already is no error to it."""
        if self._calls % LIMIT == 0:
            self._clock.sleep(60)
        self._calls += 1
        answer = self._http.request(method, path, json=body, params=params)
        return answer if answer.status_code == httpx.codes.CONFLICT else answer.raise_for_status()


def _body(person: Person) -> dict[str, object]:
    fields = {"acc_software": person.program, "employees": person.employees}
    return {"first_name": "", "name": person.name, "language": person.language, "custom_fields": fields}
