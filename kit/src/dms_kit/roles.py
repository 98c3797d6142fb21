"""The role table, read from the data file beside this module; a free-standing part of the kit."""

import tomllib
from importlib.resources import files

from dms_kit.core.access import Rank, Role, RoleTable


def load_roles() -> RoleTable:
    """Read `roles.toml`; a malformed file stops the start."""
    data = tomllib.loads(files("dms_kit").joinpath("roles.toml").read_text(encoding="utf-8"))
    return {
        name: Role(
            rank=Rank(row.get("rank", 0)),
            unit_rights=frozenset(row.get("unit", ())),
            everywhere_rights=frozenset(row.get("everywhere", ())),
            global_rights=frozenset(row.get("global", ())),
        )
        for name, row in data["roles"].items()
    }


ROLES: RoleTable = load_roles()
