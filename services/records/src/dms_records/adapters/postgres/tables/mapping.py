"""Where all tables of records are registered, and the domain is mapped onto them."""

from sqlalchemy import MetaData
from sqlalchemy.orm import registry

from dms_kit.database import NAMING
from dms_records.adapters.postgres.columns import SCHEMA

metadata = MetaData(schema=SCHEMA, naming_convention=NAMING)
mapper_registry = registry(metadata=metadata)
