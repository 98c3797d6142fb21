"""Facts that leave ingest."""

from dataclasses import dataclass

from dms_ingest.domain.antrag import Antrag


@dataclass(frozen=True)
class AntragSubmitted:
    """An Antrag was accepted: its objects and its row are durable, its receipt is given."""

    antrag: Antrag
