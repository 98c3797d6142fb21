"""Arguments that several verbs share."""

import argparse
import re
from datetime import timedelta

_DURATION = re.compile(r"(\d{1,9})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def add_grace(parser: argparse.ArgumentParser) -> None:
    """Add `--grace`, the least age of what a reaper deletes; a `timedelta`."""
    parser.add_argument(
        "--grace", type=_duration, default="24h", help="Schonfrist, zum Beispiel 24h oder 30m; 0s nur in Ruhe"
    )


def add_group(parser: argparse.ArgumentParser) -> None:
    """Add `--group`, the service that is to hear everything once more."""
    parser.add_argument("--group", required=True, help="Dienst, der noch einmal hören soll, zum Beispiel search")


def _duration(text: str) -> timedelta:
    match = _DURATION.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError("erwartet wird eine Dauer wie 0s, 30m oder 24h")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
