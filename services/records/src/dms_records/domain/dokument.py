"""The Dokument and its versions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.ids import new_id
from dms_kit.core.text import sort_key
from dms_records.domain.dokument_errors import DokumentRegisteredError, DokumentversionFinalError
from dms_records.domain.eingang import EingangAnlage
from dms_records.domain.errors import SchriftgutRegisteredError
from dms_records.domain.vorgang import Vorgang

NICHT_GEPRUEFT = "nicht_geprueft"
SAUBER = "sauber"
BEFALLEN = "befallen"
ANLAGE = "anlage"
FORMULAR = "formular"
SCHRIFTSTUECK = "schriftstueck"
ENTWURF = "entwurf"
REGISTRIERT = "registriert"
FORMULAR_TITEL = "Antrag (Formulardaten)"


@dataclass(frozen=True, kw_only=True)
class DokumentDatei:
    """A received file: its safe name, its type by content, its object; `objekt_key` is empty when nothing was kept."""

    dateiname: str
    mime_type: str
    groesse: int
    sha256: str
    sha512: str
    blocks: bytes
    objekt_key: str


@dataclass(eq=False, kw_only=True)
class Dokument:
    """
    A document in a Vorgang; `art` says whether it is an Anlage, the form data or made by hand; `nummer` is its place.

    A draft has no Aktenzeichen. With `geloescht_am` it lies in the Papierkorb until `loeschen_am`.
    """

    mandant: str
    id: UUID
    vorgang_id: UUID
    akte_id: UUID
    antrag_id: UUID | None
    aktenzeichen: str | None
    nummer: int
    titel: str
    art: str
    zustaendigkeit_id: UUID
    rang: int
    abgeschirmt: bool
    aktuelle_version: int
    erstellt_am: datetime
    status: str = REGISTRIERT
    geloescht_am: datetime | None = None
    geloescht_von: str | None = None
    loeschen_am: datetime | None = None
    version: int = 1
    titel_sortierung: str = ""

    def __post_init__(self) -> None:
        self.titel_sortierung = sort_key(self.titel)

    @classmethod
    def of_anlage(cls, anlage: EingangAnlage, vorgang: Vorgang, *, aktenzeichen: str, nummer: int) -> "Dokument":
        """Make the Dokument of a file that came in; it inherits the protection of its Vorgang."""
        return cls(
            mandant=vorgang.mandant,
            id=new_id(),
            vorgang_id=vorgang.id,
            akte_id=vorgang.akte_id,
            antrag_id=vorgang.antrag_id,
            aktenzeichen=aktenzeichen,
            nummer=nummer,
            titel=FORMULAR_TITEL if anlage.art == FORMULAR else anlage.dateiname,
            art=anlage.art,
            zustaendigkeit_id=vorgang.zustaendigkeit_id,
            rang=vorgang.rang,
            abgeschirmt=vorgang.abgeschirmt,
            aktuelle_version=1,
            erstellt_am=vorgang.erstellt_am,
        )

    @classmethod
    def draft(cls, vorgang: Vorgang, *, titel: str, nummer: int, moment: datetime) -> "Dokument":
        """Begin a Dokument in a Vorgang, without a number; it inherits the protection of its Vorgang."""
        return cls(
            mandant=vorgang.mandant,
            id=new_id(),
            vorgang_id=vorgang.id,
            akte_id=vorgang.akte_id,
            antrag_id=None,
            aktenzeichen=None,
            nummer=nummer,
            titel=titel,
            art=SCHRIFTSTUECK,
            zustaendigkeit_id=vorgang.zustaendigkeit_id,
            rang=vorgang.rang,
            abgeschirmt=vorgang.abgeschirmt,
            aktuelle_version=0,
            erstellt_am=moment,
            status=ENTWURF,
        )

    def register(self, aktenzeichen: str) -> None:
        """Give the Dokument its number, once and for ever."""
        if self.status != ENTWURF:
            raise SchriftgutRegisteredError
        self.aktenzeichen = aktenzeichen
        self.status = REGISTRIERT

    def discard(self, actor: Actor, moment: datetime, frist: timedelta) -> None:
        """Put a draft into the Papierkorb; what is registered is never deleted outside Aussonderung."""
        if self.status != ENTWURF:
            raise DokumentRegisteredError
        self.geloescht_am = moment
        self.geloescht_von = actor.sub
        self.loeschen_am = moment + frist

    def recover(self) -> None:
        """Take the draft out of the Papierkorb."""
        self.geloescht_am = self.geloescht_von = self.loeschen_am = None


@dataclass(eq=False, kw_only=True)
class Dokumentversion:
    """
    One state of a Dokument with its file; it never changes but for what the virus scan says of it, and once to final.

    `blocks` are the SHA-256 digests of each 1 MiB block, by which every range is verified when it is read.
    """

    mandant: str
    id: UUID
    dokument_id: UUID
    nummer: int
    dateiname: str
    mime_type: str
    groesse: int
    sha256: str
    sha512: str
    blocks: bytes
    objekt_key: str
    pruefstatus: str
    erstellt_am: datetime
    befund: str | None = None
    geprueft_am: datetime | None = None
    kommentar: str | None = None
    erstellt_von: str | None = None
    erstellt_von_name: str | None = None
    wiederhergestellt_aus: int | None = None
    endgueltig_am: datetime | None = None
    endgueltig_von: str | None = None
    endgueltig_von_name: str | None = None

    def freeze(self, actor: Actor, moment: datetime) -> bool:
        """Make the version final; False when the same actor has done so before, another's is not repeated."""
        if self.endgueltig_am is not None:
            if self.endgueltig_von != actor.sub:
                raise DokumentversionFinalError
            return False
        self.endgueltig_am, self.endgueltig_von, self.endgueltig_von_name = moment, actor.sub, actor.name
        return True

    def restore_as_next(self, dokument: Dokument, objekt_key: str, actor: Actor, moment: datetime) -> "Dokumentversion":
        """Make the next version of the same bytes under another key; what the virus scan said holds for these too."""
        fresh = Dokumentversion.next_of(dokument, self.datei(objekt_key), actor, kommentar=None, moment=moment)
        fresh.wiederhergestellt_aus = self.nummer
        fresh.pruefstatus, fresh.befund, fresh.geprueft_am = self.pruefstatus, self.befund, self.geprueft_am
        return fresh

    def datei(self, objekt_key: str) -> DokumentDatei:
        """Return the file of the version, as it lies under a key."""
        return DokumentDatei(
            dateiname=self.dateiname,
            mime_type=self.mime_type,
            groesse=self.groesse,
            sha256=self.sha256,
            sha512=self.sha512,
            blocks=self.blocks,
            objekt_key=objekt_key,
        )

    @classmethod
    def next_of(
        cls, dokument: Dokument, datei: DokumentDatei, actor: Actor, *, kommentar: str | None, moment: datetime
    ) -> "Dokumentversion":
        """Make the next version of a Dokument, which becomes its current one."""
        dokument.aktuelle_version += 1
        return cls(
            mandant=dokument.mandant,
            id=new_id(),
            dokument_id=dokument.id,
            nummer=dokument.aktuelle_version,
            dateiname=datei.dateiname,
            mime_type=datei.mime_type,
            groesse=datei.groesse,
            sha256=datei.sha256,
            sha512=datei.sha512,
            blocks=datei.blocks,
            objekt_key=datei.objekt_key,
            pruefstatus=NICHT_GEPRUEFT,
            erstellt_am=moment,
            kommentar=kommentar,
            erstellt_von=actor.sub,
            erstellt_von_name=actor.name,
        )

    @classmethod
    def first_of(cls, dokument: Dokument, anlage: EingangAnlage) -> "Dokumentversion":
        """Make version 1 of a Dokument from the file that came in; it takes over the object."""
        return cls(
            mandant=dokument.mandant,
            id=new_id(),
            dokument_id=dokument.id,
            nummer=dokument.aktuelle_version,
            dateiname=anlage.dateiname,
            mime_type=anlage.mime_type,
            groesse=anlage.groesse,
            sha256=anlage.sha256,
            sha512=anlage.sha512,
            blocks=anlage.blocks,
            objekt_key=anlage.objekt_key,
            pruefstatus=anlage.pruefstatus,
            befund=anlage.befund,
            geprueft_am=anlage.geprueft_am,
            erstellt_am=dokument.erstellt_am,
        )
