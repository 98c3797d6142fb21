"""The rules of the plan as a whole: what may stand below what, and from when until when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dms_kit.core.errors import FieldError
from dms_records.domain.aktenplan_errors import (
    AktenplanCycleError,
    AktenplanDepthError,
    AktenplaneinheitChildrenOpenError,
    AktenplaneinheitClosedError,
    AktenplaneinheitParentError,
    AktenplanValidityError,
)
from dms_records.domain.aktenplaneinheit import Aktenplaneinheit, attribute_of, vorlage_of

# The tree has two levels of JSON for each of its own; readers as strict as ours stop at 100.
MAX_DEPTH = 48


@dataclass(frozen=True, kw_only=True)
class AktenplanNachbarn:
    """
    What stands around a unit: those above from the nearest to the top, all those below, and the days of its Akten.

    `unterbaum` may be left at the direct children where every unit of a plan is checked.
    """

    above: Sequence[Aktenplaneinheit] = ()
    unterbaum: Sequence[Aktenplaneinheit] = ()
    erste_akte: date | None = None
    letzte_akte: date | None = None


def check_einheit(einheit: Aktenplaneinheit, nachbarn: AktenplanNachbarn) -> None:
    """Refuse a unit that contradicts the plan around it; called before it is saved."""
    check_place(einheit, nachbarn)
    check_validity(einheit, nachbarn)
    path = [einheit, *nachbarn.above]
    if any((einheit.aktenzeichen_akte, einheit.aktenzeichen_vorgang, einheit.aktenzeichen_dokument)):
        check_vorlage(path)
    for unit, path_above in _paths(einheit, nachbarn.unterbaum, path):
        if unit.aktenzeichen_akte is not None:
            check_vorlage([unit, *path_above])


def check_vorlage(path: Sequence[Aktenplaneinheit]) -> None:
    """Refuse templates of a unit (first in `path`) that are wrong or name an attribute that it has no value for."""
    vorlage_of(path).check_attributes(attribute_of(path))


def check_place(einheit: Aktenplaneinheit, nachbarn: AktenplanNachbarn) -> None:
    """Refuse a circle, and a plan that no reader could read."""
    if any(unit.id == einheit.id for unit in nachbarn.above):
        message = f"Die Aktenplaneinheit {einheit.schluessel} stünde unter sich selbst."
        raise AktenplanCycleError(message, errors=[FieldError("/uebergeordnet", message)])
    path = [einheit, *nachbarn.above]
    deepest = max((len(above) + 1 for _, above in _paths(einheit, nachbarn.unterbaum, path)), default=len(path))
    if deepest > MAX_DEPTH:
        message = f"Ein Aktenplan hat höchstens {MAX_DEPTH} Ebenen."
        raise AktenplanDepthError(message, errors=[FieldError("/uebergeordnet", message)])


def check_validity(einheit: Aktenplaneinheit, nachbarn: AktenplanNachbarn) -> None:
    """Refuse a validity that ends before it begins, leaves that of the unit above, or leaves out units or Akten."""
    if einheit.gueltig_bis is not None and einheit.gueltig_bis < einheit.gueltig_von:
        raise _validity("/gueltig_bis", "Die Gültigkeit endet, bevor sie beginnt.")
    for above in nachbarn.above[:1]:
        if einheit.gueltig_von < above.gueltig_von:
            raise _validity("/gueltig_von", f"Die Einheit {above.schluessel} darüber gilt erst ab {above.gueltig_von}.")
        if _ends_before(above, einheit):
            raise _validity("/gueltig_bis", f"Die Einheit {above.schluessel} darüber gilt bis {above.gueltig_bis}.")
    for below in nachbarn.unterbaum:
        if below.uebergeordnet_id == einheit.id:
            _check_below(einheit, below)
    if nachbarn.erste_akte is not None and nachbarn.erste_akte < einheit.gueltig_von:
        raise _validity("/gueltig_von", f"Am {nachbarn.erste_akte} wurde hier schon eine Akte gebildet.")
    # On the day of the end itself there may be an Akte: it was made before the unit was closed.
    letzte_akte, end = nachbarn.letzte_akte, einheit.gueltig_bis
    if letzte_akte is not None and end is not None and letzte_akte > end:
        raise _validity("/gueltig_bis", f"Am {letzte_akte} wurde hier noch eine Akte gebildet.")


def check_parent(above: Sequence[Aktenplaneinheit], today: date) -> None:
    """Refuse to put a unit under one that is closed, itself or by one above it."""
    for unit in above:
        if unit.stillgelegt or _is_over(unit, today):
            message = f"Die Aktenplaneinheit {unit.schluessel} ist stillgelegt oder nicht mehr gültig."
            raise AktenplaneinheitParentError(message, errors=[FieldError("/uebergeordnet", message)])


def check_open(einheit: Aktenplaneinheit, today: date) -> None:
    """Refuse to change a unit whose validity is over: it is history."""
    if _is_over(einheit, today):
        raise AktenplaneinheitClosedError(f"Die Aktenplaneinheit {einheit.schluessel} galt bis {einheit.gueltig_bis}.")


def check_wirksam_ab(wirksam_ab: date, before: date, today: date) -> None:
    """Refuse a Stand that holds from a day before the one that it follows, or from a day to come."""
    if wirksam_ab < before:
        raise _validity("/wirksam_ab", f"Der vorige Stand gilt erst ab {before}; die Stände überschnitten sich.")
    if wirksam_ab > max(today, before):
        raise _validity(
            "/wirksam_ab",
            "Eine Änderung kann nicht erst an einem künftigen Tag wirksam werden; sie wird an ihm gesendet.",
        )


def _check_below(einheit: Aktenplaneinheit, below: Aktenplaneinheit) -> None:
    if below.gueltig_von < einheit.gueltig_von:
        raise _validity("/gueltig_von", f"Die Einheit {below.schluessel} darunter gilt ab {below.gueltig_von}.")
    if _ends_before(einheit, below):
        message = f"Die Einheit {below.schluessel} darunter ist noch nicht geschlossen."
        raise AktenplaneinheitChildrenOpenError(message, errors=[FieldError("/gueltig_bis", message)])


def _paths(
    einheit: Aktenplaneinheit, unterbaum: Sequence[Aktenplaneinheit], path: Sequence[Aktenplaneinheit]
) -> Iterable[tuple[Aktenplaneinheit, Sequence[Aktenplaneinheit]]]:
    below: dict[UUID | None, list[Aktenplaneinheit]] = {}
    for unit in unterbaum:
        below.setdefault(unit.uebergeordnet_id, []).append(unit)
    waiting = [(unit, path) for unit in below.pop(einheit.id, [])]
    while waiting:
        unit, above = waiting.pop()
        yield unit, above
        waiting += [(child, [unit, *above]) for child in below.pop(unit.id, [])]


def _is_over(einheit: Aktenplaneinheit, today: date) -> bool:
    return einheit.gueltig_bis is not None and einheit.gueltig_bis <= today


def _ends_before(outer: Aktenplaneinheit, inner: Aktenplaneinheit) -> bool:
    return outer.gueltig_bis is not None and (inner.gueltig_bis is None or inner.gueltig_bis > outer.gueltig_bis)


def _validity(pointer: str, message: str) -> AktenplanValidityError:
    return AktenplanValidityError(message, errors=[FieldError(pointer, message)])
