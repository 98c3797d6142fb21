"""The files of an Antrag, and the list that must name exactly them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from dms_kit.core.errors import FieldError, InvalidInputError
from dms_kit.core.ids import new_id
from dms_kit.core.text import safe_filename


class AnlagePruefstatus(StrEnum):
    """What the virus scan said of a file."""

    NICHT_GEPRUEFT = "nicht_geprueft"
    SAUBER = "sauber"
    BEFALLEN = "befallen"


@dataclass(frozen=True)
class Objekt:
    """
    A file in the object store: size in bytes, lower-case hex hashes, a SHA-256 of each 1 MiB block (32 bytes each).

    `key` is None when the bytes were only hashed, or when ingest no longer keeps them.
    """

    key: str | None
    groesse: int
    sha256: str
    sha512: str
    bloecke: bytes


@dataclass(frozen=True, kw_only=True)
class AnlageDatei:
    """A file as it was received: its name as sent and its type by content."""

    dateiname_original: str
    mime_type: str
    objekt: Objekt

    @property
    def dateiname(self) -> str:
        """Return the name that is safe to show and to save."""
        return safe_filename(self.dateiname_original)


@dataclass(frozen=True, kw_only=True)
class AnlageNennung:
    """One entry of the list `anlagen` in the form data."""

    dateiname: str
    sha512: str | None = None


@dataclass(eq=False, kw_only=True)
class Anlage:
    """A file that came with an Antrag; `position` counts from 0 in the order of the upload."""

    id: UUID
    mandant: str
    antrag_id: UUID
    position: int
    dateiname: str
    dateiname_original: str
    mime_type: str
    objekt: Objekt
    pruefstatus: AnlagePruefstatus = AnlagePruefstatus.NICHT_GEPRUEFT


def check_objekt(objekt: Objekt, digests: Mapping[str, bytes], *, pointer: str) -> None:
    """Demand that a received file is not empty and has the digests that were sent with it (RFC 9530)."""
    if not objekt.groesse:
        raise InvalidInputError(errors=[FieldError(pointer, "Die Datei ist leer.")])
    received = {"sha-256": bytes.fromhex(objekt.sha256), "sha-512": bytes.fromhex(objekt.sha512)}
    if any(received[algorithm] != digest for algorithm, digest in digests.items()):
        raise InvalidInputError(errors=[FieldError(pointer, "Die Prüfsumme passt nicht zum gesendeten Inhalt.")])


def anlagen_of(dateien: Sequence[AnlageDatei], *, mandant: str, antrag_id: UUID) -> list[Anlage]:
    """Make the Anlagen of an Antrag from its received files."""
    return [
        Anlage(
            id=new_id(),
            mandant=mandant,
            antrag_id=antrag_id,
            position=position,
            dateiname=datei.dateiname,
            dateiname_original=datei.dateiname_original,
            mime_type=datei.mime_type,
            objekt=datei.objekt,
        )
        for position, datei in enumerate(dateien)
    ]


def check_nennungen(nennungen: Sequence[AnlageNennung], dateien: Sequence[AnlageDatei]) -> None:
    """
    Demand that the list names exactly the uploaded files, as multisets, with the right SHA-512 where one is given.

    Raises `InvalidInputError` with a pointer to each fault.
    """
    waiting: dict[str, list[tuple[int, AnlageDatei]]] = defaultdict(list)
    for position, datei in enumerate(dateien):
        waiting[datei.dateiname].append((position, datei))
    errors = []
    # Entries with a hash choose first: of two files with one name, each must find its own.
    for index, nennung in sorted(enumerate(nennungen), key=lambda entry: entry[1].sha512 is None):
        candidates = waiting[safe_filename(nennung.dateiname)]
        if not candidates:
            errors.append(FieldError(f"/anlagen/{index}/dateiname", "Diese Datei wurde nicht mitgesendet."))
            continue
        fitting = [entry for entry in candidates if nennung.sha512 in {None, entry[1].objekt.sha512}]
        if not fitting:
            errors.append(FieldError(f"/anlagen/{index}/sha512", "Die Prüfsumme passt nicht zur gesendeten Datei."))
        candidates.remove((fitting or candidates)[0])
    unnamed = sorted(position for rest in waiting.values() for position, _ in rest)
    errors += [
        FieldError("/anlagen", f"Die {position + 1}. gesendete Datei fehlt in der Liste.") for position in unnamed
    ]
    if errors:
        raise InvalidInputError(errors=errors)
