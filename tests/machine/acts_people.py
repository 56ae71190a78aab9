"""What persons do with what they got, and Flexmail's staff in its web pages."""

from datetime import timedelta
from typing import Any

from flexsync_cli.sandbox.model import State
from tests.machine.deeds import Profile
from tests.machine.drawn import Drawn
from tests.machine.model import Click, Model
from tests.machine.setup import FIELD_KEY
from tests.machine.stage import Stage

WINDOW = timedelta(days=14)  # so long clicks are read
NEWS = "https://kantoor.example.be/news"
ANY = tuple(state for state in State if state is not State.DELETED)


def opt_out(act: Drawn, stage: Stage, model: Model) -> str:
    found = stage.contact(act.where, State.ACTIVE)
    if found is None:
        return ""
    campaign = _campaign(stage) if act.value % 2 else None
    model.said_no(stage, act.where, "opt-out", found.id)
    stage.flexmail.unsubscribe(act.where, None if campaign is None else campaign.id)
    return f"{act.where} unsubscribes{' by the link in the newsletter' if campaign else ''}"


def opt_out_of_import(act: Drawn, stage: Stage, model: Model) -> str:
    """Somebody whom an import is about to change."""
    for address in sorted(stage.imported()):
        found = stage.contact(address, State.ACTIVE)
        if found is not None:
            model.said_no(stage, address, "opt-out", found.id)
            stage.flexmail.unsubscribe(address)
            return f"{address} unsubscribes, while an import has him"
    return ""


def complain(act: Drawn, stage: Stage, model: Model) -> str:
    found = stage.contact(act.where, State.ACTIVE)
    if found is None:
        return ""
    model.said_no(stage, act.where, "complaint", found.id)
    stage.flexmail.complain(act.where)
    return f"{act.where} calls it spam"


def opt_in(act: Drawn, stage: Stage, model: Model) -> str:
    if stage.contact(act.where, State.ACTIVE) is not None:
        return ""
    model.said_yes(stage, act.where, "opt-in")
    model.overtaken += act.where in stage.imported() | stage.created()
    contact = stage.flexmail.opt_in(act.where, {"name": "Nieuw"})
    model.deeds.opted_in[act.where] = contact.id, model.words[act.where].at
    return f"{act.where} subscribes by a form"


def click(act: Drawn, stage: Stage, model: Model) -> str:
    """In the last campaign; who got none gets one first."""
    found, campaign = stage.contact(act.where, State.ACTIVE), _campaign(stage)
    if found is None or not stage.setup.soap:
        return ""
    if campaign is None or found.id not in campaign.recipients:
        campaign = stage.flexmail.send_campaign("Newsletter")
    in_time = stage.flexmail.store.clock.now() < campaign.sent_at + WINDOW
    burst = 4 if act.value == 3 else 1
    for number in range(burst):
        url = f"{NEWS}/{len(model.clicks)}-{number}"
        stage.flexmail.click(act.where, campaign.id, url)
        model.clicks.append(Click(url, act.where, model.next(), model.reads_clicks and in_time, found.id))
    return f"{act.where} clicks on {burst} link(s) in campaign {campaign.id}"


def bounce(act: Drawn, stage: Stage, model: Model) -> str:
    found = stage.contact(act.where, State.ACTIVE)
    if found is None:
        return ""
    code = ("5.1.1", "4.2.2", "5.2.2", "")[act.value]
    model.undelivered.add(act.where)
    model.taint(stage, act.where)
    if code.startswith("5.1.") and model.reads_bounces:
        model.deeds.bad[act.where] = model.next()
    model.bounces.setdefault((found.id, code[:1], act.where), model.reads_bounces)
    stage.flexmail.bounce(act.where, None, code)
    return f"a mail to {act.where} bounces ({code or 'no code'})"


def profile(act: Drawn, stage: Stage, model: Model) -> str:
    found = stage.contact(act.where, State.ACTIVE)
    if found is None:
        return ""
    new = act.other if act.value == 3 and stage.contact(act.other, *ANY) is None and act.other not in model.words else None
    model.values_touched |= {act.where, new or act.where}
    if new is not None:
        model.said_yes(stage, new, "profile")
        model.taint(stage, act.where)
        model.deeds.moved.add(found.id)
    name = f"Self {act.value}"
    model.deeds.profiles[found.id] = Profile(found.id, new or act.where, name, model.next(), model.well_at)
    stage.flexmail.change_profile(act.where, {"name": name}, new)
    return f"{act.where} changes its name{f' and its address to {new}' if new else ''}"


def _campaign(stage: Stage) -> Any:
    sent = [each for each in stage.flexmail.store.campaigns.values() if each.sent_at is not None]
    return sent[-1] if sent else None


def campaign(act: Drawn, stage: Stage, model: Model) -> str:
    sent = stage.flexmail.send_campaign("Newsletter")
    return f"campaign {sent.id} is sent"


def delete(act: Drawn, stage: Stage, model: Model) -> str:
    if stage.contact(act.where, *ANY) is None:
        return ""
    stage.flexmail.delete(act.where)
    model.contact_gone(stage, act.where)
    return f"the staff deletes the contact {act.where}"


def merge(act: Drawn, stage: Stage, model: Model) -> str:
    gone, stays = (stage.contact(each, State.ACTIVE) for each in (act.where, act.other))
    if act.where == act.other or gone is None or stays is None:
        return ""
    model.lost_contacts = True
    model.taint(stage, act.where, act.other)
    # What the one was known as, and those who were merged into the other before, is nobody's now.
    merged = set().union(*(known for each, known in model.known_as.items() if each != stays.id))
    model.undelivered |= (model.known_as.get(gone.id, set()) | (model.known_as.get(stays.id, set()) & merged)) - {act.where}
    model.deeds.moved.add(stays.id)
    stage.flexmail.merge(act.where, act.other)
    return f"the staff merges {act.where} into {act.other}, which gets the address {act.where}"


def blacklist(act: Drawn, stage: Stage, model: Model) -> str:
    if stage.contact(act.where, State.ACTIVE) is None and act.value:
        return ""
    model.undelivered.add(act.where)
    model.taint(stage, act.where)
    stage.flexmail.blacklist(act.where)
    model.deeds.blocked[act.where] = model.next()
    return f"the staff blacklists {act.where}"


def add_contact(act: Drawn, stage: Stage, model: Model) -> str:
    if stage.contact(act.where, *ANY) is not None or act.where in model.words:
        return ""
    model.overtaken += act.where in stage.imported() | stage.created()
    stage.flexmail.add_contact(act.where, name="Staff")
    return f"the staff adds the contact {act.where}"


def edit_contact(act: Drawn, stage: Stage, model: Model) -> str:
    if stage.contact(act.where, State.ACTIVE) is None:
        return ""
    model.values_touched.add(act.where)
    stage.flexmail.edit_contact(act.where, {"first_name": f"Staff {act.value}"})
    return f"the staff changes the first name of {act.where}"


def drop_interest(act: Drawn, stage: Stage, model: Model) -> str:
    found = stage.contact(act.where, State.ACTIVE)
    if found is None or not found.interests:
        return ""
    dropped = found.interests[0]
    model.values_touched.add(act.where)
    model.dropped[found.id, dropped] = model.next()
    stage.flexmail.take_interest(act.where, dropped)
    return f"{act.where} drops an interest"


def add_interest(act: Drawn, stage: Stage, model: Model) -> str:
    """One that Admin may not know of."""
    found = stage.contact(act.where, State.ACTIVE)
    if found is None or not stage.flexmail.store.interests:
        return ""
    added = list(stage.flexmail.store.interests)[act.value % len(stage.flexmail.store.interests)]
    stage.flexmail.give_interest(act.where, added)
    return f"{act.where} chooses an interest"


def rename_field(act: Drawn, stage: Stage, model: Model) -> str:
    names = {field.placeholder: field.name for field in stage.flexmail.store.custom_fields.values()}
    ours = FIELD_KEY in names
    old, new = (FIELD_KEY, "other") if ours else ("other", FIELD_KEY)
    model.renamed = True
    stage.flexmail.rename_custom_field(old, new, new)
    return f"the staff renames the custom field {old} to {new}"
