"""Everything that is known of one person: what `explain` speaks from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flexsync_cli.domain.holder import Eligibility
from flexsync_cli.domain.model import AddressKey, Consent, Link, LinkStatus, Out, Parked, Relation, RelationId, Sighting, ToDo
from flexsync_cli.domain.plan import Change, KeptPlan, Verdict


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that was done or learnt, in a few words."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the next push would make of a relation: its verdict (None: not selected), the reason as a note's kind with its
    data, the changes, whether the relation that holds its address is mailed, and whether its leave waits for calls."""

    verdict: Verdict | None = None
    reason: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    holder_mailed: bool = False
    leave_waits: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One relation, or an address that no relation has (`relation_id` is "").

    `relation` is None where Admin has no such row; `standing` is the out that keeps it from being mailed, `outs` are all of its
    addresses; `bounced` where mail to `address` came back for good; `plans` are those to approve that hold it back;
    `keeps_leavers` and `observes` are the configuration's.
    """

    relation_id: RelationId
    address: AddressKey | None = None
    relation: Relation | None = None
    eligibility: Eligibility | None = None
    links: tuple[Link, ...] = ()
    standing: Out | None = None
    outs: tuple[Out, ...] = ()
    consents: tuple[Consent, ...] = ()
    bounced: bool = False
    parked: Parked | None = None
    sighting: Sighting | None = None
    todos: tuple[ToDo, ...] = ()
    plans: tuple[KeptPlan, ...] = ()
    happenings: tuple[Happening, ...] = ()
    outlook: Outlook = Outlook()
    keeps_leavers: bool = False
    observes: bool = False

    @property
    def is_mailed(self) -> bool:
        """Whether a contact of it is active in Flexmail, as far as was seen last."""
        return self.link(LinkStatus.OPEN) is not None

    def link(self, status: LinkStatus) -> Link | None:
        """The first link of that status."""
        return next((link for link in self.links if link.status is status), None)
