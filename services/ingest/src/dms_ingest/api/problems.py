"""A page for each problem that the API can answer."""

import html
import re
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from dms_kit.core.errors import NotFoundError
from dms_kit.web.problems import PROBLEMS

_PAGE = """<!doctype html>
<html lang="de"><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font-family:sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;line-height:1.5}}</style>
</head><body>
{body}
</body></html>
"""
_CODE = re.compile(r"`([^`]+)`")


def problem_router(pages: Path) -> APIRouter:
    """Return the route /problems/<code>; a code without a page in the folder is described by its title."""
    router = APIRouter(include_in_schema=False)

    @router.get("/problems/{code}", response_class=HTMLResponse)
    async def get_problem(code: str) -> HTMLResponse:
        if code not in PROBLEMS:
            raise NotFoundError
        file = pages / f"{code}.md"
        problem = PROBLEMS[code]
        short = f"# {problem.title}\n\nHTTP-Status: {problem.status}"
        text = file.read_text(encoding="utf-8") if file.is_file() else short
        return HTMLResponse(_PAGE.format(title=html.escape(problem.title), body=_to_html(text)))

    return router


def _to_html(markdown: str) -> str:
    """Render what our pages use: headings, lists, paragraphs and code."""
    blocks = []
    for block in re.split(r"\n\s*\n", markdown.strip()):
        level = len(block) - len(block.lstrip("#"))
        if 0 < level <= 3:
            blocks.append(_tagged(f"h{level}", block.lstrip("# ")))
        elif block.startswith("- "):
            items = (_tagged("li", line.removeprefix("- ")) for line in block.splitlines())
            blocks.append(f"<ul>{''.join(items)}</ul>")
        else:
            blocks.append(_tagged("p", block))
    return "\n".join(blocks)


def _tagged(tag: str, text: str) -> str:
    content = _CODE.sub(r"<code>\1</code>", html.escape(text))
    return f"<{tag}>{content}</{tag}>"
