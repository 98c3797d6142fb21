"""Operations see what could not be applied, never its content."""

from dms_kit.ports.event_bus import Message


def a_message(mandant: str = "dueren") -> Message:
    headers = {"ce_id": "1", "ce_type": "dms.records.v1.VorgangCreated", "dms-mandant": mandant}
    return Message(topic="dms.records.vorgang.v1", key="k", value=b"geheim", headers=headers)


async def test_dead_letter_is_listed_and_retried(service):
    await service.container.dead_letters.add(a_message(), "kaputt", parks_key=True)
    betrieb = service.as_actor("betrieb-00")
    answer = await betrieb.get("/api/v1/betrieb/ingest/dead-letters")
    (letter,) = answer.json()["items"]
    assert (letter["type"], letter["reason"]) == ("dms.records.v1.VorgangCreated", "kaputt")
    assert "geheim" not in answer.text
    path = f"/api/v1/betrieb/ingest/dead-letters/{letter['id']}/retry"
    assert (await service.client.post(path, headers=betrieb.headers)).status_code == 202


async def test_only_operations_see_them(service, portal):
    assert (await portal.get("/api/v1/betrieb/ingest/dead-letters")).status_code == 403
