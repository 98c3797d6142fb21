"""Entries of the Protokoll as they are answered."""

from datetime import datetime

from pydantic import BaseModel, Field

from dms_records.use_cases.queries.protokoll import ProtokollRow


class Protokolleintrag(BaseModel):
    """Ein Feld einer Handlung, wie xdomea es als HistorienProtokollInformation austauscht."""

    eintrag: int = Field(description="Kennung der Handlung; mehrere Felder einer Handlung haben dieselbe.")
    nummer: int | None = Field(description="Lückenlose Nummer im versiegelten Protokoll; null, bis es versiegelt ist.")
    datum_uhrzeit: datetime
    akteur: str = Field(description="Kennung (`sub`) der Person oder `system`.")
    aktion: str = Field(examples=["vorgang.status_changed"])
    metadatum_name: str | None = Field(description="Das Feld, um das es geht.", examples=["status"])
    alter_wert: str | None
    neuer_wert: str | None
    bemerkung: str | None = Field(description="Grund, Kommentar oder Anlass.")
    werte_geloescht: bool = Field(description="Die Werte wurden gelöscht; dass es sie gab, bleibt bewiesen.")

    @classmethod
    def of(cls, row: ProtokollRow) -> "Protokolleintrag":
        aenderung = row.aenderung
        return cls(
            eintrag=row.eintrag,
            nummer=row.nummer,
            datum_uhrzeit=row.datum_uhrzeit,
            akteur=row.akteur,
            aktion=row.aktion,
            metadatum_name=aenderung.metadatum_name,
            alter_wert=aenderung.alter_wert,
            neuer_wert=aenderung.neuer_wert,
            bemerkung=aenderung.bemerkung,
            werte_geloescht=row.geloescht,
        )
