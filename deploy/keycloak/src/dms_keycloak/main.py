"""Der Realm eines Mandanten in Keycloak, aus der Datei der Kommune: erst der Unterschied, dann genau dieser."""

import argparse
import getpass
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from keycloak.exceptions import KeycloakAuthenticationError, KeycloakConnectionError, KeycloakError
from pydantic import ValidationError

from dms_keycloak.desired import Choices, desired_realm
from dms_keycloak.difference import Difference, difference
from dms_keycloak.server import KeycloakServer
from dms_keycloak.settings import Settings
from dms_kit.roles import ROLES
from dms_standalone.errors import OperatorError
from dms_standalone.realm import load_realm

_DIFFERENT, _MISUSED = 2, 64
_VERBS = {
    "plan": "zeigt Zeile für Zeile, was sich ändern würde, und ändert nichts",
    "apply": "zeigt dasselbe und führt genau das aus; ein zweites Mal ändert nichts",
}
_EPILOG = """\
Rückgabe: 0 kein Unterschied (plan) oder ausgeführt (apply), 1 Fehler (ein Satz mit Abhilfe auf stderr),
2 plan hat Unterschiede gefunden, 64 falscher Aufruf, 130 abgebrochen.
Das Passwort des Verwalters steht in DMS_KEYCLOAK_PASSWORD oder wird am Terminal erfragt.
Was andere angelegt haben (Benutzer, Gruppen, Clients), bleibt, wie es ist; gelöscht wird nie etwas.
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # 2, its own choice, already says that there are differences.
        self.print_usage(sys.stderr)
        self.exit(_MISUSED, f"{self.prog}: {message}\n")


def main(arguments: list[str] | None = None) -> int:
    """Run the verb that is named; returns the exit code."""
    try:
        settings = Settings()
        chosen = _parser(settings).parse_args(arguments)
        password = _password(settings, chosen)
        return max([_run(chosen, file, password) for file in chosen.files])
    except KeyboardInterrupt:
        return 130
    except (OperatorError, ValidationError) as error:
        print(f"Registratur: {error}", file=sys.stderr)
    except KeycloakAuthenticationError:
        print(f"Registratur: Keycloak nimmt die Anmeldung von {chosen.admin} nicht an.", file=sys.stderr)
    except KeycloakConnectionError:
        print(f"Registratur: Unter {chosen.url} antwortet kein Keycloak.", file=sys.stderr)
    except KeycloakError as error:
        print(f"Registratur: Keycloak lehnt ab: {error}", file=sys.stderr)
    return 1


def _run(chosen: argparse.Namespace, file: Path, password: str) -> int:
    choices = Choices(demo=chosen.demo, origins=tuple(chosen.workplace))
    wanted = desired_realm(load_realm(file), ROLES, choices)
    server = KeycloakServer(chosen.url, realm=wanted.name, admin=chosen.admin, password=password)
    found = difference(wanted, server.read(wanted.users))
    _show(wanted.name, found)
    if found.conflicts:
        raise OperatorError(f"Realm {wanted.name} bleibt unverändert: erst löschen oder umbenennen, was fremd ist.")
    if chosen.verb == "plan":
        return _DIFFERENT if found.changes else 0
    for change in found.changes:
        server.make(change)
    left = difference(wanted, server.read(wanted.users)).changes if found.changes else ()
    if left:
        lines = "\n".join(line for change in left for line in change.lines())
        raise OperatorError(f"Keycloak hat nicht alles übernommen; es bleibt:\n{lines}")
    return 0


def _show(realm: str, found: Difference) -> None:
    _print(line for change in found.changes for line in change.lines())
    _print(f"i {remark}" for remark in found.remarks)
    _print(f"! {conflict}" for conflict in found.conflicts)
    count = len(found.changes)
    print(f"Realm {realm}: {count or 'keine'} {'Änderung' if count == 1 else 'Änderungen'}", flush=True)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _password(settings: Settings, chosen: argparse.Namespace) -> str:
    if chosen.demo and settings.environment == "production":
        raise OperatorError("Mit DMS_ENVIRONMENT=production gibt es keine erfundenen Benutzer: --demo weglassen.")
    if settings.keycloak_password is not None:
        return settings.keycloak_password.get_secret_value()
    if not sys.stdin.isatty():
        raise OperatorError(f"Das Passwort von {chosen.admin} fehlt: DMS_KEYCLOAK_PASSWORD setzen.")
    return getpass.getpass(f"Passwort von {chosen.admin}: ")


def _parser(settings: Settings) -> argparse.ArgumentParser:
    common: Mapping[str, Any] = {"epilog": _EPILOG, "formatter_class": argparse.RawDescriptionHelpFormatter}
    parser = _Parser(prog="python -m dms_keycloak", description=__doc__, **common)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, text in _VERBS.items():
        words = verbs.add_parser(verb, help=text, description=text, **common)
        words.add_argument("files", nargs="+", type=Path, metavar="DATEI", help="Datei einer Kommune, je eine je Realm")
        words.add_argument(
            "--url",
            default=settings.keycloak_url,
            required=settings.keycloak_url is None,
            type=_url,
            help="Adresse von Keycloak, etwa http://127.0.0.1:8180; sonst DMS_KEYCLOAK_URL",
        )
        words.add_argument(
            "--admin",
            default=settings.keycloak_admin,
            required=settings.keycloak_admin is None,
            help="Verwalter im Realm master; sonst DMS_KEYCLOAK_ADMIN",
        )
        words.add_argument(
            "--demo",
            action="store_true",
            help="auch die erfundenen Benutzer (Passwort demo), der Client demo, die veröffentlichten Geheimnisse und"
            " Rückkehradressen auf diesem Rechner",
        )
        words.add_argument(
            "--workplace",
            action="append",
            default=[],
            type=_url,
            metavar="URL",
            help="Adresse des Arbeitsplatzes im Browser, zu der die Anmeldung zurückkehrt; mehrfach möglich",
        )
    return parser


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise argparse.ArgumentTypeError(f"„{text}“ ist keine Adresse wie https://anmeldung.example.de")
    return text.rstrip("/")
