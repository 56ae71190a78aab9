"""Whether an import leaves alone what a record does not mention, shown on one contact: it is read, imported and read again.

What is known is kept a year. The contact as it was is in state until it has been compared, so that nothing of it can be lost,
whatever happens meanwhile.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from flexsync_cli.domain.address import contact_key
from flexsync_cli.domain.compare import is_empty
from flexsync_cli.domain.model import Contact, RelationId
from flexsync_cli.domain.plan import Update, Verdict
from flexsync_cli.errors import Refused
from flexsync_cli.ports import ContactBody
from flexsync_cli.services import bodies, imports
from flexsync_cli.services.contact_writer import ContactWriter
from flexsync_cli.services.noted import as_sent, from_json
from flexsync_cli.services.session import Session

PROBED = "import_probe"  # the fact: when it was tried, whether it kept what it did not mention; None = not to be told
PROBING = "import_probing"  # the fact: the contact that is being tried, as it was before
CONCLUSIVE = timedelta(days=365)
INCONCLUSIVE = timedelta(days=7)
PUT_BACK_FOR = timedelta(days=7)  # what Flexmail refuses to take back is tried no longer


def known(session: Session) -> bool | None:
    """True where an import keeps what it doesn't mention, False where updates must not go by it, None before it was tried."""
    fact = session.state.facts.get(PROBED)
    if fact is None or fact.get("again"):
        return None
    lasts = INCONCLUSIVE if fact["keeps"] is None else CONCLUSIVE
    return bool(fact["keeps"]) if session.age(fact["at"]) < lasts else None


def probe(session: Session, writer: ContactWriter, update: Update) -> dict[RelationId, Verdict]:
    """Import one contact and compare; what became of its update, as `imports.carry` tells it."""
    before = session.flexmail.contact(update.contact_id)
    if before is None:
        return {}
    body = bodies.partial(update.values, writer.shape)
    sent = {"relation": update.relation_id, "address": update.address, "mentioned": _mentioned(body)}
    trial = {**sent, "before": asdict(before)}
    verdicts = imports.carry(session, writer, [update], lambda: session.state.facts.put(PROBING, trial))
    if verdicts.get(update.relation_id) is Verdict.WAITING and not imports.under_way(session):
        session.state.facts.put(PROBING, None)  # another import came first: nothing was tried
    finish(session)
    return verdicts


def forget(session: Session, abandoned: Collection[RelationId]) -> None:
    """The contact that is being tried, where its import was never started: that says nothing of imports."""
    trial = session.state.facts.get(PROBING)
    if trial is not None and trial["relation"] in abandoned and not trial.get("lost"):
        session.state.facts.put(PROBING, None)


def is_open(session: Session) -> bool:
    """Whether a trial was begun of which nothing was concluded, or which is still to be put back."""
    return session.state.facts.get(PROBING) is not None


def finish(session: Session, *, late: bool = False) -> Sequence[Contact]:
    """Compare the contact that was tried with what it was, also after a crash; what an import took away is put back.

    The contact as it is then, if it was. An import that is looked at `late` may never have begun: where nothing came of it,
    one more is tried.
    """
    trial = session.state.facts.get(PROBING)
    if trial is None or trial["relation"] in imports.under_way(session).relations:
        return ()
    before = _contact(trial["before"])
    after = session.flexmail.contact(before.id)
    mentioned: Mapping[str, Any] = trial["mentioned"]
    if after is not None and not _is_spared(before, after, mentioned):
        before = _without_fields_gone(session, before)
    if trial.get("lost") or (after is not None and not _is_spared(before, after, mentioned)):
        # Known before it is put back: after that, nothing shows it any more.
        since = trial.get("lost") or session.now().isoformat()
        _conclude(session, keeps=False, trial={**trial, "lost": since})
        return _restore(session, before, after, {**trial, "lost": since})
    took = after is not None and _shows(after, mentioned)
    again = late and after == before and not (session.state.facts.get(PROBED) or {}).get("again")
    _conclude(session, keeps=took or None, trial=None, again=again)
    return ()


def _restore(session: Session, before: Contact, after: Contact | None, trial: Mapping[str, Any]) -> Sequence[Contact]:
    """Put it back, unless it is gone; for a week, where Flexmail refuses it."""
    whole = _filled(before, after, trial["mentioned"]) if after is not None else before
    is_whole = after is None or _put_back(session, whole, after, trial)
    if is_whole or session.age(trial["lost"]) > PUT_BACK_FOR:
        session.state.facts.put(PROBING, None)
    return [whole] if after is not None and is_whole else ()


def _conclude(session: Session, *, keeps: bool | None, trial: Mapping[str, Any] | None, again: bool = False) -> None:
    with session.state.transaction():
        session.state.facts.put(PROBED, {"at": session.now().isoformat(), "keeps": keeps, "again": again})
        session.state.facts.put(PROBING, trial)


def _put_back(session: Session, whole: Contact, after: Contact, trial: Mapping[str, Any]) -> bool:
    """Fill what is empty now as it was; whether it needs no other try. What the person changed since is left alone."""
    relation_id, address = trial["relation"], contact_key(after.email)
    if whole == after or session.known().outs.of_relation(relation_id, address) is not None:
        return True
    session.reporter.warn(f"relation {relation_id}: an import empties what it does not mention; it is put back")
    body = ContactBody(address, whole.first_name, whole.name, whole.language, whole.custom_fields or None)
    entry = session.begin("put", relation=relation_id, contact=whole.id, address=address, values={}, trial=True)
    try:
        session.flexmail.put(whole.id, body)
    except Refused as refusal:
        session.end(entry, done=False)
        session.reporter.warn(f"relation {relation_id}: Flexmail refused that with HTTP {refusal.status}; it is tried again")
        return False
    session.end(entry, done=True)
    return True


def _filled(before: Contact, after: Contact, mentioned: Mapping[str, Any]) -> Contact:
    """As it is now, with what it had before where it has nothing now. A language is never empty."""
    fields = {**before.custom_fields, **{key: value for key, value in after.custom_fields.items() if not is_empty(value)}}
    return replace(
        after,
        first_name=after.first_name or before.first_name,
        name=after.name or before.name,
        language=after.language if "language" in mentioned else before.language,
        custom_fields=fields,
    )


def _mentioned(body: ContactBody) -> dict[str, Any]:
    texts = {"first_name": body.first_name, "name": body.name, "language": body.language}
    return {**{key: text for key, text in texts.items() if text is not None}, "custom_fields": dict(body.custom_fields or {})}


def _contact(kept: Mapping[str, Any]) -> Contact:
    return Contact(**{**kept, "custom_fields": from_json(kept["custom_fields"])})


def _without_fields_gone(session: Session, contact: Contact) -> Contact:
    """Without the fields that Flexmail does not have any more: renamed or deleted there, not emptied by an import."""
    there = {field.placeholder for field in session.flexmail.custom_fields()}
    return replace(contact, custom_fields={key: value for key, value in contact.custom_fields.items() if key in there})


def _is_spared(before: Contact, after: Contact, mentioned: Mapping[str, Any]) -> bool:
    """Whether everything that was there is as it was but for what was mentioned."""
    texts = ("first_name", "name", "language")
    if any(getattr(before, key) != getattr(after, key) for key in texts if key not in mentioned):
        return False
    fields = before.custom_fields.keys() - mentioned["custom_fields"].keys()
    return all(before.custom_fields[key] == after.custom_fields.get(key) for key in fields)


def _shows(after: Contact, mentioned: Mapping[str, Any]) -> bool:
    texts = {key: value for key, value in mentioned.items() if key != "custom_fields"}
    fields = from_json(mentioned["custom_fields"])
    return as_sent(texts, asdict(after)) == texts and as_sent(fields, after.custom_fields) == fields
