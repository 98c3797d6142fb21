"""One instance for each data folder."""

import stat
import subprocess
import sys

import pytest

from dms_standalone.data_folder import DataFolder
from dms_standalone.errors import OperatorError
from dms_standalone.os_user import OsUser
from dms_standalone.ports import bound_socket
from dms_standalone.secrets import SecretFile

_HOLDER = """
import sys, time
from pathlib import Path
from dms_standalone.data_folder import DataFolder
with DataFolder(Path(sys.argv[1])).locked():
    print("held", flush=True)
    time.sleep(600)
"""


def test_second_instance_is_refused_and_told_of_the_first(tmp_path):
    folder = DataFolder(tmp_path)
    holder = subprocess.Popen([sys.executable, "-c", _HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(OperatorError, match=rf"already runs.*{tmp_path}.*{holder.pid}.*DMS_DATA"), folder.locked():
            pass
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    with folder.locked():
        pass


def test_folder_made_for_another_user_lets_that_user_through(tmp_path):
    tmp_path.chmod(0o711)
    folder = DataFolder(tmp_path / "a" / "b")
    folder.create(OsUser("stranger", 61_234, 61_234))
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o711
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o711
    assert stat.S_IMODE(folder.logs.stat().st_mode) == 0o700


def test_passwords_are_private_and_stay(tmp_path):
    secrets = SecretFile(tmp_path / "secrets.json")
    first = secrets.password("dms_bus")
    assert secrets.password("dms_ingest") != first
    assert SecretFile(tmp_path / "secrets.json").password("dms_bus") == first
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_occupied_port_is_said_with_the_remedy():
    with bound_socket(0) as holder:
        holder.listen()
        with pytest.raises(OperatorError, match="DMS_PORT"):
            bound_socket(holder.getsockname()[1])
