"""Who has which interest: a listing each, of all that somebody uses or of none."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from flexsync_cli.domain.interests import GiveInterest, InterestsPlan, emptied, held, used
from flexsync_cli.domain.model import ContactId, Interest, Link, Relation
from flexsync_cli.domain.price import price_of_listing
from flexsync_cli.errors import NotFound
from flexsync_cli.ports import State
from flexsync_cli.services.account import Account
from flexsync_cli.services.reconcile import CONTACTS_THERE
from flexsync_cli.services.session import Session

READ = "interests_read_at"
SIZES = "interest_sizes"  # the fact: how many contacts had each interest when that was read last

Pairs = Sequence[tuple[Relation, Link]]
Members = Mapping[str, frozenset[ContactId]]


def reading_is_due(session: Session) -> bool:
    """Whether they were never read, or not since the last reconcile was due."""
    return session.age(session.state.facts.get(READ)) >= session.settings.reconcile


def read_used(session: Session, account: Account, pairs: Pairs, known: Mapping[str, Interest]) -> Members:
    """Of each interest that somebody uses. Raises BudgetSpent before the first call where there are too few for all: the next
    run would read a part again."""
    users = used(pairs)
    lists = {key: users[key] for key in sorted(users.keys() & known.keys())}
    left = session.tally.left(session.now())
    if left is not None and left < _calls(session, lists):
        raise session.tally.spent(session.now())
    members = _read(session, account, lists, known)
    if emptied(pairs, members):
        account.forget_interests()
    return members


def read_new(
    session: Session, account: Account, pairs: Pairs, known: Mapping[str, Interest], plan: InterestsPlan
) -> Members | None:
    """Of those that come into use now, where it costs less to see who has it than to give it to whoever may have it."""
    given = Counter(change.interest for change in plan.changes if isinstance(change, GiveInterest))
    pages = price_of_listing(session.state.facts.get(CONTACTS_THERE) or 0)
    many = {key for key, people in given.items() if people > pages}
    new = sorted(many - held(pairs)) if many else []
    left = session.tally.left(session.now())
    if not new or (left is not None and left < pages * len(new)):
        return None
    return _read(session, account, new, known)


def record(session: Session, members: Members) -> None:
    """Remember that those in use were read, and how long their lists are. Call it in a transaction."""
    session.state.facts.put(READ, session.now().isoformat())
    session.state.facts.put(SIZES, {key: len(contacts) for key, contacts in members.items()})


def pages_of_members(state: State) -> int:
    """The calls that it took when it was read last."""
    return sum(map(price_of_listing, (state.facts.get(SIZES) or {}).values()))


def _calls(session: Session, lists: Mapping[str, int]) -> int:
    """What these lists take, each by how long it was last, or will be; one never read may hold all contacts.

    Where no month could pay for that, it is taken to hold only those who should have it: else it would never be read.
    """
    sizes, there = session.state.facts.get(SIZES) or {}, session.state.facts.get(CONTACTS_THERE) or 0
    most = sum(price_of_listing(max(sizes.get(key, there), users)) for key, users in lists.items())
    if most < session.settings.calls_per_month:
        return most
    return sum(price_of_listing(max(sizes.get(key, 0), users)) for key, users in lists.items())


def _read(session: Session, account: Account, keys: Iterable[str], known: Mapping[str, Interest]) -> Members:
    """One that is gone is left out, and the account's interests are read again when they are next needed."""
    members = {}
    for key in keys:
        session.stop.check()
        try:
            members[key] = frozenset(session.flexmail.contacts(interest=known[key].id))
        except NotFound:
            account.forget_interests()
    return members
