"""Damaged objects of ingest are listed for operations and released when they are whole again."""

from dms_kit.core.fixity import Schaden

QUARANTAENE = "/api/v1/betrieb/ingest/quarantaene"


async def test_damaged_object_is_listed_and_released_once_restored(service, portal):
    await portal.submit(None, ("a.txt", b"Anlage"))
    [key, *_] = await service.stored_keys()
    container = service.container
    async with container.units.for_mandant("dueren")() as uow:
        moment = container.clock.now()
        await uow.quarantine.add(key, Schaden.PRUEFSUMME, gefunden_durch="prueflauf", moment=moment)
        await uow.commit()
    betrieb = service.as_actor("betrieb-00")
    [found] = (await betrieb.get(QUARANTAENE)).json()["items"]
    assert (found["objekt_key"], found["schaden"]) == (key, "pruefsumme")
    path, headers = f"{QUARANTAENE}/{found['id']}/release", {**betrieb.headers, "If-Match": found["etag"]}
    assert (await service.client.post(path, headers=betrieb.headers)).status_code == 428
    assert (await service.client.post(path, headers=headers)).status_code == 204
    assert (await betrieb.get(QUARANTAENE)).json()["items"] == []


async def test_only_operations_see_it(portal):
    assert (await portal.get(QUARANTAENE)).status_code == 403
