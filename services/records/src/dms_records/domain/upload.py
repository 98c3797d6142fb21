"""The Upload: a large file that arrives in parts, for the next version of a Dokument or for a new one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.ids import new_id
from dms_records.domain.dokument import DokumentDatei
from dms_records.domain.upload_errors import UploadIncompleteError, UploadOffsetError, UploadTooLongError


@dataclass(eq=False, kw_only=True)
class UploadTeil:
    """One stored part of an Upload, from byte `start` on."""

    mandant: str
    upload_id: UUID
    start: int
    groesse: int
    sha256: str
    sha512: str
    blocks: bytes
    objekt_key: str


@dataclass(eq=False, kw_only=True)
class Upload:
    """
    What is known of the whole: `groesse` in bytes and, when it was said, its SHA-256 in hex.

    `angekommen` bytes are there. With `objekt_key` all parts have become one object. Only who began it sees it.
    """

    mandant: str
    id: UUID
    sub: str
    dateiname: str
    groesse: int
    erwartet_sha256: str | None
    erstellt_am: datetime
    ablauf_am: datetime
    angekommen: int = 0
    mime_type: str | None = None
    sha256: str | None = None
    sha512: str | None = None
    blocks: bytes | None = None
    objekt_key: str | None = None
    version: int = 1

    @classmethod
    def begin(
        cls, actor: Actor, *, dateiname: str, groesse: int, sha256: str | None, moment: datetime, frist: timedelta
    ) -> "Upload":
        """Begin an Upload of which no byte is there yet."""
        return cls(
            mandant=actor.mandant,
            id=new_id(),
            sub=actor.sub,
            dateiname=dateiname,
            groesse=groesse,
            erwartet_sha256=sha256,
            erstellt_am=moment,
            ablauf_am=moment + frist,
        )

    def check_next(self, start: int, groesse: int = 0) -> None:
        """Refuse bytes that are not the next ones, or more than there shall be."""
        if start != self.angekommen:
            raise UploadOffsetError(members={"offset": self.angekommen})
        if start + groesse > self.groesse:
            raise UploadTooLongError

    def append(self, teil: UploadTeil) -> None:
        """Count a part that was stored."""
        self.check_next(teil.start, teil.groesse)
        self.angekommen += teil.groesse

    def complete(self, datei: DokumentDatei) -> None:
        """Take over the one object of all bytes."""
        self.mime_type, self.sha256, self.sha512 = datei.mime_type, datei.sha256, datei.sha512
        self.blocks, self.objekt_key = datei.blocks, datei.objekt_key

    def datei(self) -> DokumentDatei:
        """Return the file; refuses while bytes are missing."""
        if self.objekt_key is None or self.blocks is None:
            raise UploadIncompleteError(members={"offset": self.angekommen})
        return DokumentDatei(
            dateiname=self.dateiname,
            mime_type=self.mime_type or "application/octet-stream",
            groesse=self.groesse,
            sha256=self.sha256 or "",
            sha512=self.sha512 or "",
            blocks=self.blocks,
            objekt_key=self.objekt_key,
        )
