"""Which message leads to which use case."""

from datetime import UTC, date, datetime
from typing import Any, Protocol
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp

from dms.records.v1 import dokument_events_pb2 as schriftgut
from dms.records.v1 import organisation_events_pb2 as organisation
from dms.records.v1 import vorgang_events_pb2 as vorgaenge
from dms.search.v1 import dokument_events_pb2 as dokumente
from dms.workflow.v1 import aufgabe_events_pb2 as aufgaben
from dms_ingest.domain.anlage import AnlagePruefstatus
from dms_ingest.domain.antrag import AntragAblage
from dms_ingest.use_cases.ports import OpenUnitOfWork
from dms_ingest.use_cases.record_abgelegt import record_abgelegt
from dms_ingest.use_cases.record_abgeschlossen import record_abgeschlossen
from dms_ingest.use_cases.record_indexiert import record_indexiert
from dms_ingest.use_cases.record_organisationseinheit import record_organisationseinheit
from dms_ingest.use_cases.record_pruefstatus import record_pruefstatus
from dms_ingest.use_cases.record_zugewiesen import record_zugewiesen
from dms_ingest.use_cases.record_zustaendigkeit import record_zustaendigkeit
from dms_kit.core.access import Responsibility, Unit
from dms_kit.messaging.consumer import Incoming, InvalidMessageError, Subscription


class Units(Protocol):
    """Makes units of work that claim a message."""

    def for_message(self, incoming: Incoming[Any]) -> OpenUnitOfWork:
        """Return the opener of one message."""
        ...


def subscriptions(units: Units) -> list[Subscription]:
    """Return the table of what ingest listens to."""
    return [*_of_the_walk(units), *_of_the_files(units), *_of_the_organisation(units)]


def _of_the_walk(units: Units) -> list[Subscription]:
    async def created(incoming: Incoming[vorgaenge.VorgangCreated | vorgaenge.VorgangChanged]) -> None:
        vorgang = incoming.body.vorgang
        if vorgang.antrag_id:
            await record_abgelegt(_id(vorgang.antrag_id), _ablage(vorgang), unit_of_work=units.for_message(incoming))

    async def indexed(incoming: Incoming[dokumente.DokumentIndexed]) -> None:
        body = incoming.body
        if body.antrag_id:
            await record_indexiert(
                _id(body.antrag_id),
                dokument_id=_id(body.dokument_id),
                zeitpunkt=_moment(body.indexiert_am),
                unit_of_work=units.for_message(incoming),
            )

    async def opened(incoming: Incoming[aufgaben.AufgabeOpened]) -> None:
        aufgabe = incoming.body.aufgabe
        if aufgabe.antrag_id:
            await record_zugewiesen(
                _id(aufgabe.antrag_id),
                zeitpunkt=_moment(aufgabe.zeitpunkt),
                unit_of_work=units.for_message(incoming),
            )

    async def completed(incoming: Incoming[aufgaben.AufgabeCompleted]) -> None:
        aufgabe = incoming.body.aufgabe
        if aufgabe.antrag_id and not aufgabe.offene_aufgaben:
            await record_abgeschlossen(
                _id(aufgabe.antrag_id),
                zeitpunkt=_moment(aufgabe.zeitpunkt),
                unit_of_work=units.for_message(incoming),
            )

    return [
        *(Subscription(event=kind, apply=created) for kind in (vorgaenge.VorgangCreated, vorgaenge.VorgangChanged)),
        Subscription(event=dokumente.DokumentIndexed, apply=indexed),
        Subscription(event=aufgaben.AufgabeOpened, apply=opened),
        Subscription(event=aufgaben.AufgabeCompleted, apply=completed),
    ]


def _of_the_files(units: Units) -> list[Subscription]:
    async def scanned(incoming: Incoming[schriftgut.DokumentAdded | schriftgut.DokumentChanged]) -> None:
        dokument = incoming.body.dokument
        pruefstatus = _pruefstatus(dokument.pruefstatus)
        if dokument.antrag_id and pruefstatus is not AnlagePruefstatus.NICHT_GEPRUEFT:
            await record_pruefstatus(
                _id(dokument.antrag_id),
                sha256=dokument.sha256,
                pruefstatus=pruefstatus,
                unit_of_work=units.for_message(incoming),
            )

    return [
        # One that waited in the Posteingang may have been scanned before it became a Dokument.
        Subscription(event=schriftgut.DokumentAdded, apply=scanned),
        Subscription(event=schriftgut.DokumentChanged, apply=scanned),
    ]


def _of_the_organisation(units: Units) -> list[Subscription]:
    async def unit(incoming: Incoming[organisation.OrganisationseinheitChanged]) -> None:
        body = incoming.body
        await record_organisationseinheit(
            Unit(
                id=_id(body.id),
                key=body.schluessel,
                parent_id=_id(body.uebergeordnet_id) if body.uebergeordnet_id else None,
                valid_from=_day(body.gueltig_von),
                valid_to=_day(body.gueltig_bis) if body.gueltig_bis else None,
            ),
            name=body.name,
            version=body.version,
            unit_of_work=units.for_message(incoming),
        )

    async def responsibility(incoming: Incoming[organisation.ZustaendigkeitChanged]) -> None:
        body = incoming.body
        await record_zustaendigkeit(
            Responsibility(
                id=_id(body.id),
                unit_id=_id(body.organisationseinheit_id),
                valid_from=_day(body.gueltig_von),
                valid_to=_day(body.gueltig_bis) if body.gueltig_bis else None,
            ),
            version=body.version,
            unit_of_work=units.for_message(incoming),
        )

    return [
        Subscription(event=organisation.OrganisationseinheitChanged, apply=unit),
        Subscription(event=organisation.ZustaendigkeitChanged, apply=responsibility),
    ]


def _ablage(vorgang: vorgaenge.Vorgang) -> AntragAblage:
    return AntragAblage(
        vorgang_id=_id(vorgang.id),
        aktenzeichen=vorgang.aktenzeichen,
        anzahl_dokumente=vorgang.anzahl_dokumente,
        abgelegt_am=_moment(vorgang.erstellt_am),
        zustaendigkeit_id=_id(vorgang.schutz.zustaendigkeit_id),
        rang=vorgang.schutz.rang,
        abgeschirmt=vorgang.schutz.abgeschirmt,
    )


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidMessageError("an id is no UUID") from error


def _pruefstatus(text: str) -> AnlagePruefstatus:
    try:
        return AnlagePruefstatus(text) if text else AnlagePruefstatus.NICHT_GEPRUEFT
    except ValueError as error:
        raise InvalidMessageError("a Prüfstatus is unknown") from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidMessageError("a date is not ISO 8601") from error


def _moment(timestamp: Timestamp) -> datetime:
    return timestamp.ToDatetime(tzinfo=UTC)
