"""The walls around a process that reads foreign files: bubblewrap, where it is installed and may run."""

import shutil
import subprocess
import sys
from pathlib import Path

import structlog

import dms_kit
import dms_search

# What an interpreter and the libraries of its wheels are loaded from; nothing below /etc, /home, /root, /srv or /var.
_SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache")

log = structlog.get_logger()


def source_folders() -> list[str]:
    """Return the folders that our own packages are imported from."""
    found = {str(Path(file).resolve().parents[1]) for file in (dms_kit.__file__, dms_search.__file__) if file}
    return sorted(found)


def sandbox() -> tuple[str, ...]:
    """
    Return the bubblewrap command in front of a worker, or nothing where it is missing or may not run.

    Inside there is no network, no process of others, and no file but those of the interpreter, its packages and our
    code, all read-only; `visible` adds the one folder of a worker.
    """
    program = shutil.which("bwrap")
    if program is None:
        return ()
    folders = sorted({sys.prefix, sys.base_prefix, *source_folders()})
    command = (
        program,
        *("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
        *(part for folder in _SYSTEM for part in ("--ro-bind-try", folder, folder)),
        *(part for folder in folders for part in ("--ro-bind", folder, folder)),
        *("--dev", "/dev", "--proc", "/proc", "--chdir", "/"),
    )
    probe = subprocess.run([*command, sys.executable, "-c", ""], check=False, capture_output=True)  # noqa: S603
    if probe.returncode != 0:
        log.warning("extraction.sandbox_refused", code=probe.returncode)
        return ()
    return command


def visible(folder: Path) -> tuple[str, ...]:
    """Return the arguments that let the inside of a sandbox read one folder more."""
    # Last, when every place to mount on has been made.
    return ("--ro-bind", str(folder), str(folder), "--remount-ro", "/")
