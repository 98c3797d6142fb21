"""Akten and Vorgänge with what lies in them."""

from datetime import datetime

from pydantic import Field

from dms_kit.web.pagination import Page
from dms_records.api.lists import page_of
from dms_records.api.schemas.akte import Akte, akte_facts
from dms_records.api.schemas.dokument import Dokument
from dms_records.api.schemas.fields import OfficeKeys
from dms_records.api.schemas.vorgang import Vorgang, VorgangMitEingang
from dms_records.use_cases.get_akte import EXPANDED_SORT
from dms_records.use_cases.queries import AkteMitInhalt, DokumentRow, Rows, VorgangRow


class VorgangInAkte(Vorgang):
    """Ein Vorgang in seiner Akte."""

    dokumente: Page[Dokument] | None = Field(
        None, description="Mit `expand=dokumente`; `next` gilt für `/vorgaenge/{id}/dokumente`."
    )

    @classmethod
    def within(
        cls, row: VorgangRow, keys: OfficeKeys, dokumente: Rows[DokumentRow] | None, moment: datetime
    ) -> "VorgangInAkte":
        vorgang = Vorgang.of(row, keys)
        facts = {name: getattr(vorgang, name) for name in Vorgang.model_fields}
        return cls(**facts, **({} if dokumente is None else {"dokumente": dokumente_page(dokumente, moment)}))


class AkteMitVorgaengen(Akte):
    """Eine Akte mit dem, was darin liegt."""

    teilakten: Page[Akte] | None = Field(
        None, description="Mit `expand=teilakten`; `next` gilt für `/akten?uebergeordnet_id=…&sort=erstellt_am`."
    )
    vorgaenge: Page[VorgangInAkte] | None = Field(
        None, description="Mit `expand=vorgaenge`; `next` gilt für `/vorgaenge?akte_id=…&sort=erstellt_am`."
    )

    @classmethod
    def with_inhalt(cls, found: AkteMitInhalt, keys: OfficeKeys, moment: datetime) -> "AkteMitVorgaengen":
        more: dict[str, object] = {}
        dokumente = found.dokumente or {}
        if found.teilakten is not None:
            more["teilakten"] = page_of(found.teilakten, lambda row: Akte.of(row, keys), EXPANDED_SORT)
        if found.vorgaenge is not None:
            more["vorgaenge"] = page_of(
                found.vorgaenge,
                lambda row: VorgangInAkte.within(row, keys, dokumente.get(row.id), moment),
                EXPANDED_SORT,
            )
        return cls.model_validate({**akte_facts(found.akte, keys), **more})


class VorgangMitDokumenten(VorgangMitEingang):
    """Ein Vorgang mit Formulardaten und, wenn gewünscht, seinen Dokumenten."""

    dokumente: Page[Dokument] | None = Field(
        None, description="Mit `expand=dokumente`; `next` gilt für `/vorgaenge/{id}/dokumente`."
    )


def dokumente_page(rows: Rows[DokumentRow], moment: datetime) -> Page[Dokument]:
    """Return the Dokumente of a Vorgang, to be read on where its list goes on."""
    return page_of(rows, lambda row: Dokument.of(row, moment), "nummer")
