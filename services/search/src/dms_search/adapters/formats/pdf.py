"""PDF, by pdfium."""

import re
from typing import BinaryIO

import pypdfium2
from pypdfium2 import raw

from dms_search.adapters.formats.sink import TextSink, UnreadableError
from dms_search.domain.volltext import VolltextGrund

# pdfium marks a hyphen that only breaks a line.
_BROKEN_WORD = re.compile("[\x02\xad\ufffe](\r?\n)?")


def read(file: BinaryIO, sink: TextSink) -> None:
    """Read the text of each page; a broken page is passed over, unless all are."""
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        raise UnreadableError(_grund(error)) from error
    try:
        pages = len(document)
        broken = sum(not _read_page(document, number, sink) for number in range(pages))
    finally:
        document.close()
    if broken == pages:
        raise UnreadableError(VolltextGrund.BESCHAEDIGT)


def _read_page(document: pypdfium2.PdfDocument, number: int, sink: TextSink) -> bool:
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return False
    try:
        text_page = page.get_textpage()
        try:
            text = text_page.get_text_bounded()
        finally:
            text_page.close()
    except pypdfium2.PdfiumError:
        return False
    finally:
        page.close()
    sink.add(_BROKEN_WORD.sub("", text) + "\n")
    return True


def _grund(error: pypdfium2.PdfiumError) -> VolltextGrund:
    locked = {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
    return VolltextGrund.VERSCHLUESSELT if error.err_code in locked else VolltextGrund.BESCHAEDIGT
