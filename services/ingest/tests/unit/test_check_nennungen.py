"""The list `anlagen` of the form data names exactly the uploaded files."""

import hashlib

import pytest

from dms_ingest.domain.anlage import AnlageDatei, AnlageNennung, Objekt, check_nennungen, check_objekt
from dms_kit.core.errors import InvalidInputError


def objekt(content: bytes = b"x") -> Objekt:
    return Objekt(
        "k", len(content), hashlib.sha256(content).hexdigest(), hashlib.sha512(content).hexdigest(), b"\x00" * 32
    )


def datei(name: str, content: bytes = b"x") -> AnlageDatei:
    return AnlageDatei(dateiname_original=name, mime_type="text/plain", objekt=objekt(content))


def nennung(name: str, content: bytes | None = None) -> AnlageNennung:
    return AnlageNennung(dateiname=name, sha512=content and hashlib.sha512(content).hexdigest())


def pointers(nennungen, dateien):
    with pytest.raises(InvalidInputError) as caught:
        check_nennungen(nennungen, dateien)
    return [error.pointer for error in caught.value.errors]


def test_order_does_not_matter():
    check_nennungen([nennung("b.pdf"), nennung("a.pdf")], [datei("a.pdf"), datei("b.pdf")])


def test_same_name_twice_is_named_twice():
    check_nennungen([nennung("a.pdf"), nennung("a.pdf")], [datei("a.pdf"), datei("a.pdf", b"y")])


def test_files_of_one_name_are_told_apart_by_their_hash():
    check_nennungen([nennung("a.pdf"), nennung("a.pdf", b"x")], [datei("a.pdf", b"x"), datei("a.pdf", b"y")])


def test_decomposed_name_is_the_same_name():
    check_nennungen([nennung("Größe.pdf")], [datei("Gro\u0308ße.pdf")])


def test_path_parts_do_not_count():
    check_nennungen([nennung("a.pdf")], [datei("../../a.pdf")])


def test_named_but_not_sent_is_pointed_at():
    assert pointers([nennung("a.pdf"), nennung("b.pdf")], [datei("a.pdf")]) == ["/anlagen/1/dateiname"]


def test_sent_but_not_named_is_refused():
    assert pointers([nennung("a.pdf")], [datei("a.pdf"), datei("b.pdf")]) == ["/anlagen"]


def test_sent_once_but_named_twice_is_refused():
    assert pointers([nennung("a.pdf"), nennung("a.pdf")], [datei("a.pdf")]) == ["/anlagen/1/dateiname"]


def test_wrong_hash_is_pointed_at():
    assert pointers([nennung("a.pdf", b"other")], [datei("a.pdf")]) == ["/anlagen/0/sha512"]


def test_all_faults_are_told_together():
    faults = pointers([nennung("a.pdf", b"other"), nennung("c.pdf")], [datei("a.pdf"), datei("b.pdf")])
    assert faults == ["/anlagen/0/sha512", "/anlagen/1/dateiname", "/anlagen"]


def test_empty_file_is_refused():
    with pytest.raises(InvalidInputError) as caught:
        check_objekt(objekt(b""), {}, pointer="/anlagen/0")
    assert caught.value.errors[0].pointer == "/anlagen/0"


def test_wrong_digest_is_refused():
    right, wrong = hashlib.sha256(b"x").digest(), hashlib.sha512(b"y").digest()
    check_objekt(objekt(), {"sha-256": right}, pointer="")
    with pytest.raises(InvalidInputError):
        check_objekt(objekt(), {"sha-256": right, "sha-512": wrong}, pointer="")
