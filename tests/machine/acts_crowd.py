"""What an office does to many at once, so many that they go to Flexmail by import; and what befalls imports there.

Only offices with a crowd do this.
"""

from tests.machine.drawn import Drawn
from tests.machine.model import Model
from tests.machine.stage import Stage

NAMES = ("Crowd", "Menigte", "Foule", "Menge")


def enter_crowd(act: Drawn, stage: Stage, model: Model) -> str:
    """Those that are there already are left as they are."""
    new = sorted(set(range(1, stage.setup.crowd + 1)) - set(stage.see().rows))
    if not new:
        return ""
    ticked = int(act.value != 3)
    rows = [{"id": number, "email": f"p{number}@example.be", "name": f"Name {number}", "flag": ticked} for number in new]
    stage.world.sql_many(
        "INSERT INTO CUSTOMER (CUSTOMER_ID, NAME, FIRSTNAME, EMAIL, LANGUAGE, CRM_TYPE, IS_ACTIVE, ACC_SOFTWARE)"
        " VALUES (:id, :name, 'An', :email, 'N', 3, 1, 'Octopus')",
        rows,
    )
    stage.world.sql_many("INSERT INTO CUSTOMER_PERMANENT VALUES (:id, :flag)", rows)
    model.touch(*new)
    for number in () if ticked else new:
        model.deeds.untick(number, model.next())
    return f"the office enters {len(new)} relations, {'ticked' if ticked else 'not ticked'}"


def rename_crowd(act: Drawn, stage: Stage, model: Model) -> str:
    if not stage.setup.crowd:
        return ""
    stage.world.sql("UPDATE CUSTOMER SET NAME = :name || CUSTOMER_ID", name=f"{NAMES[act.value]} ")
    model.deeds.edit(stage.see().rows, model.next())
    return f"the office renames everybody to {NAMES[act.value]}"


def tick_crowd(act: Drawn, stage: Stage, model: Model) -> str:
    if not stage.setup.crowd:
        return ""
    stage.world.sql("UPDATE CUSTOMER_PERMANENT SET NEWSLETTER = 1")
    model.touch(*stage.see().rows)
    return "the office ticks everybody"


def treat_imports(act: Drawn, stage: Stage, model: Model) -> str:
    """Flexmail's doing: a full queue, imports that fail, or are done before anybody asks."""
    if not stage.setup.crowd:
        return ""
    match act.value:
        case 0:
            stage.flexmail.quirks.imports_at_once = 0
            return "Flexmail's queue of imports is full"
        case 1:
            stage.flexmail.quirks.imports_at_once = 1
            return "Flexmail's queue of imports is free"
        case 2:
            stage.flexmail.fail_imports()
            return "the imports under way fail"
        case _:
            stage.flexmail.finish_imports()
            return "the imports under way are done"
