"""One broker of Apache Kafka that is its own controller (KRaft)."""

import asyncio
import base64
import subprocess
import uuid
from collections.abc import Mapping
from pathlib import Path

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from dms_stack.fetch.maven import maven_closure
from dms_stack.folder import write_private
from dms_stack.java import find_java
from dms_stack.processes import BEHIND_ACCEPTING, Launch, listener
from dms_stack.servers.base import NotReadyError, Server
from dms_standalone.errors import OperatorError

_VERSION = "4.3.1"
_PROBE_TOPIC = "dms.stack.probe"
_CONFIGURATION = """\
# Written at each start; changes get lost.
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs={folder}/data
# Durability: elsewhere other brokers hold a copy; the only broker must have a message on its disk before it says so.
log.flush.interval.messages=1
# A topic that nobody declared is a mistake.
auto.create.topics.enable=false
num.partitions=3
# One broker holds the only copy of its own topics, too.
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
# Nobody else will join: the first consumer need not wait for others.
group.initial.rebalance.delay.ms=0
# After kill -9 the registration of the dead broker has to run out before writes go on: 3 s instead of 9.
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
num.network.threads=2
num.io.threads=2
# Segments are made at their full size; on a small machine 1 GiB for each partition would be too much.
log.segment.bytes=134217728
"""
_LOGGING = """\
status = warn
appender.console.type = Console
appender.console.name = STDOUT
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p [%t] %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.stdout.ref = STDOUT
"""


class KafkaServer(Server):
    """The broker; the controller listens on the next port."""

    name = "kafka"
    further_ports = (1,)

    @property
    def version(self) -> str:
        """Return the pinned version."""
        return _VERSION

    def install(self) -> None:
        """Fetch the broker's jars."""
        find_java(17, self.context.options.java_home, who="Kafka")
        self._jars()

    def prepare(self) -> Launch:
        """Write the configuration; format the folder of the data before the first start."""
        text = _CONFIGURATION.format(port=self.port, controller_port=self.port + 1, folder=self.folder)
        configuration = write_private(self.folder / "server.properties", text)
        write_private(self.folder / "log4j2.properties", _LOGGING)
        if not (self.folder / "data/meta.properties").exists():
            self._format(configuration)
        command = self._java("-Xms512m", "-Xmx512m", "-XX:ActiveProcessorCount=2", main="kafka.Kafka")
        return Launch(command=(*command, str(configuration)), cwd=self.folder, niceness=BEHIND_ACCEPTING)

    def check(self) -> None:
        """Ask for the brokers and have one message acknowledged."""
        if listener(self.port) is None:
            raise NotReadyError("nobody listens yet")
        try:
            asyncio.run(asyncio.wait_for(self._produce(), 15.0))
        except (KafkaError, OSError, TimeoutError) as error:
            raise NotReadyError(repr(error)) from error

    def endpoint(self) -> Mapping[str, str]:
        """Return the address to begin with."""
        return {"bootstrap": self.address}

    async def _produce(self) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.address, request_timeout_ms=5000)
        try:
            await admin.start()
            if not (await admin.describe_cluster())["brokers"]:
                raise NotReadyError("no broker has registered")
            topic = NewTopic(_PROBE_TOPIC, 1, 1, topic_configs={"retention.ms": "60000"})
            answer = await admin.create_topics([topic])
            for _, code, *_ in answer.topic_errors:
                if code and for_code(code) is not TopicAlreadyExistsError:
                    raise NotReadyError(str(for_code(code)))
        finally:
            await admin.close()
        producer = AIOKafkaProducer(bootstrap_servers=self.address, acks="all", request_timeout_ms=5000)
        try:
            await producer.start()
            await producer.send_and_wait(_PROBE_TOPIC, b"")
        finally:
            await producer.stop()

    def _format(self, configuration: Path) -> None:
        name = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "0")
        tool = self._java("-Xmx256m", main="kafka.tools.StorageTool")
        outcome = subprocess.run(  # noqa: S603 - the broker's own tool
            [*tool, "format", "--cluster-id", name, "--config", str(configuration)],
            capture_output=True,
            text=True,
            check=False,
        )
        if outcome.returncode:
            raise OperatorError(f"Kafka richtet seinen Ordner nicht ein: {(outcome.stderr or outcome.stdout).strip()}")

    def _java(self, *options: str, main: str) -> tuple[str, ...]:
        java = find_java(17, self.context.options.java_home, who="Kafka")
        logging = f"-Dlog4j2.configurationFile={self.folder}/log4j2.properties"
        return (str(java), *options, logging, "-cp", f"{self._jars()}/*", main)

    def _jars(self) -> Path:
        return maven_closure(self.context.cache, self.name, _VERSION)
