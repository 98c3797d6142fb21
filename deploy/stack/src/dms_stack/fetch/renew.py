"""`python -m dms_stack.fetch.renew NAME`: pin anew what Maven gives, after a version was changed."""

import sys
import tempfile
from pathlib import Path

from dms_stack.fetch.cache import Cache
from dms_stack.fetch.maven import closure_goal, download
from dms_stack.fetch.pins import FOLDER, pins_text


def main(name: str) -> int:
    """Fetch with an empty repository, so that Maven compares every file with the checksum beside it, and pin that."""
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "files"
        cache = Cache(Path(folder))
        download(cache, name, goal=closure_goal(name), into=into, total=0, names=frozenset())
        text = pins_text(into.iterdir())
    (FOLDER / f"{name}.sha256").write_text(text, encoding="ascii")
    print(f"{name}: {len(text.splitlines())}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
