"""What records hears, and which use case each message calls."""

from collections.abc import Callable
from datetime import UTC
from typing import Any, Protocol
from uuid import UUID

from dms.ingest.v1.antrag_events_pb2 import AntragSubmitted, Objekt
from dms.search.v1.republish_events_pb2 import RepublishRequested
from dms.workflow.v1.aufgabe_events_pb2 import AufgabeClaimed, AufgabeCompleted, AufgabeOpened, AufgabeReleased
from dms_kit.core.clock import Clock
from dms_kit.core.ids import new_id
from dms_kit.messaging.consumer import Incoming, InvalidMessageError, Subscription
from dms_kit.ports.object_store import ObjectStore
from dms_records.domain.errors import AnlageMismatchError, VorgangUnknownError
from dms_records.use_cases.file_antrag import file_antrag
from dms_records.use_cases.follow_aufgabe import FollowAufgabe, follow_aufgabe
from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.receive_antrag import receive_antrag
from dms_records.use_cases.republish import complete_republish, republish
from dms_records.use_cases.submitted_antrag import ReceivedAntrag, SubmittedAntrag, SubmittedDatei

FORMULAR_NAME = "antrag.json"
FORMULAR_TYPE = "application/json"


class UnitsOfWork(Protocol):
    """Opens units of work for messages and, page by page, for the system."""

    def for_message(self, incoming: Incoming[Any]) -> OpenUnitOfWork:
        """Return the opener of one message."""
        ...

    def for_mandant(self, mandant: str) -> OpenUnitOfWork:
        """Return the opener of an act of the system."""
        ...


def subscriptions(*, store: ObjectStore, units: UnitsOfWork, clock: Clock) -> list[Subscription]:
    """Return the table: message type → use case."""

    async def receive(incoming: Incoming[AntragSubmitted]) -> ReceivedAntrag:
        antrag = _checked(lambda: _antrag(incoming))
        try:
            return await receive_antrag(antrag, store=store)
        except AnlageMismatchError as error:
            raise InvalidMessageError(str(error)) from error

    async def file(incoming: Incoming[AntragSubmitted]) -> None:
        await file_antrag(incoming.prepared, unit_of_work=units.for_message(incoming), clock=clock)

    async def publish_again(incoming: Incoming[RepublishRequested]) -> int:
        _checked(lambda: UUID(incoming.body.lauf_id))
        pages = units.for_mandant(incoming.message.mandant)
        return await republish(lauf_id=incoming.body.lauf_id, gruppe=incoming.body.gruppe, pages=pages)

    async def complete(incoming: Incoming[RepublishRequested]) -> None:
        await complete_republish(
            lauf_id=incoming.body.lauf_id,
            gruppe=incoming.body.gruppe,
            anzahl=incoming.prepared,
            unit_of_work=units.for_message(incoming),
        )

    return [
        Subscription(event=AntragSubmitted, prepare=receive, apply=file),
        *_of_aufgaben(units),
        Subscription(event=RepublishRequested, prepare=publish_again, apply=complete),
    ]


def _of_aufgaben(units: UnitsOfWork) -> list[Subscription]:
    async def claimed(incoming: Incoming[AufgabeClaimed]) -> None:
        await _follow(incoming, units, uebernommen=True)

    async def released(incoming: Incoming[AufgabeReleased]) -> None:
        await _follow(incoming, units, uebernommen=False)

    async def opened(incoming: Incoming[AufgabeOpened]) -> None:
        await _follow(incoming, units, uebernommen=False)

    async def completed(incoming: Incoming[AufgabeCompleted]) -> None:
        await _follow(incoming, units, uebernommen=True, erledigt=True)

    return [
        Subscription(event=AufgabeOpened, apply=opened),
        Subscription(event=AufgabeClaimed, apply=claimed),
        Subscription(event=AufgabeReleased, apply=released),
        Subscription(event=AufgabeCompleted, apply=completed),
    ]


async def _follow(incoming: Incoming[Any], units: UnitsOfWork, *, uebernommen: bool, erledigt: bool = False) -> None:
    aufgabe = incoming.body.aufgabe
    command = _checked(
        lambda: FollowAufgabe(
            aufgabe_id=UUID(aufgabe.id),
            aufgabe_version=aufgabe.version,
            vorgang_id=UUID(aufgabe.vorgang_id),
            uebernommen=uebernommen,
            erledigt=erledigt,
        )
    )
    try:
        await follow_aufgabe(command, unit_of_work=units.for_message(incoming))
    except VorgangUnknownError as error:
        raise InvalidMessageError(str(error)) from error


def _antrag(incoming: Incoming[AntragSubmitted]) -> SubmittedAntrag:
    body = incoming.body
    formular = _datei(body.formular, new_id(), FORMULAR_NAME, FORMULAR_TYPE)
    anlagen = sorted(body.anlagen, key=lambda anlage: anlage.position)
    return SubmittedAntrag(
        mandant=incoming.message.mandant,
        antrag_id=UUID(body.antrag_id),
        eingangsnummer=body.eingangsnummer,
        eingegangen_am=body.eingegangen_am.ToDatetime(UTC),
        leistung_schluessel=body.leistung_schluessel,
        leistung_bezeichnung=body.leistung_bezeichnung,
        region=body.region,
        betreff=body.betreff,
        formular=formular,
        anlagen=[_datei(row.objekt, UUID(row.id), row.dateiname, row.mime_type) for row in anlagen],
    )


def _datei(objekt: Objekt, datei_id: UUID, dateiname: str, mime_type: str) -> SubmittedDatei:
    return SubmittedDatei(
        id=datei_id,
        dateiname=dateiname,
        mime_type=mime_type,
        key=objekt.key,
        groesse=objekt.groesse,
        sha256=objekt.sha256,
        sha512=objekt.sha512,
    )


def _checked(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except ValueError as error:
        raise InvalidMessageError("an id in the message is malformed") from error
