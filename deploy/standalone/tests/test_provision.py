"""Roles, schemas and rights of an installation."""

import asyncpg
import pytest

from dms_standalone.provision import SERVICES, provision


async def _connect(url):
    return await asyncpg.connect(url.replace("+asyncpg", ""))


async def test_provisioning_twice_gives_the_same_urls(postgres_server, provisioned_urls):
    again = await provision(postgres_server.superuser_url, lambda _role: "test")
    assert again == provisioned_urls


@pytest.mark.parametrize("service", SERVICES)
async def test_app_role_works_in_its_schema_and_may_create_nothing_there(provisioned_urls, service):
    connection = await _connect(provisioned_urls[service].app)
    try:
        assert await connection.fetchval("SELECT current_setting('search_path')") == service
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(f"CREATE TABLE {service}.intruder (id int)")
    finally:
        await connection.close()


@pytest.mark.parametrize("other", ["records", "bus"])
async def test_no_service_enters_the_schema_of_another(provisioned_urls, other):
    for url in (provisioned_urls["ingest"].app, provisioned_urls["ingest"].system):
        connection = await _connect(url)
        try:
            assert not await connection.fetchval("SELECT has_schema_privilege($1, 'USAGE')", other)
        finally:
            await connection.close()


async def test_system_role_owns_its_schema_and_is_no_superuser(provisioned_urls):
    connection = await _connect(provisioned_urls["workflow"].system)
    try:
        await connection.execute("CREATE TABLE workflow.own (id int)")
        await connection.execute("DROP TABLE workflow.own")
        row = await connection.fetchrow("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert tuple(row) == (False, False)
    finally:
        await connection.close()


async def test_service_urls_are_empty_at_the_start_of_a_test(service_urls):
    urls = service_urls("ingest")
    connection = await _connect(urls.bus)
    try:
        assert await connection.fetchval("SELECT count(*) FROM bus.message") == 0
    finally:
        await connection.close()
