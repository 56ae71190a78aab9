"""What happens in a typical office in a month: the staff changes relations, two campaigns go out, persons answer them."""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from random import Random

from benchmarks.moment import MONDAY
from benchmarks.office import Office

DAYS = 30
CAMPAIGN_DAYS = (1, 15)  # Tuesdays, counted from 0
WINDOW = 14  # days in which clicks are read
SATURDAY = 5
WEEKLY = 0.01  # of the relations that are changed
CLICKS, UNSUBSCRIBED, BOUNCED = 0.05, 0.002, 0.003  # of those who get a campaign
_HOUR = timedelta(hours=1)
_SENT_AT, _FROM, _TILL = 10, 9, 17
_ANSWERED = timedelta(days=2)


class Agenda:
    """Everything that is still to happen, in its order; the same each time."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._random = Random(office.size)  # noqa: S311 - dice that repeat, no secret
        self._order = count()
        self._coming: list[tuple[datetime, int, Callable[[], object]]] = []
        self._changed = 0
        for day in CAMPAIGN_DAYS:
            moment = MONDAY + timedelta(days=day) + _SENT_AT * _HOUR
            self._at(moment, partial(self._send, moment))
        self._plan_changes()

    def until(self, now: datetime) -> int:
        """Let happen what is due; how many relations the staff changed."""
        before = self._changed
        while self._coming and self._coming[0][0] <= now:
            heapq.heappop(self._coming)[2]()
        return self._changed - before

    def _at(self, moment: datetime, act: Callable[[], object]) -> None:
        heapq.heappush(self._coming, (moment, next(self._order), act))

    def _plan_changes(self) -> None:
        """Evenly over the working hours."""
        working = [MONDAY + timedelta(days=day) for day in range(DAYS) if day % 7 < SATURDAY]
        number = round(self._office.size * WEEKLY / SATURDAY * len(working))
        hours = (_TILL - _FROM) * len(working)
        for change in range(number):
            day, hour = divmod(change * hours / number, _TILL - _FROM)
            self._at(working[int(day)] + (_FROM + hour) * _HOUR, partial(self._change, change))

    def _change(self, change: int) -> None:
        self._changed += 1
        self._office.world.edit(change % self._office.size + 1, NAME=f"Name changed {change}")

    def _send(self, sent_at: datetime) -> None:
        """A campaign goes out; in two days, most of them soon, some click, leave or bounce."""
        flexmail = self._office.world.flexmail
        campaign = flexmail.send_campaign("Newsletter", at=sent_at)
        there = sorted(flexmail.addresses())
        parts = [round(len(there) * part) for part in (CLICKS, UNSUBSCRIBED, BOUNCED)]
        chosen = iter(self._random.sample(there, sum(parts)))
        acts: tuple[Callable[..., object], ...] = (
            partial(flexmail.click, url="https://kantoor-voorbeeld.be/nieuws"),
            flexmail.unsubscribe,
            flexmail.bounce,
        )
        for part, act in zip(parts, acts, strict=True):
            for _ in range(part):
                moment = sent_at + _ANSWERED * self._random.random() ** 3
                self._at(moment, partial(act, next(chosen), campaign=campaign.id, at=moment))
