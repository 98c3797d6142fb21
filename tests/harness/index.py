"""What an index on OpenSearch holds, asked at the server and not at the product."""

import httpx

_PAGE = 1000


def indexed(url: str, alias: str) -> set[str]:
    """Return the keys `<mandant>/<typ>/<id>` of everything that is found in the index behind an alias."""
    httpx.post(f"{url}/{alias}/_refresh", timeout=60).raise_for_status()
    first = {"size": _PAGE, "_source": False}
    answer = httpx.post(f"{url}/{alias}/_search", params={"scroll": "1m"}, json=first, timeout=60)
    found: set[str] = set()
    while hits := answer.raise_for_status().json()["hits"]["hits"]:
        found |= {hit["_id"] for hit in hits}
        further = {"scroll": "1m", "scroll_id": answer.json()["_scroll_id"]}
        answer = httpx.post(f"{url}/_search/scroll", json=further, timeout=60)
    httpx.request("DELETE", f"{url}/_search/scroll", json={"scroll_id": answer.json()["_scroll_id"]}, timeout=60)
    return found
