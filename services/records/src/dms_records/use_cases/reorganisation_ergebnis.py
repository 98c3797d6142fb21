"""What a reorganisation touches, listed and counted; a dry run and the real one say it by the same function."""

from collections.abc import Mapping, Sequence
from typing import Any

from dms_records.domain.ablageregel import Ablageregel
from dms_records.domain.aktenplaneinheit import Aktenplaneinheit
from dms_records.domain.reorganisation_stand import ReorganisationStand
from dms_records.domain.zustaendigkeit import Zustaendigkeit
from dms_records.use_cases.ports import Organisation

Listed = Mapping[str, Any]


async def ergebnis_of(stand: ReorganisationStand, organisation: Organisation) -> Mapping[str, Any]:
    """Return lists of what changes and how much Schriftgut changes hands with it."""
    keys = {unit.id: unit.schluessel for unit in stand.aktenplan}
    counts = await organisation.count_schriftgut([row.id for row in stand.changed_zustaendigkeiten()])
    zustaendigkeiten: list[Listed] = []
    einheiten: list[Listed] = []
    regeln: list[Listed] = []
    for aenderung in stand.aenderungen:
        hands = {"von": aenderung.von, "nach": aenderung.nach}
        match aenderung.objekt:
            case Zustaendigkeit(id=row_id, aktenplaneinheit_id=unit_id):
                row = {"id": str(row_id), "aktenplaneinheit": keys[unit_id], **hands}
                zustaendigkeiten.append({**row, **counts.get(row_id, _NOTHING)})
            case Aktenplaneinheit(schluessel=schluessel):
                einheiten.append({"schluessel": schluessel, **hands})
            case Ablageregel(leistung=leistung, region=region):
                regeln.append({"leistung": leistung, "region": region, **hands})
    offices = [
        {"schluessel": office.schluessel, "name": office.name, "aktionen": stand.aktionen[office.schluessel]}
        for office in stand.touched()
    ]
    lists: Mapping[str, Sequence[Listed]] = {
        "organisationseinheiten": offices,
        "zustaendigkeiten": sorted(zustaendigkeiten, key=lambda row: (row["aktenplaneinheit"], row["id"])),
        "aktenplaneinheiten": sorted(einheiten, key=lambda row: str(row["schluessel"])),
        "ablageregeln": sorted(regeln, key=lambda row: (row["leistung"], row["region"])),
    }
    anzahl = {name: len(rows) for name, rows in lists.items()}
    anzahl |= {name: sum(row[name] for row in zustaendigkeiten) for name in _NOTHING}
    return {"anzahl": anzahl, **lists}


_NOTHING: Mapping[str, int] = {"akten": 0, "vorgaenge": 0, "dokumente": 0}
