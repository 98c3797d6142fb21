"""GET /api/v1/antraege lists the caller's own."""


async def submit(portal, antrag_json, referenz: str) -> dict:
    return (await portal.submit(antrag_json(externe_referenz=referenz))).json()


async def test_only_own_ones_with_the_reference(service, portal, antrag_json):
    wanted = await submit(portal, antrag_json, "R-1")
    await submit(portal, antrag_json, "R-2")
    await submit(service.as_actor("portal-2"), antrag_json, "R-1")
    await submit(service.as_actor("portal-nachbarstadt"), antrag_json, "R-1")
    answer = await portal.get("/api/v1/antraege", externe_referenz="R-1")
    assert answer.json()["next"] is None
    (item,) = answer.json()["items"]
    assert (item["id"], item["status"], item["etag"]) == (wanted["id"], "eingegangen", wanted["etag"])
    assert "quittung" not in item


async def test_pages_are_whole_while_others_write(portal, antrag_json):
    made = [(await submit(portal, antrag_json, "R"))["id"] for _ in range(5)]
    seen, cursor = [], None
    while True:
        page = (await portal.get("/api/v1/antraege", limit=2, **({"cursor": cursor} if cursor else {}))).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
        await submit(portal, antrag_json, "später")
    assert seen == list(reversed(made))


async def test_bad_cursor_is_refused(portal):
    assert (await portal.get("/api/v1/antraege", cursor="kaputt")).status_code == 422


async def test_people_have_no_own_ones(service):
    assert (await service.as_actor("sachbearbeitung-32").get("/api/v1/antraege")).status_code == 403
