"""What `run` says on the terminal."""

from pathlib import Path

_ANTRAG = (
    '{"leistung":{"schluessel":"99050012104000","bezeichnung":"Gewerbe Anmeldung"},"region":"053580008008",'
    '"antragsteller":{"art":"natuerliche_person","vorname":"Erika","nachname":"Mustermann"},'
    '"betreff":"Anmeldung eines Gewerbes","formulardaten":{"taetigkeit":"Café"}}'
)
_TEXT = """
Registratur  {url}
  API        {url}/docs
  Metrics    http://127.0.0.1:{metrics_port}/metrics
  Data       {data}
  Logs       {data}/log/*.jsonl
"""
_CURLS = """
A token for the portal:

TOKEN=$(curl -s {token_url} -d grant_type=client_credentials -d client_id=portal -d client_secret=portal \\
  | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

An application with a file:

printf 'Nachweis zur Gewerbeanmeldung' | curl -s {url}/api/v1/antraege \\
  -H "Authorization: Bearer $TOKEN" -H "Idempotency-Key: $(date +%s%N)" \\
  -F 'antrag={antrag};type=application/json' \\
  -F 'anlage=@-;filename=nachweis.txt;type=text/plain'
"""


def started(*, url: str, data: Path, metrics_port: int, token_url: str | None) -> str:
    """Return the text for the moment at which the port is open; `token_url` is None where we know no portal."""
    text = _TEXT.format(url=url, data=data, metrics_port=metrics_port)
    return text + _CURLS.format(url=url, token_url=token_url, antrag=_ANTRAG) if token_url else text
