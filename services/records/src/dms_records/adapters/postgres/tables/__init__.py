"""
The tables of records, and the imperative mapping of the domain onto them.

Lists walk btree indexes of (mandant, zustaendigkeit_id, sort column, id): under row-level security only plain
comparisons may use an index. Texts that lists are sorted by are C-collated, so that byte order is the order.
"""

from dms_kit.audit.tables import add_audit_tables
from dms_kit.fixity.tables import add_fixity_tables, quarantaene_of
from dms_kit.messaging.tables import add_messaging_tables
from dms_records.adapters.postgres.tables.akte import akte
from dms_records.adapters.postgres.tables.aktenplan import (
    ablageregel,
    aktenplaneinheit,
    aktenplaneinheit_stand,
    aktenzeichen_zaehler,
)
from dms_records.adapters.postgres.tables.beteiligter import beteiligter
from dms_records.adapters.postgres.tables.dokument import (
    bearbeitungssperre,
    dokument,
    dokumentversion,
    dokumentversion_zugriff,
)
from dms_records.adapters.postgres.tables.eingang import eingang, eingang_anlage, posteingang
from dms_records.adapters.postgres.tables.geschaeftszeichen import geschaeftszeichen
from dms_records.adapters.postgres.tables.mapping import mapper_registry, metadata
from dms_records.adapters.postgres.tables.organisation import (
    organisationseinheit,
    organisationseinheit_historie,
    reorganisation,
    zustaendigkeit,
    zustaendigkeit_historie,
)
from dms_records.adapters.postgres.tables.upload import upload, upload_teil
from dms_records.adapters.postgres.tables.verweis import COMPUTED as COMPUTED_OF_VERWEIS
from dms_records.adapters.postgres.tables.verweis import verweis
from dms_records.adapters.postgres.tables.vorgang import vorgang, vorgang_aufgabe
from dms_records.domain.ablageregel import Ablageregel
from dms_records.domain.akte import Akte
from dms_records.domain.aktenplaneinheit import Aktenplaneinheit
from dms_records.domain.bearbeitungssperre import Bearbeitungssperre
from dms_records.domain.beteiligter import Beteiligter
from dms_records.domain.dokument import Dokument, Dokumentversion
from dms_records.domain.eingang import Eingang, EingangAnlage
from dms_records.domain.organisationseinheit import Organisationseinheit, OrganisationseinheitHistorie
from dms_records.domain.posteingang import Posteingang
from dms_records.domain.reorganisation import Reorganisation
from dms_records.domain.upload import Upload, UploadTeil
from dms_records.domain.verweis import Verweis
from dms_records.domain.vorgang import Vorgang, VorgangAufgabe
from dms_records.domain.zustaendigkeit import Zustaendigkeit, ZustaendigkeitHistorie

__all__ = [
    "ablageregel",
    "akte",
    "aktenplaneinheit",
    "aktenplaneinheit_stand",
    "aktenzeichen_zaehler",
    "bearbeitungssperre",
    "beteiligter",
    "dokument",
    "dokumentversion",
    "dokumentversion_zugriff",
    "eingang",
    "eingang_anlage",
    "geschaeftszeichen",
    "mapper_registry",
    "metadata",
    "organisationseinheit",
    "organisationseinheit_historie",
    "posteingang",
    "quarantaene",
    "reorganisation",
    "upload",
    "upload_teil",
    "verweis",
    "vorgang",
    "vorgang_aufgabe",
    "zustaendigkeit",
    "zustaendigkeit_historie",
]

add_messaging_tables(metadata)
add_audit_tables(metadata)
add_fixity_tables(metadata)
quarantaene = quarantaene_of(metadata)


def _map() -> None:
    versioned = {
        Organisationseinheit: organisationseinheit,
        Aktenplaneinheit: aktenplaneinheit,
        Zustaendigkeit: zustaendigkeit,
        Ablageregel: ablageregel,
        Akte: akte,
        Vorgang: vorgang,
        Beteiligter: beteiligter,
        Dokument: dokument,
        Posteingang: posteingang,
        Upload: upload,
        Verweis: verweis,
    }
    # What the database computes.
    computed = ["aktenzeichen_sortierung", "zda_sortierung", *COMPUTED_OF_VERWEIS]
    for noun, table in versioned.items():
        mapper_registry.map_imperatively(noun, table, version_id_col=table.c.version, exclude_properties=computed)
    plain = {
        Bearbeitungssperre: bearbeitungssperre,
        Dokumentversion: dokumentversion,
        UploadTeil: upload_teil,
        Eingang: eingang,
        EingangAnlage: eingang_anlage,
        VorgangAufgabe: vorgang_aufgabe,
        OrganisationseinheitHistorie: organisationseinheit_historie,
        ZustaendigkeitHistorie: zustaendigkeit_historie,
        Reorganisation: reorganisation,
    }
    for row, table in plain.items():
        mapper_registry.map_imperatively(row, table)


_map()
