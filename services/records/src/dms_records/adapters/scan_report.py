"""How a scan is told to operations."""

import structlog

from dms_kit.telemetry import VIRUS_SCANS
from dms_records.domain.dokument import BEFALLEN, NICHT_GEPRUEFT, SAUBER
from dms_records.domain.virenpruefung import Virenpruefung
from dms_records.use_cases.ports import UngepruefteDatei

_OUTCOMES = {SAUBER: "clean", BEFALLEN: "infected", NICHT_GEPRUEFT: "impossible"}

log = structlog.get_logger()


def report_scan(datei: UngepruefteDatei, pruefung: Virenpruefung | None) -> None:
    """Count the outcome and log what somebody has to look at; None when the scanner broke off at the file."""
    if pruefung is None:
        VIRUS_SCANS.labels("broken").inc()
        log.warning("scan.broken", objekt=datei.objekt_key)
        return
    VIRUS_SCANS.labels(_OUTCOMES[pruefung.pruefstatus]).inc()
    if pruefung.pruefstatus == BEFALLEN:
        log.error("virus.found", objekt=datei.objekt_key, befund=pruefung.befund)
