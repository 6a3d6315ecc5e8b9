"""What a person may do with catheter, injector, syringe and pressure line; entered into the one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from angiosuite.kit.errors import WrongUse
from angiosuite.suite.arguments import Flag, Number, Text
from angiosuite.suite.command_table import command

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__: list[str] = []

_ID = Text(80)
WHY = {
    "injecting": "it injects",
    "not filled": "it is empty",
    "volume exceeds what is in the syringe": "the syringe holds less than the volume",
    "no catheter connected": "no catheter is connected",
}


@command(
    "catheter.place", "Place a catheter in a vessel", device=_ID, vessel=_ID, at_mm=Number(0.0, 2000.0, "mm")
)
def _place(session: Session, a: Mapping[str, Any]) -> None:
    session.blood.place(a["device"], a["vessel"], a["at_mm"])


@command("catheter.pull", "Draw the catheter back; negative advances it", mm=Number(-200.0, 200.0, "mm"))
def _pull(session: Session, a: Mapping[str, Any]) -> None:
    session.blood.pull(a["mm"])


@command("catheter.free", "A small pull and turn of the catheter")
def _free(session: Session, a: Mapping[str, Any]) -> None:
    session.blood.free()


@command("catheter.remove", "Take the catheter out")
def _remove(session: Session, a: Mapping[str, Any]) -> None:
    session.blood.remove()


@command("injector.fill", "Fill the injector with a contrast medium", medium=_ID, warmed=Flag(default=True))
def _fill(session: Session, a: Mapping[str, Any]) -> None:
    desk = session.blood.desk
    desk.fill(a["medium"], a["warmed"])
    session.event("injector-filled", {"medium": desk.medium, "warmed": a["warmed"]}, "Injector filled")


@command("injector.purge", "Push the air out of syringe and line")
def _purge(session: Session, a: Mapping[str, Any]) -> None:
    session.blood.desk.purge()
    session.event("injector-purged", {}, "Injector purged")


@command("injector.check", "Look along syringe and line for air")
def _check(session: Session, a: Mapping[str, Any]) -> None:
    air = session.blood.desk.injector.check()
    text = {"seen": "Air is seen in the line", "clear": "No air in the line", "unknown": "Nothing to look at"}
    session.event("air-checked", {"air": air}, text[air])


@command(
    "injector.set",
    "Set the injector",
    rate_ml_s=Number(0.1, 45.0, "ml/s", default=None),
    volume_ml=Number(1.0, 150.0, "ml", default=None),
    rise_s=Number(0.0, 9.9, "s", default=None),
    limit_psi=Number(75.0, 1200.0, "psi", default=None),
)
def _set(session: Session, a: Mapping[str, Any]) -> None:
    session.blood.desk.injector.set(**{name: value for name, value in a.items() if value is not None})


@command("injector.protocol", "Set the injector by a protocol", id=_ID)
def _protocol(session: Session, a: Mapping[str, Any]) -> None:
    item = session.blood.desk.choose(a["id"])
    delays = {"xray_delay_s": item.xray_delay_s, "injection_delay_s": item.injection_delay_s}
    session.xrays.injection.set({name: value for name, value in delays.items() if value > 0.0} or delays)
    session.event("protocol-chosen", {"id": item.id}, f"Protocol: {item.title}")


@command("injector.arm", "Arm the injector")
def _arm(session: Session, a: Mapping[str, Any]) -> None:
    injector = session.blood.desk.injector
    why = injector.arm()
    if why:
        raise WrongUse(
            f"The injector cannot be armed: {', '.join(WHY.get(one, one) for one in why)}",
            code="injector-not-ready",
            way_out="Fill it, connect a catheter, or take less.",
        )
    session.event("injector-armed", {"air": injector.air}, "Injector armed")


@command("injector.disarm", "Disarm the injector")
def _disarm(session: Session, a: Mapping[str, Any]) -> None:
    session.blood.desk.injector.disarm()


@command("injector.start", "Inject now")
def _start(session: Session, a: Mapping[str, Any]) -> None:
    if not session.blood.start():
        raise WrongUse("The injector is not armed", code="injector-not-armed", way_out="Arm it first.")
    session.xrays.inject("injector")


@command("injector.abort", "Stop the injection")
def _abort(session: Session, a: Mapping[str, Any]) -> None:
    session.blood.desk.injector.abort()
    session.event("injection-aborted", {}, "Injection stopped")


@command(
    "hand.puff",
    "Inject contrast by hand",
    ml=Number(0.5, 20.0, "ml", default=3.0),
    rate_ml_s=Number(0.02, 6.0, "ml/s", default=2.0),
)
def _puff(session: Session, a: Mapping[str, Any]) -> None:
    session.blood.puff(a["ml"], a["rate_ml_s"])
    session.xrays.inject("hand")


@command("hand.flush", "Flush the catheter with saline", ml=Number(1.0, 20.0, "ml", default=10.0))
def _flush(session: Session, a: Mapping[str, Any]) -> None:
    session.blood.desk.flush(a["ml"])


@command("gas.fill", "Fill the gas syringe", ml=Number(5.0, 100.0, "ml", default=40.0))
def _gas_fill(session: Session, a: Mapping[str, Any]) -> None:
    session.blood.gas.fill(a["ml"])
    session.event("gas-filled", {"ml": a["ml"]}, "Gas syringe filled")


@command("gas.purge", "Purge the gas syringe and fill it again")
def _gas_purge(session: Session, a: Mapping[str, Any]) -> None:
    session.blood.gas.purge()
    session.event("gas-purged", {"flushes": session.blood.gas.flushes}, "Gas syringe purged")


@command("gas.inject", "Inject gas by hand", ml=Number(1.0, 100.0, "ml", default=20.0))
def _gas_inject(session: Session, a: Mapping[str, Any]) -> None:
    session.blood.injecting.inject_gas(a["ml"])
    session.xrays.inject("hand")


@command("pressure.zero", "Open the transducer to air and zero it")
def _zero(session: Session, a: Mapping[str, Any]) -> None:
    session.blood.pressures.line.zero()
    session.event("pressure-zeroed", {}, "Transducer zeroed")


@command("pressure.level", "Height of the transducer above the heart", cm=Number(-40.0, 40.0, "cm"))
def _level(session: Session, a: Mapping[str, Any]) -> None:
    session.blood.pressures.line.level_cm = a["cm"]


@command("pressure.record", "Keep the pressure as it is", label=Text(40, default=""))
def _record(session: Session, a: Mapping[str, Any]) -> None:
    session.blood.record(a["label"])


@command("blood.show", "Show the tree of vessels", tree=Flag())
def _show(session: Session, a: Mapping[str, Any]) -> None:
    session.blood.allowed.check_tree(a["tree"])
    if a["tree"] and session.task is not None:
        raise WrongUse(
            "The tree is hidden while a task goes on", code="tree-hidden", way_out="Finish the task first."
        )
    session.blood.shows_tree = a["tree"]
