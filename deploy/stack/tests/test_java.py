"""A JDK that is new enough, or a sentence that says how to get one."""

import pytest

from dms_stack import java
from dms_stack.java import find_java
from dms_standalone.errors import OperatorError


@pytest.fixture
def jdk(tmp_path, monkeypatch):
    monkeypatch.setattr(java, "_FOLDERS", (str(tmp_path),))
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.delenv("JAVA_HOME", raising=False)

    def make(name, version):
        home = tmp_path / name
        (home / "bin").mkdir(parents=True)
        (home / "bin/java").touch(mode=0o755)
        (home / "release").write_text(f'IMPLEMENTOR="x"\nJAVA_VERSION="{version}"\n')
        return home

    return make


def test_newest_one_is_taken(jdk):
    jdk("old", "17.0.15")
    newest = jdk("new", "25.0.3")
    assert find_java(17, None, who="Kafka") == newest / "bin/java"


def test_java_home_is_preferred_when_it_is_new_enough(jdk, monkeypatch):
    old = jdk("old", "17.0.15")
    newest = jdk("new", "25")
    monkeypatch.setenv("JAVA_HOME", str(old))
    assert find_java(17, None, who="Kafka") == old / "bin/java"
    assert find_java(21, None, who="OpenSearch") == newest / "bin/java"


def test_too_old_ones_are_named_with_the_remedy(jdk):
    jdk("old", "17.0.15")
    jdk("older", "1.8.0_392")
    with pytest.raises(
        OperatorError, match=r"OpenSearch braucht Java 21 .*gefunden: 8, 17.*apt-get install temurin-25-jdk"
    ):
        find_java(21, None, who="OpenSearch")


def test_none_at_all_is_said(jdk):
    with pytest.raises(OperatorError, match=r"Kafka braucht Java 17 .*keines.*apt-get install openjdk-17-jre-headless"):
        find_java(17, None, who="Kafka")


def test_chosen_one_that_is_too_old_is_refused(jdk):
    jdk("new", "25.0.3")
    with pytest.raises(OperatorError, match="DMS_STACK_JAVA_HOME nennt 17"):
        find_java(21, jdk("old", "17.0.15"), who="Keycloak")
