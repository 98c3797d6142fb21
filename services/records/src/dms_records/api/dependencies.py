"""What endpoints get from the process they run in."""

from datetime import timedelta
from typing import Annotated, Any, Protocol

from fastapi import Depends, Request

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.core.idempotency import Idempotency
from dms_kit.web.security import requires
from dms_records.api.aktenplanbaum import Aktenplanbaeume
from dms_records.domain.schriftgut import SchriftgutBezug
from dms_records.domain.virenpruefung import VirenpruefungRegel
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes
from dms_records.use_cases.serving import Serving


class Units(Protocol):
    """Opens the units of work of requests."""

    def for_actor(self, actor: Actor, *, idempotency: Idempotency | None = None) -> OpenUnitOfWork:
        """Return the opener of an actor's request."""
        ...


class Zaehler(Protocol):
    """The counters of running numbers, of which many may want the same one at the same time."""

    def in_turn(self, bezug: SchriftgutBezug, *, mandant: str, unit_of_work: OpenUnitOfWork) -> OpenUnitOfWork:
        """Return an opener that waits, without a connection, for the turn of what is to be registered."""
        ...


class Access:
    """The parts that every reading use case takes."""

    def __init__(self, request: Request) -> None:
        state: Any = request.app.state
        self.units: Units = state.units
        self.zaehler: Zaehler = state.zaehler
        self.scopes: Scopes = state.scopes
        self.serving: Serving = state.serving
        self.baeume: Aktenplanbaeume = state.baeume
        self.clock: Clock = state.clock
        self.regel: VirenpruefungRegel = state.regel
        self.max_ebenen: int = state.max_ebenen
        self.checkout: timedelta = state.checkout
        self.upload: timedelta = state.upload
        self.papierkorb: timedelta = state.papierkorb


AccessDep = Annotated[Access, Depends(Access)]
SchriftgutWriter = Annotated[Actor, requires("schriftgut:write")]
SchriftgutLeader = Annotated[Actor, requires("schriftgut:lead")]
SchriftgutReader = Annotated[Actor, requires("schriftgut:read")]
Registrar = Annotated[Actor, requires("schriftgut:register")]
Operator = Annotated[Actor, requires("betrieb:operate")]
AkteHander = Annotated[Actor, requires("schriftgut:hand_over")]
OrganisationWriter = Annotated[Actor, requires("organisation:write")]
PlanReader = Annotated[Actor, requires("aktenplan:read")]
PlanWriter = Annotated[Actor, requires("aktenplan:write")]
ProtokollReader = Annotated[Actor, requires("protokoll:read")]
PosteingangReader = Annotated[Actor, requires("posteingang:read")]
PosteingangAssigner = Annotated[Actor, requires("posteingang:assign")]
