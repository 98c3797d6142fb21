"""The reorganisation: offices created, merged, split, moved, renamed and closed in one act."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from dms_kit.core.errors import FieldError
from dms_records.domain.reorganisation_errors import ReorganisationAmbiguousError


@dataclass(eq=False, kw_only=True)
class Reorganisation:
    """What was ordered (`schritte`) and what it touched (`ergebnis`), both as JSON; never changed afterwards."""

    mandant: str
    id: UUID
    wirksam_ab: date
    grund: str
    durchgefuehrt_am: datetime
    schritte: str
    ergebnis: str


@dataclass(frozen=True, kw_only=True)
class ReorganisationCreate:
    """A new office."""

    art: ClassVar[str] = "create"
    schluessel: str
    name: str
    uebergeordnet: str | None


@dataclass(frozen=True, kw_only=True)
class ReorganisationMerge:
    """Offices that give everything they have to another one, and end."""

    art: ClassVar[str] = "merge"
    von: Sequence[str]
    nach: str


@dataclass(frozen=True, kw_only=True)
class ReorganisationTeil:
    """The units of the plan, each with those below it, that one office gets of a split."""

    nach: str
    aktenplaneinheiten: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class ReorganisationSplit:
    """
    An office whose units of the plan go to different ones; of a unit and one below it the nearer name counts.

    What no part names goes to `rest`, or stays where it is when the office goes on (`bleibt`); otherwise it ends.
    """

    art: ClassVar[str] = "split"
    von: str
    teile: Sequence[ReorganisationTeil]
    rest: str | None
    bleibt: bool


@dataclass(frozen=True, kw_only=True)
class ReorganisationMove:
    """An office that gets another place, with all below it."""

    art: ClassVar[str] = "move"
    organisationseinheit: str
    uebergeordnet: str | None


@dataclass(frozen=True, kw_only=True)
class ReorganisationRename:
    """An office that gets another name; its key stays."""

    art: ClassVar[str] = "rename"
    organisationseinheit: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ReorganisationClose:
    """An office that ends, with nothing left to give away."""

    art: ClassVar[str] = "close"
    organisationseinheit: str


ReorganisationSchritt = (
    ReorganisationCreate
    | ReorganisationMerge
    | ReorganisationSplit
    | ReorganisationMove
    | ReorganisationRename
    | ReorganisationClose
)
_Named = tuple[str, str]


def check_named_once(schritte: Sequence[ReorganisationSchritt]) -> None:
    """
    Raise ReorganisationAmbiguousError when it would depend on the order of the steps what they mean.

    One step at most changes an office, no part of a split names a unit again, and what ends takes nothing in.
    """
    faults: list[FieldError] = []
    changed: dict[str, str] = {}
    for pointer, schluessel in _changed(schritte):
        faults += _fault(pointer, schluessel, changed)
        changed.setdefault(schluessel, pointer)
    ended = dict(reversed([(schluessel, pointer) for pointer, schluessel in _ended(schritte)]))
    for pointer, schluessel in _targets(schritte):
        faults += _fault(pointer, schluessel, ended)
    for place, schritt in enumerate(schritte):
        if isinstance(schritt, ReorganisationSplit):
            faults += _split_faults(f"/schritte/{place}", schritt)
    if faults:
        raise ReorganisationAmbiguousError(faults[0].detail, errors=faults)


def _changed(schritte: Sequence[ReorganisationSchritt]) -> Iterator[_Named]:
    for place, schritt in enumerate(schritte):
        step = f"/schritte/{place}"
        match schritt:
            case ReorganisationCreate(schluessel=schluessel):
                yield f"{step}/schluessel", schluessel
            case ReorganisationMerge(von=von):
                yield from ((f"{step}/von/{number}", schluessel) for number, schluessel in enumerate(von))
            case ReorganisationSplit(von=von):
                yield f"{step}/von", von
            case _:
                yield f"{step}/organisationseinheit", schritt.organisationseinheit


def _ended(schritte: Sequence[ReorganisationSchritt]) -> Iterator[_Named]:
    for place, schritt in enumerate(schritte):
        # An office that goes on may take things in, but not what it has just given away itself.
        if isinstance(schritt, ReorganisationMerge | ReorganisationClose) or (
            isinstance(schritt, ReorganisationSplit) and not schritt.bleibt
        ):
            yield from ((f"/schritte/{place}{pointer[11:]}", key) for pointer, key in _changed([schritt]))


def _targets(schritte: Sequence[ReorganisationSchritt]) -> Iterator[_Named]:
    for place, schritt in enumerate(schritte):
        step = f"/schritte/{place}"
        match schritt:
            case ReorganisationMerge(nach=nach):
                yield f"{step}/nach", nach
            case ReorganisationSplit(teile=teile, rest=rest):
                yield from ((f"{step}/teile/{number}/nach", teil.nach) for number, teil in enumerate(teile))
                if rest is not None:
                    yield f"{step}/rest", rest
            case ReorganisationCreate(uebergeordnet=str(above)) | ReorganisationMove(uebergeordnet=str(above)):
                yield f"{step}/uebergeordnet", above


def _split_faults(step: str, split: ReorganisationSplit) -> Iterator[FieldError]:
    offices: dict[str, str] = {split.von: f"{step}/von"} if split.bleibt else {}
    units: dict[str, str] = {}
    for number, teil in enumerate(split.teile):
        pointer = f"{step}/teile/{number}"
        yield from _fault(f"{pointer}/nach", teil.nach, offices)
        offices.setdefault(teil.nach, f"{pointer}/nach")
        for position, schluessel in enumerate(teil.aktenplaneinheiten):
            place = f"{pointer}/aktenplaneinheiten/{position}"
            yield from _fault(place, schluessel, units)
            units.setdefault(schluessel, place)
    if split.bleibt and split.rest is not None:
        yield FieldError(f"{step}/rest", "Eine Organisationseinheit, die bleibt, behält den Rest selbst.")


def _fault(pointer: str, schluessel: str, named: dict[str, str]) -> list[FieldError]:
    if schluessel not in named:
        return []
    return [FieldError(pointer, f"Die Einheit „{schluessel}“ ist schon genannt, in {named[schluessel]}.")]
