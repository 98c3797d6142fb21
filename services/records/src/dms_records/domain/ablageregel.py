"""Ablageregeln: from Leistung and region to the place in the plan."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from dms_records.domain.errors import AblageRefusedError


@dataclass(eq=False, kw_only=True)
class Ablageregel:
    """
    Says under which plan unit (and, when it differs from the unit's own, for which office) an Eingang is filed.

    `leistung` is a whole LeiKa key or a prefix, `region` a prefix of the Amtlicher Regionalschlüssel, empty for all.
    """

    mandant: str
    id: UUID
    leistung: str
    region: str
    aktenplaneinheit_id: UUID
    organisationseinheit_id: UUID | None = None
    version: int = 1


def choose_ablageregel(regeln: Iterable[Ablageregel], leistung: str, region: str) -> Ablageregel:
    """Return the rule with the longest Leistung, among equals that with the longest region; refuse when none fits."""
    of_leistung = [regel for regel in regeln if leistung.startswith(regel.leistung)]
    if not of_leistung:
        message = f"Für die Leistung {leistung} gibt es keine Ablageregel."
        raise AblageRefusedError(message)
    fitting = [regel for regel in of_leistung if region.startswith(regel.region)]
    if not fitting:
        message = f"Für die Leistung {leistung} gibt es in der Region {region} keine Ablageregel."
        raise AblageRefusedError(message)
    return max(fitting, key=lambda regel: (len(regel.leistung), len(regel.region)))
