"""What the services need of the world: one Protocol a peer. `adapters/` has a real one and one in memory of each.

Errors are those of `errors.py`: an adapter raises nothing else for what the other side does.
"""

from flexsync_cli.ports.admin import Admin, Communication, FlagResult, NewRelation
from flexsync_cli.ports.flexmail import ContactBody, Events, Flexmail, ImportState
from flexsync_cli.ports.mail import Envelope, Letter, Letters, Mailer
from flexsync_cli.ports.state import (
    Facts,
    Journal,
    JournalEntry,
    Ledger,
    Links,
    Lock,
    Outbox,
    OutboxMail,
    Outs,
    ParkedRelations,
    Plans,
    Run,
    Runs,
    Sightings,
    State,
    ToDos,
)
from flexsync_cli.ports.world import Clock, Monitor, Reporter, Scheduler, StopSignal

__all__ = [
    "Admin",
    "Clock",
    "Communication",
    "ContactBody",
    "Envelope",
    "Events",
    "Facts",
    "FlagResult",
    "Flexmail",
    "ImportState",
    "Journal",
    "JournalEntry",
    "Ledger",
    "Letter",
    "Letters",
    "Links",
    "Lock",
    "Mailer",
    "Monitor",
    "NewRelation",
    "Outbox",
    "OutboxMail",
    "Outs",
    "ParkedRelations",
    "Plans",
    "Reporter",
    "Run",
    "Runs",
    "Scheduler",
    "Sightings",
    "State",
    "StopSignal",
    "ToDos",
]
