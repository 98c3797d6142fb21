"""Keycloak on PostgreSQL, built once for it."""

import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import httpx

from dms_stack.fetch.maven import maven_files
from dms_stack.folder import write_private
from dms_stack.java import find_java
from dms_stack.options import HOST
from dms_stack.processes import Launch
from dms_stack.servers.base import NotReadyError, Server
from dms_standalone.errors import OperatorError

_VERSION = "26.7.5"
_BUILD = ("build", "--db=postgres", "--health-enabled=true", "--metrics-enabled=true")
_THREADS = "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory"
# What its own script gives Java. It is not used: it would stay between us and the server, which could not be killed
# or weighed by its id.
_JAVA_OPTIONS = (
    "-Xms256m",
    "-Xmx768m",
    "-XX:MaxMetaspaceSize=256m",
    "-XX:+UseG1GC",
    "-XX:+ExitOnOutOfMemoryError",
    "-Dfile.encoding=UTF-8",
    f"-Djava.util.concurrent.ForkJoinPool.common.threadFactory={_THREADS}",
    "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
    "-Dpicocli.disable.closures=true",
    "-Dquarkus-log-max-startup-records=10000",
    *(f"--add-opens=java.base/java.{part}=ALL-UNNAMED" for part in ("lang", "security", "util", "util.concurrent")),
    "--enable-native-access=ALL-UNNAMED",
    "-Duser.language=en",
    "-Duser.country=US",
)
_CONFIGURATION = """\
# Written at each start; changes get lost.
http-enabled=true
http-host=127.0.0.1
http-port={port}
http-management-port={management_port}
hostname=http://127.0.0.1:{port}
# The one node needs no cluster to share its cache with.
cache=local
# Durability is that of PostgreSQL: what Keycloak has answered is committed there.
db-url=jdbc:postgresql://127.0.0.1:{database_port}/keycloak
db-username=keycloak
db-password={database_password}
db-pool-max-size=20
bootstrap-admin-username=admin
bootstrap-admin-password={admin_password}
# Without it, parallel logins of one user are refused as an attack. Only for tests: it loosens the limit on guessing.
spi-brute-force-protector--default-brute-force-detector--allow-concurrent-requests=true
"""


class KeycloakServer(Server):
    """The issuer of the real profile; health and metrics listen 920 ports above."""

    name = "keycloak"
    needs = ("postgres",)
    further_ports = (920,)
    ready_seconds = 300.0

    @property
    def version(self) -> str:
        """Return the pinned version."""
        return _VERSION

    def install(self) -> None:
        """Fetch the distribution and build it for PostgreSQL."""
        self._java()
        self._distribution()

    def prepare(self) -> Launch:
        """Make a home that shares the programs and has configuration and data of its own."""
        home, distribution = self.folder / "home", self._distribution()
        home.mkdir(parents=True, exist_ok=True)
        for part in ("lib", "providers", "themes", "version.txt"):
            link = home / part
            link.unlink(missing_ok=True)
            link.symlink_to(distribution / part)
        text = _CONFIGURATION.format(
            port=self.port,
            management_port=self._management_port,
            database_port=self.context.options.ports["postgres"],
            database_password=self.context.password("keycloak"),
            admin_password=self.context.password("keycloak-admin"),
        )
        write_private(home / "conf/keycloak.conf", text)
        return Launch(command=(*self._command(home), "start", "--optimized"), cwd=home)

    def check(self) -> None:
        """Ask for its own readiness, then for a realm: its first start goes on behind both its log line and that."""
        try:
            for url in (f"http://{HOST}:{self._management_port}/health/ready", f"http://{self.address}/realms/master"):
                httpx.get(url, timeout=5.0, trust_env=False).raise_for_status()
        except httpx.HTTPError as error:
            raise NotReadyError(repr(error)) from error

    def endpoint(self) -> Mapping[str, str]:
        """Return URLs and the administrator of the first start."""
        return {
            "url": f"http://{self.address}",
            "management_url": f"http://{HOST}:{self._management_port}",
            "admin": "admin",
            "admin_password": self.context.password("keycloak-admin"),
        }

    @property
    def _management_port(self) -> int:
        return self.port + self.further_ports[0]

    def _java(self) -> Path:
        return find_java(21, self.context.options.java_home, who="Keycloak")

    def _command(self, home: Path) -> tuple[str, ...]:
        places = (f"-Dkc.home.dir={home}", f"-Djboss.server.config.dir={home}/conf")
        program = ("-cp", f"{home}/lib/quarkus-run.jar", "io.quarkus.bootstrap.runner.QuarkusEntryPoint")
        return (str(self._java()), *_JAVA_OPTIONS, *places, *program)

    def _distribution(self) -> Path:
        return self.context.cache.entry(f"keycloak-{_VERSION}", self._build) / f"keycloak-{_VERSION}"

    def _build(self, folder: Path) -> None:
        cache = self.context.cache
        archive = folder / "archive"
        archive.mkdir()
        maven_files(cache, self.name, _VERSION, into=archive)
        with zipfile.ZipFile(next(archive.iterdir())) as distribution:
            distribution.extractall(folder)
        shutil.rmtree(archive)
        # It takes half a minute, in which there is nothing to count.
        print(f"{self.name} {_VERSION} wird für PostgreSQL gebaut …", flush=True)
        log = cache.path / "keycloak.log"
        with log.open("w", encoding="utf-8") as output:
            command = [*self._command(folder / f"keycloak-{_VERSION}"), *_BUILD]
            outcome = subprocess.run(command, stdout=output, stderr=output, check=False)  # noqa: S603 - fixed arguments
        if outcome.returncode:
            raise OperatorError(f"Keycloak lässt sich nicht bauen; die Meldungen stehen in {log}.")
