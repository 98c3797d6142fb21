"""Who is responsible for what is filed under a unit of the plan."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dms_kit.core.ids import new_id


@dataclass(eq=False, kw_only=True)
class ZustaendigkeitHistorie:
    """Which office was responsible until `gueltig_bis`, at the version that the row then had."""

    mandant: str
    id: UUID
    zustaendigkeit_id: UUID
    stand: int
    organisationseinheit_id: UUID
    gueltig_von: date
    gueltig_bis: date
    reorganisation_id: UUID | None = None


@dataclass(eq=False, kw_only=True)
class Zustaendigkeit:
    """
    A dated pair of plan unit and office; every Akte, Vorgang and Dokument points to one.

    A reorganisation changes these rows and nothing else, so rights follow without touching files. `aufnehmend` says
    that new files of the pair come here: of several rows that a merger gave the same pair, only one takes them.
    """

    mandant: str
    id: UUID
    aktenplaneinheit_id: UUID
    organisationseinheit_id: UUID
    gueltig_von: date
    gueltig_bis: date | None = None
    aufnehmend: bool = True
    version: int = 1

    def ended(self, tag: date, reorganisation_id: UUID | None = None) -> ZustaendigkeitHistorie:
        """Return the state that ends on a day, because another office becomes responsible."""
        return ZustaendigkeitHistorie(
            mandant=self.mandant,
            id=new_id(),
            zustaendigkeit_id=self.id,
            stand=self.version,
            organisationseinheit_id=self.organisationseinheit_id,
            gueltig_von=self.gueltig_von,
            gueltig_bis=tag,
            reorganisation_id=reorganisation_id,
        )
