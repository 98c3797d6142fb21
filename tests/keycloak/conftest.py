"""Realms in the Keycloak that DMS_TEST_KEYCLOAK names; every test here needs one."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.keycloak import VARIABLE, Keycloak, TestRealm


@pytest.fixture(scope="session")
def keycloak() -> Keycloak:
    """The server; without one the tests are skipped, or fail where DMS_REQUIRE_REAL says so."""
    found = Keycloak.from_environment()
    if found is None:
        reason = f"{VARIABLE} names no Keycloak (http://admin:password@127.0.0.1:8180)"
        if os.environ.get("DMS_REQUIRE_REAL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def realm(keycloak: Keycloak, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestRealm]:
    """The realm of the session: the whole demo municipality."""
    with keycloak.realm(tmp_path_factory.mktemp("realm"), "--demo", whole=True) as made:
        yield made


@pytest.fixture
def own_realm(keycloak: Keycloak, tmp_path: Path) -> Iterator[TestRealm]:
    """A small realm of one test alone."""
    with keycloak.realm(tmp_path, "--demo") as made:
        yield made
