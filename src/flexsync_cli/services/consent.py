"""A person's new yes, given to the office: recorded with its proof; it ends the out, and lifts no blacklist of Flexmail's."""

from dataclasses import replace
from datetime import datetime

from flexsync_cli.domain.address import address_key
from flexsync_cli.domain.model import Consent, LinkStatus, Out
from flexsync_cli.domain.months import day_of
from flexsync_cli.errors import Misconfigured
from flexsync_cli.ports import Lock, State
from flexsync_cli.services.optouts import listen_from


def consent(state: State, lock: Lock, now: datetime, address: str, on: datetime, how: str) -> list[Out]:
    """Record it; the outs that it ended."""
    key = address_key(address)
    problems = []
    if key is None:
        problems.append("ADDRESS is not a valid e-mail address")
    if on > now:
        problems.append("--on lies in the future: give the day on which the person said yes")
    if not how.strip():
        problems.append("--how is empty: say how the person said yes, for whoever asks for proof")
    if key is None or problems:
        raise Misconfigured(problems)
    with lock.hold("consent"):
        return _record(state, Consent(key, on, how.strip(), now))


def _record(state: State, given: Consent) -> list[Out]:
    """Outs later than the yes stand: the last word counts."""
    standing = [out for out in state.outs.all() if out.address == given.address and out.ended_at is None]
    later = [out for out in standing if day_of(out.at) > day_of(given.on)]
    if later:
        raise Misconfigured(
            f"this person said no on {day_of(max(out.at for out in later))}, after that yes; a later yes is needed"
        )
    ended = [replace(out, ended_at=given.recorded_at, ended_by="consent") for out in standing]
    parked = [parked.relation_id for parked in state.parked.all() if parked.fingerprint.endswith(f" {given.address}")]
    known = {(each.address, each.on, each.how) for each in state.outs.consents()}
    with state.transaction():
        listen_from(state, given.recorded_at)
        if (given.address, given.on, given.how) not in known:
            state.outs.add_consent(given)
        state.outs.save(ended)
        state.parked.remove(parked)
        state.links.save(
            replace(link, status=LinkStatus.RELEASED, since=given.recorded_at)
            for link in state.links.all()
            if link.address == given.address and link.status is LinkStatus.OUT
        )
    return ended
