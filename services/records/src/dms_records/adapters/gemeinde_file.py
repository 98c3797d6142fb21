"""Reads the file of a municipality; every fault is said in German with its place."""

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from dms_kit.core.text import normalise
from dms_kit.web.validation import pointer_of, sentence_of
from dms_records.domain.aktenplaneinheit import FALLAKTE, SAMMELAKTE
from dms_records.domain.errors import GemeindeInvalidError
from dms_records.domain.gemeinde import (
    Gemeinde,
    GemeindeAblageregel,
    GemeindeAktenplaneinheit,
    GemeindeOrganisationseinheit,
)

_Key = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]*$")]
_Title = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
_Template = Annotated[str, StringConstraints(min_length=1, max_length=200)]
_AKTENBILDUNG = {"fallakte": FALLAKTE, "sammelakte_jaehrlich": SAMMELAKTE}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Mandant(_Part):
    schluessel: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,40}$")]
    name: _Title


class _Office(_Part):
    schluessel: _Key
    name: _Title
    uebergeordnet: _Key | None = None


class _Templates(_Part):
    akte: _Template | None = None
    vorgang: _Template | None = None
    dokument: _Template | None = None


class _Unit(_Part):
    schluessel: _Key
    titel: _Title
    uebergeordnet: _Key | None = None
    oe: _Key | None = None
    aussonderungsart: Literal["A", "B", "V"] | None = None
    aufbewahrungsdauer: Annotated[int, Field(ge=0, le=999)] | Literal["unbefristet"] | None = None
    akte: Literal["fallakte", "sammelakte_jaehrlich"] | None = None
    aktenzeichen: _Templates = _Templates()
    stillgelegt: bool = False


class _Rule(_Part):
    leistung: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,14}$")]
    region: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,12}$")] = ""
    aktenplaneinheit: _Key
    oe: _Key | None = None


class _File(_Part):
    mandant: _Mandant
    organisationseinheiten: list[_Office]
    aktenplan: list[_Unit]
    ablageregeln: list[_Rule]
    # The people and clients of the development issuer are none of records' business.
    benutzer: dict[str, Any] | None = None
    clients: list[Any] | None = None


def read_gemeinde(path: Path) -> Gemeinde:
    """Read and check a file; raises GemeindeInvalidError."""
    try:
        content = yaml.safe_load(normalise(path.read_text(encoding="utf-8")))
        gemeinde = _gemeinde(_File.model_validate(content))
    except OSError as error:
        raise GemeindeInvalidError(f"{path}: die Datei ist nicht lesbar.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise GemeindeInvalidError(f"{path}: die Datei ist kein gültiges YAML.") from error
    except ValidationError as error:
        faults = (f"{path}: {pointer_of(fault['loc'])}: {sentence_of(fault)}" for fault in error.errors())
        raise GemeindeInvalidError("\n".join(faults)) from error
    gemeinde.check()
    return gemeinde


def _gemeinde(file: _File) -> Gemeinde:
    return Gemeinde(
        mandant=file.mandant.schluessel,
        organisationseinheiten=[
            GemeindeOrganisationseinheit(**row.model_dump()) for row in file.organisationseinheiten
        ],
        aktenplan=[_unit(row) for row in file.aktenplan],
        ablageregeln=[
            GemeindeAblageregel(
                leistung=row.leistung,
                region=row.region,
                aktenplaneinheit=row.aktenplaneinheit,
                organisationseinheit=row.oe,
            )
            for row in file.ablageregeln
        ],
    )


def _unit(row: _Unit) -> GemeindeAktenplaneinheit:
    years = row.aufbewahrungsdauer
    return GemeindeAktenplaneinheit(
        schluessel=row.schluessel,
        titel=row.titel,
        uebergeordnet=row.uebergeordnet,
        organisationseinheit=row.oe,
        aussonderungsart=row.aussonderungsart,
        aufbewahrungsdauer=years if isinstance(years, int) else None,
        unbefristet=True if years == "unbefristet" else None if years is None else False,
        aktenbildung=_AKTENBILDUNG[row.akte] if row.akte is not None else None,
        aktenzeichen_akte=row.aktenzeichen.akte,
        aktenzeichen_vorgang=row.aktenzeichen.vorgang,
        aktenzeichen_dokument=row.aktenzeichen.dokument,
        stillgelegt=row.stillgelegt,
    )
