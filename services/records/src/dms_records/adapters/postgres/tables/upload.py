"""Files that arrive in parts."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, Text, UniqueConstraint

from dms_records.adapters.postgres.columns import key, moment, reference, version
from dms_records.adapters.postgres.tables.mapping import metadata

upload = Table(
    "upload",
    metadata,
    *key(),
    version(),
    Column("sub", Text, nullable=False),
    Column("dateiname", Text, nullable=False),
    Column("groesse", BigInteger, nullable=False),
    Column("erwartet_sha256", Text),
    Column("angekommen", BigInteger, nullable=False),
    moment("erstellt_am"),
    moment("ablauf_am"),
    Column("mime_type", Text),
    Column("sha256", Text),
    Column("sha512", Text),
    Column("blocks", LargeBinary),
    Column("objekt_key", Text),
    UniqueConstraint("mandant", "objekt_key"),
)
Index(None, upload.c.mandant, upload.c.ablauf_am)

upload_teil = Table(
    "upload_teil",
    metadata,
    *key("upload_id"),
    Column("start", BigInteger, primary_key=True),
    Column("groesse", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("sha512", Text, nullable=False),
    Column("blocks", LargeBinary, nullable=False),
    Column("objekt_key", Text, nullable=False),
    UniqueConstraint("mandant", "objekt_key"),
    reference("upload_id", to="upload"),
)
