"""`python -m dms_verify protokoll`: what it says of sound, forged and missing evidence, and how it ends."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dms_kit.signing import load_signer
from dms_standalone.postgres import PostgresServer
from tests.harness.sealed import SealedDatabase
from tests.harness.server import ROOT


@pytest.fixture(scope="module")
def template(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SealedDatabase]:
    """Three checkpoints of ten entries each."""
    made = SealedDatabase.create(postgres_server.superuser_url, tmp_path_factory.mktemp("sealed"))
    for _ in range(3):
        made.write(10)
        made.seal()
    yield made
    made.drop()


@pytest.fixture
def sealed(template: SealedDatabase, tmp_path: Path) -> Iterator[SealedDatabase]:
    shutil.copytree(template.folder, tmp_path / "data")
    copied = template.copy(tmp_path / "data")
    yield copied
    copied.drop()


def checkpoints(database: SealedDatabase) -> list[Path]:
    """Return their files in the order in which they were written."""
    return sorted(database.folder.glob("objects/dueren/audit/*/*"), key=lambda file: file.name)


def test_a_sound_protokoll_ends_with_0_and_no_line(sealed: SealedDatabase) -> None:
    environment = {**os.environ, **sealed.environment()}
    command = [sys.executable, "-m", "dms_verify", "protokoll"]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout) == (0, "")
    assert "workflow/dueren: 30 Einträge versiegelt, 30 davon in 3 Checkpoints" in ended.stderr


def test_a_store_without_checkpoints_ends_with_2(sealed: SealedDatabase) -> None:
    shutil.rmtree(sealed.folder / "objects")
    verdict = sealed.verify()
    assert (verdict.code, verdict.lines) == (2, ())


def test_a_database_that_was_emptied_is_cut_at_the_first_entry(sealed: SealedDatabase) -> None:
    sealed.sql("TRUNCATE workflow.audit_entry, workflow.audit_leaf, workflow.audit_seal, workflow.audit_value")
    verdict = sealed.verify()
    assert (verdict.code, verdict.lines) == (1, ("BEFUND zurueckgedreht workflow/dueren/1",))


def test_erased_values_break_nothing(sealed: SealedDatabase) -> None:
    sealed.sql("DELETE FROM workflow.audit_value WHERE entry_id < 20")
    verdict = sealed.verify()
    assert (verdict.code, verdict.lines) == (0, ())
    assert "ohne ihren Wert" in verdict.told
    assert " 0 ohne ihren Wert" not in verdict.told


@pytest.mark.parametrize("change", ["value = '{}'", "salt = 'x'"])
def test_a_changed_value_is_named(sealed: SealedDatabase, change: str) -> None:
    sealed.sql(f"UPDATE workflow.audit_value SET {change} WHERE entry_id = 7")
    verdict = sealed.verify()
    assert (verdict.code, verdict.lines) == (1, ("BEFUND wert workflow/dueren/7",))


def test_entries_that_wait_for_their_seal_are_no_finding(sealed: SealedDatabase) -> None:
    sealed.write(5)
    assert sealed.verify().code == 0
    sealed.seal(export=False)
    assert sealed.verify().code == 0


def test_a_change_behind_the_last_checkpoint_is_named(sealed: SealedDatabase) -> None:
    sealed.write(5)
    sealed.seal(export=False)
    sealed.sql("UPDATE workflow.audit_entry SET actor = 'forged' WHERE id = 33")
    assert sealed.verify().lines == ("BEFUND geaendert workflow/dueren/33",)


def test_what_no_checkpoint_holds_after_five_minutes_is_named(sealed: SealedDatabase) -> None:
    sealed.write(5)
    sealed.seal(export=False)
    sealed.sql("UPDATE workflow.audit_seal SET sealed_at = sealed_at - interval '6 minutes'")
    assert sealed.verify().lines == ("BEFUND ausstehend workflow/dueren/31",)


def test_a_seal_that_was_changed_is_named(sealed: SealedDatabase) -> None:
    sealed.sql("UPDATE workflow.audit_seal SET root = sha256('forged'::bytea) WHERE number = 2")
    assert sealed.verify().lines == ("BEFUND siegel workflow/dueren/siegel-2",)


def test_a_leaf_that_was_changed_is_named(sealed: SealedDatabase) -> None:
    sealed.sql("UPDATE workflow.audit_leaf SET hash = sha256('forged'::bytea) WHERE number = 12")
    assert sealed.verify().lines == ("BEFUND siegel workflow/dueren/12",)


def test_a_checkpoint_that_was_changed_is_named_by_its_key(sealed: SealedDatabase) -> None:
    file = checkpoints(sealed)[2]
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    assert sealed.verify().lines == (f"BEFUND checkpoint dueren/audit/{file.name}",)


def test_a_checkpoint_that_is_missing_is_named_by_its_first_number(sealed: SealedDatabase) -> None:
    checkpoints(sealed)[1].unlink()
    assert sealed.verify().lines == ("BEFUND luecke workflow/dueren/nummer-11",)


def test_checkpoints_of_another_key_prove_nothing(sealed: SealedDatabase, tmp_path: Path) -> None:
    load_signer(tmp_path / "other.pem")
    verdict = sealed.verify("--keys", str(tmp_path / "other.pem"))
    assert verdict.code == 1
    assert len(verdict.lines) == 3
    assert {line.split(" ")[1] for line in verdict.lines} == {"checkpoint"}


def test_a_checkpoint_under_the_prefix_of_another_mandant_is_refused(sealed: SealedDatabase) -> None:
    file = checkpoints(sealed)[0]
    moved = sealed.folder / "objects/nachbarstadt/audit" / file.name[-2:] / file.name
    moved.parent.mkdir(parents=True)
    shutil.copy(file, moved)
    assert sealed.verify().lines == (f"BEFUND checkpoint nachbarstadt/audit/{file.name}",)


def test_the_same_checkpoint_written_twice_is_no_finding(sealed: SealedDatabase) -> None:
    """As after a `kill -9` between object and row."""
    sealed.sql("DELETE FROM workflow.audit_checkpoint WHERE size = 30")
    sealed.write(4)
    sealed.seal()
    assert len(checkpoints(sealed)) == 4
    assert (sealed.verify().code, sealed.verify().lines) == (0, ())


def test_a_noted_head_convicts_who_rules_database_and_store(sealed: SealedDatabase) -> None:
    head = sealed.verify().told.split("Stand ")[1].split("\n")[0]
    noted = f"workflow/dueren:{head}"
    assert sealed.verify("--head", noted).code == 0
    checkpoints(sealed)[2].unlink()
    for table, column in (("entry", "id"), ("value", "entry_id"), ("leaf", "number"), ("seal", "size")):
        sealed.sql(f"DELETE FROM workflow.audit_{table} WHERE {column} > 20")
    assert sealed.verify().code == 0
    assert sealed.verify("--head", noted).lines == ("BEFUND abgeschnitten workflow/dueren/nummer-30",)


def test_without_key_or_database_it_ends_with_3(sealed: SealedDatabase, tmp_path: Path) -> None:
    nowhere = replace(sealed, folder=tmp_path / "nowhere")
    assert nowhere.verify().code == 3
    unreachable = replace(sealed, superuser_url="postgresql://postgres:test@127.0.0.1:9/postgres")
    assert unreachable.verify().code == 3
