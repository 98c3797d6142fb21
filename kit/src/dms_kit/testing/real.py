"""Servers of the real profile that a test asks for."""

import os

import pytest


def real_server(name: str) -> str:
    """
    Return what `DMS_TEST_<NAME>` says, for a test marked `real`.

    Without it the test is skipped; with `DMS_REQUIRE_REAL=1` it fails.
    """
    variable = f"DMS_TEST_{name.upper()}"
    address = os.environ.get(variable)
    if address:
        return address
    if os.environ.get("DMS_REQUIRE_REAL") == "1":
        pytest.fail(f"{variable} names no server, and DMS_REQUIRE_REAL=1 asks for one")
    pytest.skip(f"{variable} names no server")
