"""Which message leads to which use case."""

from datetime import date
from typing import Any, Protocol
from uuid import UUID

from dms.records.v1 import organisation_events_pb2 as organisation
from dms.records.v1 import vorgang_events_pb2 as vorgaenge
from dms_kit.core.access import Responsibility, Unit
from dms_kit.core.clock import Clock
from dms_kit.messaging.consumer import Incoming, InvalidMessageError, Subscription
from dms_workflow.domain.aufgabe import VorgangFacts
from dms_workflow.use_cases.apply_organisation import apply_organisationseinheit, apply_zustaendigkeit
from dms_workflow.use_cases.open_aufgabe import open_aufgabe
from dms_workflow.use_cases.ports import OpenUnitOfWork
from dms_workflow.use_cases.update_vorgang import update_vorgang


class Units(Protocol):
    """Makes units of work that claim a message."""

    def for_message(self, incoming: Incoming[Any]) -> OpenUnitOfWork:
        """Return the opener of one message."""
        ...


def subscriptions(units: Units, *, clock: Clock) -> list[Subscription]:
    """Return the table of what workflow listens to."""

    async def created(incoming: Incoming[vorgaenge.VorgangCreated]) -> None:
        facts = _vorgang(incoming.body.vorgang)
        await open_aufgabe(facts, unit_of_work=units.for_message(incoming), clock=clock)

    async def changed(incoming: Incoming[vorgaenge.VorgangChanged]) -> None:
        await update_vorgang(_vorgang(incoming.body.vorgang), unit_of_work=units.for_message(incoming))

    async def unit(incoming: Incoming[organisation.OrganisationseinheitChanged]) -> None:
        body = incoming.body
        await apply_organisationseinheit(
            _unit(body), name=body.name, version=body.version, unit_of_work=units.for_message(incoming)
        )

    async def responsibility(incoming: Incoming[organisation.ZustaendigkeitChanged]) -> None:
        body = incoming.body
        await apply_zustaendigkeit(
            _responsibility(body), version=body.version, unit_of_work=units.for_message(incoming)
        )

    return [
        Subscription(event=vorgaenge.VorgangCreated, apply=created),
        Subscription(event=vorgaenge.VorgangChanged, apply=changed),
        Subscription(event=organisation.OrganisationseinheitChanged, apply=unit),
        Subscription(event=organisation.ZustaendigkeitChanged, apply=responsibility),
    ]


def _vorgang(body: vorgaenge.Vorgang) -> VorgangFacts:
    return VorgangFacts(
        id=_id(body.id),
        version=body.version,
        antrag_id=_id(body.antrag_id) if body.antrag_id else None,
        aktenzeichen=body.aktenzeichen,
        zustaendigkeit_id=_id(body.schutz.zustaendigkeit_id),
        rang=body.schutz.rang,
        abgeschirmt=body.schutz.abgeschirmt,
    )


def _unit(body: organisation.OrganisationseinheitChanged) -> Unit:
    return Unit(
        id=_id(body.id),
        key=body.schluessel,
        parent_id=_id(body.uebergeordnet_id) if body.uebergeordnet_id else None,
        valid_from=_day(body.gueltig_von),
        valid_to=_day(body.gueltig_bis) if body.gueltig_bis else None,
    )


def _responsibility(body: organisation.ZustaendigkeitChanged) -> Responsibility:
    return Responsibility(
        id=_id(body.id),
        unit_id=_id(body.organisationseinheit_id),
        valid_from=_day(body.gueltig_von),
        valid_to=_day(body.gueltig_bis) if body.gueltig_bis else None,
    )


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidMessageError("an id is no UUID") from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidMessageError("a date is not ISO 8601") from error
