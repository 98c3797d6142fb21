"""POST /api/v1/antraege."""

PDF = b"%PDF-1.4\n1 0 obj\n"


async def test_antrag_is_accepted_with_its_files(portal):
    answer = await portal.submit(None, ("nachweis.pdf", PDF))
    assert answer.status_code == 201, answer.text
    document = answer.json()
    assert document["eingangsnummer"].startswith("E-2026-")
    print(document)
