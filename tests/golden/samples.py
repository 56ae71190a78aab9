"""The mails that are kept as golden files: one a situation, always the same data."""

from datetime import UTC, datetime, timedelta

from flexsync_cli.domain.bounce_mail import BouncedPerson, BounceKind, BounceNews, bounce_news, reason_key
from flexsync_cli.domain.digest import Findings, digest
from flexsync_cli.domain.model import ToDo
from flexsync_cli.domain.news import Failing, News, Recovered
from flexsync_cli.domain.plan import Guarded, KeptPlan, Note, Refusal, RefusalKind
from flexsync_cli.domain.summary import Calls, Summary

NOW = datetime(2026, 3, 3, 6, 5, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
NAMES = {
    "101": "Els Peeters",
    "102": "Jef Maes & Zonen BV",
    "103": "Chloé D'Hondt",
    "104": "Immo <b>Groenplaats</b>",
    "105": "Łukasz Nowak",
    "106": "Bakkerij 't Hoekske",
    "107": "Sofie Wouters",
    "2048": "Boekhouding Noord-Limburg en Omstreken Coöperatieve Vennootschap met een lange naam",
}


def _todo(kind_of: str, relation_id: str, found: datetime = NOW, **data: str) -> ToDo:
    return ToDo(f"{kind_of}:{relation_id}", kind_of, found, relation_id, data=data)


def _leaves(count: int) -> tuple[Guarded, ...]:
    return tuple(Guarded("leave", str(number), 5000 + number) for number in range(101, 101 + count))


STANDING = {"created": 2, "updated": 3, "unchanged": 1190, "shadowed": 2, "out": 31, "parked": 2, "held": 4, "waiting": 1}
COUNTS = {
    "push.created": 14,
    "push.updated": 3,
    "push.left": 2,
    "push.newly_parked": 1,
    "opt_outs.events": 2,
    "opt_outs.unticked": 3,
    "clicks.clicks": 58,
    "clicks.communications": 41,
    "clicks.scanners": 9,
    "bounces.hard": 1,
    "bounces.soft": 2,
}
PEOPLE = {"created": ("101", "102", "103"), "updated": ("2048", "105", "106"), "left": ("107",), "opt_outs": ("104", "105")}
NOTES = (
    Note("104", "parked", (("problem", "invalid"), ("field", "field:Omzet"))),
    Note("105", "parked", (("problem", "invalid"), ("field", "email"))),
    Note("106", "bad_address"),
    Note("2048", "shadowed", (("by", "101"),)),
    Note("", "interest_missing", (("interest", "Vastgoed"),)),
    Note("103", "cut", (("field", "name"),)),
)
TODOS = (
    _todo("out_ticked", "101", YESTERDAY, since="2026-02-11T09:30:00+00:00", kind="person", address="x@example.be"),
    _todo("out_ticked", "2048", since="2026-03-02T20:15:00+00:00", kind="undeliverable", address="y@example.be"),
    _todo("moved_after_untick", "107", YESTERDAY, holder="102"),
    ToDo("account_refused", "account_refused", YESTERDAY, data={"status": "422"}),
)
TOLD = frozenset(
    {
        *(f"todo:{todo.key}:{todo.since.isoformat()}" for todo in TODOS if todo.since == YESTERDAY),
        "finding:parked_invalid:105:email",
        "finding:shadowed:2048:",
    }
)
BEGINS = tuple(Note("", "begins_now", (("step", step),)) for step in ("profiles", "contacts"))
NEWS = News(YESTERDAY, runs=23, counts=COUNTS, people=PEOPLE, notes=BEGINS)
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
CALLS = Calls(month=1840, forecast=21300, budget=20000, interval=QUARTER, standing=8640, longer=2 * HOUR)
HOURLY = Calls(96, 744, interval=HOUR, standing=2160)


def well() -> Summary:
    """Nothing to do: a quiet day."""
    news = News(YESTERDAY, runs=24, counts={"push.updated": 1}, people={"updated": ("102",)})
    standing = {"updated": 1, "unchanged": 1203}
    return digest(Findings(NOW, news, standing=standing, names=NAMES, calls=HOURLY)).summary


def todo() -> Summary:
    """A day with work, to-dos old and new, and relations to mend."""
    found = Findings(NOW, NEWS, told=TOLD, todos=TODOS, notes=NOTES, standing=STANDING, names=NAMES, calls=CALLS)
    return digest(found).summary


def refused() -> Summary:
    """The guard held back a mass leave; another plan is an offer."""
    plans = (
        KeptPlan("a1b2c3", Refusal("push", RefusalKind.LIMIT, 130, 1204, _leaves(130)), NOW),
        KeptPlan("d4e5f6", Refusal("push", RefusalKind.NUMBERS, 812, 1204, ()), YESTERDAY),
        KeptPlan("0a0b0c", Refusal("push", RefusalKind.OFFER, 1, 1204, _leaves(1)), YESTERDAY),
    )
    news = News(YESTERDAY, runs=1)
    return digest(Findings(NOW, news, plans=plans, standing={"unchanged": 1074, "held": 130}, names=NAMES)).summary


def failed() -> Summary:
    """Flexmail can't be reached, for two steps; something else works again; watching only."""
    error = "Flexmail can't be reached: <connection refused>"
    failing = (
        Failing("opt_outs", YESTERDAY, error, 4),
        Failing("bounces", NOW, error, 4),
        Failing("profiles", YESTERDAY, "not done", 4),
        Failing("push", YESTERDAY, "not done", 4),
    )
    news = News(YESTERDAY, runs=3, failing=failing, recovered=(Recovered("clicks", YESTERDAY),))
    return digest(Findings(NOW, news, names=NAMES, calls=HOURLY, observe=True)).summary


def spent() -> Summary:
    """The month's calls are spent; no longer interval would have helped."""
    error = "waits for the budget: the 20000 calls of this month (flexmail.calls_per_month) are spent"
    failing = (Failing("bounces", YESTERDAY, error, 7), Failing("clicks", YESTERDAY, error, 7))
    calls = Calls(month=20000, forecast=20190, budget=20000, interval=HOUR, standing=2160)
    news = News(YESTERDAY, runs=24, failing=failing)
    return digest(Findings(NOW, news, standing={"unchanged": 1204}, names=NAMES, calls=calls)).summary


def first() -> Summary:
    """The first run."""
    news = News(NOW, runs=1, counts={"push.created": 40, "push.adopted": 1160}, people={"created": ("101", "102")})
    standing = {"created": 40, "adopted": 1160, "shadowed": 4}
    return digest(
        Findings(NOW, news, standing=standing, names=NAMES, calls=Calls(48, 310, interval=HOUR, standing=2160), first=True)
    ).summary


def bounces() -> BounceNews:
    """Each kind once, and somebody who is nobody in Admin."""
    return bounce_news(
        [
            _bounced("101", "els@example.be", "5.1.1", "hard", times=3),
            _bounced("106", "bakkerij@example.be", "4.2.2", "soft"),
            _bounced("", "onbekend@example.be", "550", "unknown"),
            _bounced("104", "immo@example.be", "", "unknown"),
        ]
    )


def _bounced(relation_id: str, address: str, code: str, kind: BounceKind, times: int = 1) -> BouncedPerson:
    name = NAMES.get(relation_id, "")
    return BouncedPerson(relation_id, name, address, code, kind, reason_key(code), "Nieuwsbrief <maart>", YESTERDAY, times)


SUMMARIES = {"well": well, "todo": todo, "refused": refused, "failed": failed, "spent": spent, "first": first}
