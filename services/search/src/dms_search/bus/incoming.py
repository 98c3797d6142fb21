"""Which message becomes which fact; the facts of a batch are indexed together."""

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any, Protocol
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp

from dms.records.v1 import akte_events_pb2 as akten
from dms.records.v1 import dokument_events_pb2 as dokumente
from dms.records.v1 import organisation_events_pb2 as organisation
from dms.records.v1 import republish_events_pb2 as republish
from dms.records.v1 import vorgang_events_pb2 as vorgaenge
from dms_kit.core.access import Responsibility, Unit
from dms_kit.core.clock import Clock, year_in_berlin
from dms_kit.messaging.consumer import AlreadyProcessedError, Incoming, InvalidMessageError, Subscription
from dms_search.domain.indexeintrag import Indexeintrag, IndexeintragTyp
from dms_search.domain.volltext import Volltext, VolltextGrund
from dms_search.use_cases.index_batch import index_batch
from dms_search.use_cases.meldung import (
    IndexeintragFact,
    Meldung,
    OrganisationseinheitFact,
    RepublishFact,
    ZustaendigkeitFact,
)
from dms_search.use_cases.ports import OpenUnitOfWork, SearchIndex, TextExtraction

# Names the run for which an owner publishes again (set by the kit's unit of work).
_RUN_HEADER = "dms-republish-run"

Fact = IndexeintragFact | OrganisationseinheitFact | ZustaendigkeitFact | RepublishFact


class Units(Protocol):
    """Makes units of work that claim messages."""

    def for_messages(self, incoming: Sequence[Incoming[Any]]) -> OpenUnitOfWork:
        """Return the opener of several messages of one Mandant."""
        ...


def subscriptions(extraction: TextExtraction) -> list[Subscription]:
    """Return the table of what search listens to; files are read while a batch is prepared."""

    async def dokument(incoming: Incoming[dokumente.DokumentAdded | dokumente.DokumentChanged]) -> IndexeintragFact:
        fact = incoming.body.dokument
        if fact.inhalt_gesperrt or fact.geloescht:
            volltext = Volltext(grund=VolltextGrund.GESPERRT)
        else:
            volltext = await extraction.extract(fact.objekt_key, sha256_hex=fact.sha256, mime_type=fact.mime_type)
        eintrag = Indexeintrag(
            typ=IndexeintragTyp.DOKUMENT,
            vorgang_id=_id(fact.vorgang_id) if fact.vorgang_id else None,
            akte_id=_id(fact.akte_id),
            titel=fact.titel,
            dateiname=fact.dateiname,
            inhalt=volltext.text,
            grund=volltext.grund,
            entfernt=fact.geloescht,
            **_common(fact, incoming),
        )
        antrag_id = _id(fact.antrag_id) if fact.antrag_id else None
        return IndexeintragFact(
            eintrag=eintrag, antrag_id=antrag_id, is_preliminary=fact.pruefung_offen or fact.geloescht
        )

    return [
        Subscription(event=akten.AkteCreated, prepare=_prepared(_akte)),
        Subscription(event=akten.AkteChanged, prepare=_prepared(_akte)),
        Subscription(event=vorgaenge.VorgangCreated, prepare=_prepared(_vorgang)),
        Subscription(event=vorgaenge.VorgangChanged, prepare=_prepared(_vorgang)),
        Subscription(event=dokumente.DokumentAdded, prepare=_prepared(dokument)),
        Subscription(event=dokumente.DokumentChanged, prepare=_prepared(dokument)),
        Subscription(event=organisation.OrganisationseinheitChanged, prepare=_prepared(_organisationseinheit)),
        Subscription(event=organisation.ZustaendigkeitChanged, prepare=_prepared(_zustaendigkeit)),
        Subscription(event=republish.RepublishCompleted, prepare=_prepared(_republish)),
    ]


def batch_applier(
    index: SearchIndex, units: Units, clock: Clock
) -> Callable[[Sequence[Incoming[Any]]], Awaitable[None]]:
    """Return what applies a batch: one index commit and one transaction for each Mandant in it."""

    async def apply(batch: Sequence[Incoming[Any]]) -> None:
        for _, group in groupby(sorted(batch, key=_mandant), key=_mandant):
            incoming = list(group)
            with contextlib.suppress(AlreadyProcessedError):
                await index_batch(
                    [one.prepared for one in incoming],
                    index=index,
                    unit_of_work=units.for_messages(incoming),
                    clock=clock,
                )

    return apply


def _mandant(incoming: Incoming[Any]) -> str:
    return incoming.message.mandant


def _prepared(
    to_fact: Callable[[Incoming[Any]], Awaitable[Fact]],
) -> Callable[[Incoming[Any]], Awaitable[Meldung]]:
    async def prepare(incoming: Incoming[Any]) -> Meldung:
        run = incoming.message.headers.get(_RUN_HEADER)
        return Meldung(
            id=incoming.message.id,
            zeitpunkt=incoming.message.time,
            fact=await to_fact(incoming),
            lauf_id=_id(run) if run else None,
        )

    return prepare


async def _akte(incoming: Incoming[akten.AkteCreated | akten.AkteChanged]) -> IndexeintragFact:
    fact = incoming.body.akte
    return IndexeintragFact(
        eintrag=Indexeintrag(
            typ=IndexeintragTyp.AKTE,
            vorgang_id=None,
            akte_id=_id(fact.id),
            titel=fact.titel,
            inhalt=" · ".join(fact.geschaeftszeichen),
            **_common(fact, incoming),
        )
    )


async def _vorgang(incoming: Incoming[vorgaenge.VorgangCreated | vorgaenge.VorgangChanged]) -> IndexeintragFact:
    fact = incoming.body.vorgang
    return IndexeintragFact(
        eintrag=Indexeintrag(
            typ=IndexeintragTyp.VORGANG,
            vorgang_id=_id(fact.id),
            akte_id=_id(fact.akte_id),
            titel=fact.betreff,
            inhalt=" · ".join(fact.geschaeftszeichen),
            **_common(fact, incoming),
        )
    )


async def _organisationseinheit(
    incoming: Incoming[organisation.OrganisationseinheitChanged],
) -> OrganisationseinheitFact:
    body = incoming.body
    unit = Unit(
        id=_id(body.id),
        key=body.schluessel,
        parent_id=_id(body.uebergeordnet_id) if body.uebergeordnet_id else None,
        valid_from=_day(body.gueltig_von),
        valid_to=_day(body.gueltig_bis) if body.gueltig_bis else None,
    )
    return OrganisationseinheitFact(unit=unit, name=body.name, version=body.version)


async def _zustaendigkeit(incoming: Incoming[organisation.ZustaendigkeitChanged]) -> ZustaendigkeitFact:
    body = incoming.body
    row = Responsibility(
        id=_id(body.id),
        unit_id=_id(body.organisationseinheit_id),
        valid_from=_day(body.gueltig_von),
        valid_to=_day(body.gueltig_bis) if body.gueltig_bis else None,
    )
    return ZustaendigkeitFact(row=row, version=body.version)


async def _republish(incoming: Incoming[republish.RepublishCompleted]) -> RepublishFact:
    return RepublishFact(lauf_id=_id(incoming.body.lauf_id), anzahl=incoming.body.anzahl)


def _common(fact: akten.Akte | vorgaenge.Vorgang | dokumente.Dokument, incoming: Incoming[Any]) -> dict[str, Any]:
    if fact.version < 0 or fact.schutz.rang < 0:
        raise InvalidMessageError("a version or a rank is negative")
    created = _moment(fact.erstellt_am) if fact.HasField("erstellt_am") else incoming.message.time
    return {
        "mandant": incoming.message.mandant,
        "id": _id(fact.id),
        "version": fact.version,
        "aktenzeichen": fact.aktenzeichen,
        "zustaendigkeit_id": _id(fact.schutz.zustaendigkeit_id),
        "rang": fact.schutz.rang,
        "abgeschirmt": fact.schutz.abgeschirmt,
        "jahr": year_in_berlin(created),
    }


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


def _moment(timestamp: Timestamp) -> datetime:
    return timestamp.ToDatetime(tzinfo=UTC)
