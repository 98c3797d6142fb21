"""What search answers over HTTP."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from dms_search.domain.indexeintrag import IndexeintragTyp
from dms_search.domain.indexlauf import Indexlauf, IndexlaufStatus
from dms_search.domain.treffer import Treffer
from dms_search.use_cases.search import Suchergebnis


class TrefferAntwort(BaseModel):
    """Ein gefundenes Objekt."""

    typ: IndexeintragTyp
    id: UUID
    titel: str = Field(examples=["Anmeldung eines Gewerbes"])
    aktenzeichen: str = Field(examples=["32.20#00001#0001"])
    vorgang_id: UUID | None = Field(description="Bei einer Akte null.")
    akte_id: UUID
    ausschnitt: str = Field(
        description="Textstelle als HTML: maskiert, das Gefundene in `<em>`.",
        examples=["beginnt mit der <em>Bäckerei</em> am 1. März"],
    )
    federfuehrende_oe: str | None = Field(description="Schlüssel der Organisationseinheit.", examples=["32"])


class FacettenAntwort(BaseModel):
    """Wie sich alle Treffer verteilen."""

    typ: dict[str, int] = Field(examples=[{"dokument": 3, "vorgang": 1}])
    federfuehrende_oe: dict[str, int] = Field(examples=[{"32": 4}])
    jahr: dict[str, int] = Field(examples=[{"2026": 4}])


class SucheAntwort(BaseModel):
    """Eine Seite von Treffern, die besten zuerst."""

    items: list[TrefferAntwort]
    next: str | None = Field(description="Cursor der nächsten Seite; null auf der letzten.")
    anzahl: int = Field(description="Zahl aller Treffer.", examples=[4])
    facetten: FacettenAntwort
    indexiert_bis: datetime | None = Field(
        description="Zeitpunkt, bis zu dem Änderungen gefunden werden; null, solange noch keine verarbeitet ist."
    )


class IndexlaufAntwort(BaseModel):
    """Ein Neuaufbau des Suchindex."""

    id: UUID
    status: IndexlaufStatus
    angefordert_am: datetime
    gestartet_am: datetime | None
    beendet_am: datetime | None
    anzahl: int = Field(description="So viele Meldungen sind verarbeitet.")
    erwartet: int | None = Field(description="So viele sind es insgesamt; null, solange noch gezählt wird.")


def show_suche(ergebnis: Suchergebnis, next_cursor: str | None) -> SucheAntwort:
    """Return the answer of a search."""
    seite, schluessel = ergebnis.seite, ergebnis.schluessel
    by_oe: Counter[str] = Counter()
    for zustaendigkeit_id, anzahl in seite.zustaendigkeiten.items():
        if zustaendigkeit_id in schluessel:
            by_oe[schluessel[zustaendigkeit_id]] += anzahl
    return SucheAntwort(
        items=[_show_treffer(treffer, schluessel.get(treffer.zustaendigkeit_id)) for treffer in seite.treffer],
        next=next_cursor,
        anzahl=seite.anzahl,
        facetten=FacettenAntwort(
            typ=dict(seite.typen),
            federfuehrende_oe=dict(sorted(by_oe.items())),
            jahr={str(jahr): anzahl for jahr, anzahl in sorted(seite.jahre.items())},
        ),
        indexiert_bis=ergebnis.indexiert_bis,
    )


def show_indexlauf(lauf: Indexlauf) -> IndexlaufAntwort:
    """Return a run."""
    return IndexlaufAntwort(
        id=lauf.id,
        status=lauf.status,
        angefordert_am=lauf.angefordert_am,
        gestartet_am=lauf.gestartet_am,
        beendet_am=lauf.beendet_am,
        anzahl=lauf.anzahl,
        erwartet=lauf.erwartet,
    )


def _show_treffer(treffer: Treffer, federfuehrende_oe: str | None) -> TrefferAntwort:
    return TrefferAntwort(
        typ=treffer.typ,
        id=treffer.id,
        titel=treffer.titel,
        aktenzeichen=treffer.aktenzeichen,
        vorgang_id=treffer.vorgang_id,
        akte_id=treffer.akte_id,
        ausschnitt=treffer.ausschnitt,
        federfuehrende_oe=federfuehrende_oe,
    )
