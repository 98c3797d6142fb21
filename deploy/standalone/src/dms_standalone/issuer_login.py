"""The login page of the development issuer."""

from collections.abc import Mapping
from html import escape

from starlette.responses import HTMLResponse

_PAGE = """<!doctype html>
<html lang="de"><head><meta charset="utf-8"><title>Anmeldung: {name}</title>
<meta name="viewport" content="width=device-width">
<style>body{{font:1rem/1.5 sans-serif;max-width:24rem;margin:4rem auto;padding:0 1rem}}
label{{display:block;margin:1rem 0 .25rem}}input,button{{font:inherit;width:100%;padding:.5rem;box-sizing:border-box}}
button{{margin-top:1.5rem}}[role=alert]{{color:#a00}}</style></head>
<body><main><h1>Anmeldung</h1><p>{name} (Entwicklung)</p>{message}{form}</main></body></html>"""
_FORM = """<form method="post">{hidden}
<label for="username">Benutzername</label>
<input id="username" name="username" autocomplete="username" required autofocus>
<label for="password">Passwort</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="submit">Anmelden</button></form>"""
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # The form's answer redirects to the program that asked, which browsers count as the form's target.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none';"
        " form-action 'self' http://localhost:* http://127.0.0.1:* https://localhost:* https://127.0.0.1:*"
    ),
}


def login_page(name: str, hidden: Mapping[str, str], *, failed: bool = False) -> HTMLResponse:
    """Return the form; `hidden` are the parameters of the authorization request."""
    fields = "".join(f'<input type="hidden" name="{escape(key)}" value="{escape(hidden[key])}">' for key in hidden)
    message = '<p role="alert">Benutzername oder Passwort ist falsch.</p>' if failed else ""
    page = _PAGE.format(name=escape(name), message=message, form=_FORM.format(hidden=fields))
    return HTMLResponse(page, status_code=400 if failed else 200, headers=_HEADERS)


def refusal_page(name: str, reason: str) -> HTMLResponse:
    """Return the page for a request that must not be redirected anywhere."""
    message = f'<p role="alert">{escape(reason)}</p>'
    return HTMLResponse(_PAGE.format(name=escape(name), message=message, form=""), status_code=400, headers=_HEADERS)
