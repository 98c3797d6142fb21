"""Domain events of records as messages."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from dms.records.v1 import (
    akte_events_pb2,
    dokument_events_pb2,
    organisation_events_pb2,
    republish_events_pb2,
    schutz_pb2,
    vorgang_events_pb2,
)
from dms_kit.messaging.outbox import Outgoing
from dms_records.domain.akte import Akte
from dms_records.domain.dokument import Dokument
from dms_records.domain.events import (
    AkteChanged,
    AkteCreated,
    DokumentAdded,
    DokumentChanged,
    OrganisationseinheitChanged,
    RepublishCompleted,
    VorgangChanged,
    VorgangCreated,
    ZustaendigkeitChanged,
)
from dms_records.domain.virenpruefung import VirenpruefungRegel
from dms_records.domain.vorgang import Vorgang


def to_message(event: object, regel: VirenpruefungRegel) -> Outgoing:
    """Return the message of a domain event; its key is the id of the aggregate."""
    if isinstance(event, DokumentAdded | DokumentChanged):
        return _dokument(event, regel)
    return _MAPPERS[type(event)](event)


def _organisationseinheit(event: OrganisationseinheitChanged) -> Outgoing:
    office = event.organisationseinheit
    body = organisation_events_pb2.OrganisationseinheitChanged(
        id=str(office.id),
        version=office.version,
        schluessel=office.schluessel,
        name=office.name,
        uebergeordnet_id=str(office.uebergeordnet_id or ""),
        gueltig_von=office.gueltig_von.isoformat(),
        gueltig_bis=_day(office.gueltig_bis),
    )
    return Outgoing(key=body.id, body=body)


def _zustaendigkeit(event: ZustaendigkeitChanged) -> Outgoing:
    row = event.zustaendigkeit
    body = organisation_events_pb2.ZustaendigkeitChanged(
        id=str(row.id),
        version=row.version,
        aktenplaneinheit_id=str(row.aktenplaneinheit_id),
        organisationseinheit_id=str(row.organisationseinheit_id),
        gueltig_von=row.gueltig_von.isoformat(),
        gueltig_bis=_day(row.gueltig_bis),
    )
    return Outgoing(key=body.id, body=body)


def _akte_created(event: AkteCreated) -> Outgoing:
    body = akte_events_pb2.AkteCreated(akte=_akte(event))
    return Outgoing(key=body.akte.id, body=body)


def _akte_changed(event: AkteChanged) -> Outgoing:
    body = akte_events_pb2.AkteChanged(akte=_akte(event))
    return Outgoing(key=body.akte.id, body=body)


def _akte(event: AkteCreated | AkteChanged) -> akte_events_pb2.Akte:
    akte = event.akte
    return akte_events_pb2.Akte(
        id=str(akte.id),
        version=akte.version,
        aktenzeichen=akte.aktenzeichen or "",
        titel=akte.titel,
        aktenplaneinheit=event.aktenplaneinheit,
        schutz=_schutz(akte),
        erstellt_am=akte.erstellt_am,
        status=akte.status,
        uebergeordnet_id=str(akte.uebergeordnet_id or ""),
        geschaeftszeichen=[*akte.alte_geschaeftszeichen, *akte.fremde_geschaeftszeichen],
    )


def _vorgang_created(event: VorgangCreated) -> Outgoing:
    body = vorgang_events_pb2.VorgangCreated(vorgang=_vorgang(event.vorgang))
    return Outgoing(key=body.vorgang.id, body=body)


def _vorgang_changed(event: VorgangChanged) -> Outgoing:
    body = vorgang_events_pb2.VorgangChanged(vorgang=_vorgang(event.vorgang))
    return Outgoing(key=body.vorgang.id, body=body)


def _vorgang(vorgang: Vorgang) -> vorgang_events_pb2.Vorgang:
    return vorgang_events_pb2.Vorgang(
        id=str(vorgang.id),
        version=vorgang.version,
        akte_id=str(vorgang.akte_id),
        aktenzeichen=vorgang.aktenzeichen or "",
        betreff=vorgang.betreff,
        status=vorgang.status,
        schutz=_schutz(vorgang),
        antrag_id=str(vorgang.antrag_id or ""),
        anzahl_dokumente=vorgang.anzahl_dokumente,
        erstellt_am=vorgang.erstellt_am,
        uebergeordnet_id=str(vorgang.uebergeordnet_id or ""),
        geschaeftszeichen=[*vorgang.alte_geschaeftszeichen, *vorgang.fremde_geschaeftszeichen],
    )


def _dokument(event: DokumentAdded | DokumentChanged, regel: VirenpruefungRegel) -> Outgoing:
    dokument, inhalt = event.dokument, event.inhalt
    is_open = regel.is_open(inhalt.pruefstatus, inhalt.befund)
    fact = dokument_events_pb2.Dokument(
        id=str(dokument.id),
        version=dokument.version,
        vorgang_id=str(dokument.vorgang_id),
        akte_id=str(dokument.akte_id),
        aktenzeichen=dokument.aktenzeichen or "",
        titel=dokument.titel,
        dateiname=inhalt.dateiname,
        mime_type=inhalt.mime_type,
        objekt_key=inhalt.objekt_key,
        groesse=inhalt.groesse,
        sha256=inhalt.sha256,
        schutz=_schutz(dokument),
        antrag_id=str(dokument.antrag_id or ""),
        erstellt_am=dokument.erstellt_am,
        pruefstatus=inhalt.pruefstatus,
        inhalt_gesperrt=is_open or regel.is_withheld(inhalt.pruefstatus),
        pruefung_offen=is_open,
        geloescht=dokument.geloescht_am is not None,
    )
    if isinstance(event, DokumentChanged):
        return Outgoing(key=fact.id, body=dokument_events_pb2.DokumentChanged(dokument=fact))
    return Outgoing(key=fact.id, body=dokument_events_pb2.DokumentAdded(dokument=fact))


def _republish_completed(event: RepublishCompleted) -> Outgoing:
    body = republish_events_pb2.RepublishCompleted(lauf_id=event.lauf_id, gruppe=event.gruppe, anzahl=event.anzahl)
    return Outgoing(key=event.lauf_id, body=body)


def _schutz(row: Akte | Vorgang | Dokument) -> schutz_pb2.Schutz:
    return schutz_pb2.Schutz(zustaendigkeit_id=str(row.zustaendigkeit_id), rang=row.rang, abgeschirmt=row.abgeschirmt)


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


_MAPPERS: Mapping[type, Callable[[Any], Outgoing]] = {
    OrganisationseinheitChanged: _organisationseinheit,
    ZustaendigkeitChanged: _zustaendigkeit,
    AkteCreated: _akte_created,
    AkteChanged: _akte_changed,
    VorgangCreated: _vorgang_created,
    VorgangChanged: _vorgang_changed,
    RepublishCompleted: _republish_completed,
}
