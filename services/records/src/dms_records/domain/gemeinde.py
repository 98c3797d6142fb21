"""A municipality as its file declares it: organisation, plan and rules of one Mandant."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dms_records.domain.aktenzeichen import AktenzeichenVorlage
from dms_records.domain.errors import AktenzeichenInvalidError, GemeindeInvalidError


@dataclass(frozen=True, kw_only=True)
class GemeindeOrganisationseinheit:
    """An office by its key and that of the office above."""

    schluessel: str
    name: str
    uebergeordnet: str | None = None


@dataclass(frozen=True, kw_only=True)
class GemeindeAktenplaneinheit:
    """A unit of the plan; None is inherited from the unit above."""

    schluessel: str
    titel: str
    uebergeordnet: str | None = None
    organisationseinheit: str | None = None
    aussonderungsart: str | None = None
    aufbewahrungsdauer: int | None = None
    unbefristet: bool | None = None
    aktenbildung: str | None = None
    aktenzeichen_akte: str | None = None
    aktenzeichen_vorgang: str | None = None
    aktenzeichen_dokument: str | None = None
    stillgelegt: bool = False


@dataclass(frozen=True, kw_only=True)
class GemeindeAblageregel:
    """A rule by the keys of its unit and, where it differs from the unit's own, its office."""

    leistung: str
    region: str
    aktenplaneinheit: str
    organisationseinheit: str | None = None


@dataclass(frozen=True, kw_only=True)
class Gemeinde:
    """The whole of it; `check` refuses what contradicts itself."""

    mandant: str
    organisationseinheiten: Sequence[GemeindeOrganisationseinheit]
    aktenplan: Sequence[GemeindeAktenplaneinheit]
    ablageregeln: Sequence[GemeindeAblageregel]

    def check(self) -> None:
        """Raise GemeindeInvalidError with every fault: double keys, unknown references, circles, bad templates."""
        offices = {row.schluessel: row.uebergeordnet for row in self.organisationseinheiten}
        units = {row.schluessel: row.uebergeordnet for row in self.aktenplan}
        faults = [
            *_doubles("Organisationseinheit", (row.schluessel for row in self.organisationseinheiten)),
            *_doubles("Aktenplaneinheit", (row.schluessel for row in self.aktenplan)),
            *_doubles("Ablageregel", (f"{row.leistung} {row.region}".strip() for row in self.ablageregeln)),
            *_circles("Organisationseinheit", offices),
            *_circles("Aktenplaneinheit", units),
            *self._unknown(offices, units),
        ]
        # Only a plan without circles says what a unit inherits.
        faults = faults or self._templates()
        if faults:
            raise GemeindeInvalidError("\n".join(faults))

    def office_of(self, schluessel: str) -> str | None:
        """Return the key of the office that a unit has, its own or inherited."""
        units = {row.schluessel: row for row in self.aktenplan}
        unit: GemeindeAktenplaneinheit | None = units[schluessel]
        while unit is not None:
            if unit.organisationseinheit is not None:
                return unit.organisationseinheit
            unit = units[unit.uebergeordnet] if unit.uebergeordnet is not None else None
        return None

    def _unknown(self, offices: Iterable[str], units: Iterable[str]) -> list[str]:
        known_offices, known_units = set(offices), set(units)
        named_offices = [
            *((f"Organisationseinheit {row.schluessel}", row.uebergeordnet) for row in self.organisationseinheiten),
            *((f"Aktenplaneinheit {row.schluessel}", row.organisationseinheit) for row in self.aktenplan),
            *((f"Ablageregel {row.leistung}", row.organisationseinheit) for row in self.ablageregeln),
        ]
        named_units = [
            *((f"Aktenplaneinheit {row.schluessel}", row.uebergeordnet) for row in self.aktenplan),
            *((f"Ablageregel {row.leistung}", row.aktenplaneinheit) for row in self.ablageregeln),
        ]
        return [
            *(
                f"{where}: die Organisationseinheit „{key}“ gibt es nicht."
                for where, key in named_offices
                if key is not None and key not in known_offices
            ),
            *(
                f"{where}: die Aktenplaneinheit „{key}“ gibt es nicht."
                for where, key in named_units
                if key is not None and key not in known_units
            ),
        ]

    def _templates(self) -> list[str]:
        default, faults = AktenzeichenVorlage(), []
        for unit in self.aktenplan:
            try:
                vorlage = AktenzeichenVorlage(
                    akte=unit.aktenzeichen_akte or default.akte,
                    vorgang=unit.aktenzeichen_vorgang or default.vorgang,
                    dokument=unit.aktenzeichen_dokument or default.dokument,
                )
                if vorlage.attributes:
                    has_office = self.office_of(unit.schluessel) is not None
                    vorlage.check_attributes({"oe": has_office, "produktnummer": False})
            except AktenzeichenInvalidError as error:
                faults.append(f"Aktenplaneinheit {unit.schluessel}: {error}")
        return faults


def _doubles(noun: str, keys: Iterable[str]) -> list[str]:
    return [f"{noun} {key} kommt mehrfach vor." for key, count in Counter(keys).items() if count > 1]


def _circles(noun: str, above: Mapping[str, str | None]) -> list[str]:
    faults = []
    for start in above:
        seen: set[str] = set()
        key: str | None = start
        while key is not None and key not in seen:
            seen.add(key)
            key = above.get(key)
        if key == start:
            faults.append(f"{noun} {start} steht unter sich selbst.")
    return faults
