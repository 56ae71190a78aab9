"""What the office does in Admin. Each act gives its sentence, or "" where it makes no sense now."""

from tests.machine.drawn import Drawn
from tests.machine.model import Model
from tests.machine.stage import Stage

NAMES = ("Peeters", "Janssens", " Maes ", "")
SOFTWARE = ("", "Octopus", "Exact")
INTERESTS = ("Btw", "Loon")


def enter(act: Drawn, stage: Stage, model: Model) -> str:
    if act.who in stage.see().rows:
        return ""
    ticked = act.value != 3
    stage.world.relation(act.who, act.where, name=NAMES[act.value % 2], ticked=ticked)
    model.touch(act.who)
    if not ticked:
        model.deeds.untick(act.who, model.next())
    return f"the office enters relation {act.who}, {act.where}, {'ticked' if ticked else 'not ticked'}"


def tick(act: Drawn, stage: Stage, model: Model) -> str:
    if act.who not in stage.see().rows:
        return ""
    stage.world.tick(act.who)
    model.touch(act.who)
    return f"the office ticks relation {act.who}"


def untick(act: Drawn, stage: Stage, model: Model) -> str:
    row = stage.see().rows.get(act.who)
    if row is None or not row.ticked:  # once more would leave no trace
        return ""
    stage.world.untick(act.who)
    model.deeds.untick(act.who, model.next())
    return f"the office unticks relation {act.who}"


def active(act: Drawn, stage: Stage, model: Model) -> str:
    value = (1, 0, None)[act.value % 3]
    return _edit(act, stage, model, IS_ACTIVE=value)


def rename(act: Drawn, stage: Stage, model: Model) -> str:
    return _edit(act, stage, model, NAME=NAMES[act.value], FIRSTNAME=("An", "", None, "Bo")[act.value])


def software(act: Drawn, stage: Stage, model: Model) -> str:
    return _edit(act, stage, model, ACC_SOFTWARE=SOFTWARE[act.value % 3])


def language(act: Drawn, stage: Stage, model: Model) -> str:
    return _edit(act, stage, model, LANGUAGE=("N", "F", "D", "")[act.value])


def retype(act: Drawn, stage: Stage, model: Model) -> str:
    return _edit(act, stage, model, CRM_TYPE=(3, 8)[act.value % 2])


def readdress(act: Drawn, stage: Stage, model: Model) -> str:
    return _edit(act, stage, model, EMAIL=("", "not an address", act.where, act.where.upper())[act.value])


def swap(act: Drawn, stage: Stage, model: Model) -> str:
    rows, other = stage.see().rows, 1 + act.value
    if act.who not in rows or other not in rows or act.who == other:
        return ""
    stage.world.edit(act.who, EMAIL=rows[other].address)
    stage.world.edit(other, EMAIL=rows[act.who].address)
    model.touch(act.who, other)
    return f"the office swaps the addresses of relations {act.who} and {other}"


def remove(act: Drawn, stage: Stage, model: Model) -> str:
    if act.who not in stage.see().rows:
        return ""
    stage.world.remove(act.who)
    model.deeds.edit([act.who], model.next())
    return f"the office deletes relation {act.who}"


def interest(act: Drawn, stage: Stage, model: Model) -> str:
    if act.who not in stage.see().rows:
        return ""
    names = [name for bit, name in enumerate(INTERESTS) if act.value & (1 << bit)]
    stage.world.interest(act.who, *names)
    model.interests_touched[act.who] = model.next()
    return f"the office gives relation {act.who} the interests {names}"


def keep_admin(act: Drawn, stage: Stage, model: Model) -> str:
    stage.keep("admin.db")
    return "Admin is backed up"


def restore_admin(act: Drawn, stage: Stage, model: Model) -> str:
    before = set(stage.see().rows)
    if not stage.put_back("admin.db"):
        return ""
    model.touch(*before, *stage.see().rows)
    model.dropped.clear()
    model.deeds.excused = model.next()
    model.tell_anew()
    for click in model.clicks:
        click.demanded = False
    return "the backup of Admin is restored"


def _edit(act: Drawn, stage: Stage, model: Model, **columns: object) -> str:
    if act.who not in stage.see().rows:
        return ""
    stage.world.edit(act.who, **columns)
    model.deeds.edit([act.who], model.next())
    if "EMAIL" in columns:
        model.touch(act.who)
    return f"the office edits relation {act.who}: {columns}"
