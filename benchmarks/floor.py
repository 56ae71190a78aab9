"""The floor: the fewest calls in which the interface's page sizes let anybody do the job. Each rule is written beside it."""

from math import ceil

PAGE = 500  # contacts a page of a listing
RECORDS = 5_000  # records a call of an import

RULES = {
    "an import of n": "4 calls (open, start, see its end, and one of records), 1 more for every further 5,000 records",
    "a listing of n": "1 call for every 500 contacts, at least 1",
    "first push of n": "the import, and one listing: nobody is changed or unsubscribed later without an id",
    "n on both sides": "one listing",
    "a run": "3 calls: who unsubscribed, what bounced, which campaigns there are; 1 more for each campaign to be read",
    "k changed": "the run, and the cheaper of k calls and an import of k",
    "k addresses changed": "the run, and k calls: an import knows a contact by its address, so it can't change one",
    "interests on both sides": "one listing of all, 1 call for the interests' ids, and one listing for each interest",
    "k interests given": "k calls, and 1 for their ids: the interface has no call for several",
    "reconcile of n": "the run, one listing, and 1 call for those who are out",
    "a month": "3 calls a run, each campaign once a day for 14 days, a reconcile a day, and what changed since the last run",
}


def listing(contacts: int) -> int:
    """Read them all."""
    return max(1, ceil(contacts / PAGE))


def imported(records: int) -> int:
    """Bring them in, or change them, as one import."""
    return 3 + max(1, ceil(records / RECORDS))


def first_push(relations: int) -> int:
    """Into an empty account."""
    return imported(relations) + listing(relations)


def run(campaigns: int = 0) -> int:
    """Nothing to do."""
    return 3 + campaigns


def changed(relations: int) -> int:
    """So many hold something else than before; what is left out of `run`."""
    return min(relations, imported(relations))


def interests(given: int) -> int:
    """So many interests of contacts, one by one."""
    return given + 1


def reconciled(contacts: int) -> int:
    """Flexmail's present state; what is left out of `run`."""
    return listing(contacts) + 1
