"""A wire tap: stands between the gateway and its broker, forwards every byte and writes down which
messages the broker sent and which of them the gateway acknowledged, in the order of the wire.

Counting happens here because only the wire knows: what was acknowledged when the gateway died, and
whether the broker sent a message as new (DUP = 0) or again (DUP = 1)."""

import asyncio
import threading
from dataclasses import dataclass, field

CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = 1, 2, 3, 4, 5, 6, 7
SUBACK, PINGREQ, PINGRESP, DISCONNECT = 9, 12, 13, 14


class Packets:
    """Cuts a stream of bytes into MQTT packets: (type, flags, body)."""

    def __init__(self):
        self.buffer = bytearray()

    def feed(self, data):
        self.buffer += data
        position, size = 0, len(self.buffer)
        while True:
            length, shift, cursor = 0, 0, position + 1
            while cursor < size:
                byte = self.buffer[cursor]
                length |= (byte & 0x7F) << shift
                cursor, shift = cursor + 1, shift + 7
                if not byte & 0x80:
                    break
            else:
                break
            if cursor + length > size:
                break
            first = self.buffer[position]
            yield first >> 4, first & 0x0F, bytes(self.buffer[cursor:cursor + length])
            position = cursor + length
        del self.buffer[:position]


def publish_parts(flags, body, version):
    """(topic, packet id or None, payload)."""
    size = int.from_bytes(body[:2], "big")
    topic, cursor, packet_id = body[2:2 + size], 2 + size, None
    if flags & 0b0110:
        packet_id, cursor = int.from_bytes(body[cursor:cursor + 2], "big"), cursor + 2
    if version == 5:
        length, shift = 0, 0
        while True:
            byte, cursor = body[cursor], cursor + 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        cursor += length
    return topic.decode("utf-8", "replace"), packet_id, body[cursor:]


@dataclass
class Seen:
    """What passed. `sent_new` and `sent_again` count by key(payload); `acked` holds keys."""
    sent_new: dict = field(default_factory=dict)
    sent_again: dict = field(default_factory=dict)
    acked: dict = field(default_factory=dict)
    connections: int = 0
    session_present: list = field(default_factory=list)
    disconnects: list = field(default_factory=list)  # (who, reason code) of DISCONNECT packets


class Tap:
    """Listens on a loopback port of its own, in a thread of its own. `key` makes the name that a
    message is counted by from (topic, payload); None leaves it uncounted. `delay` seconds hold
    every piece from the broker back, to play a slow one."""

    def __init__(self, broker_port, key=lambda topic, payload: payload, delay=0.0):
        self.broker_port = broker_port
        self.key = key
        self.delay = delay
        self.seen = Seen()
        self.port = None
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._writers = set()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self._thread.start()
        assert self._ready.wait(5)
        return self

    def stop(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def cut(self):
        """Ends every connection that stands, as a network does."""
        def close():
            for writer in list(self._writers):
                writer.transport.abort()
        self._loop.call_soon_threadsafe(close)

    @property
    def url(self):
        return f"mqtt://127.0.0.1:{self.port}"

    def _run(self):
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._connection, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        server.close()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _connection(self, reader, writer):
        try:
            broker_reader, broker_writer = await asyncio.open_connection(
                "127.0.0.1", self.broker_port)
        except OSError:
            writer.transport.abort()
            return
        self.seen.connections += 1
        self._writers |= {writer, broker_writer}
        state = {"version": 4, "pending": {}}  # of this connection: packet id → key
        up = asyncio.ensure_future(self._pump(reader, broker_writer, state, self._from_gateway))
        down = asyncio.ensure_future(self._pump(broker_reader, writer, state, self._from_broker))
        try:
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
            # What the gateway still wrote before it died counts as acknowledged only when it got
            # as far as the broker; an open other direction gets a moment to drain.
            await asyncio.wait({up, down}, timeout=0.05)
        finally:
            for task in (up, down):
                task.cancel()
            for one in (writer, broker_writer):
                self._writers.discard(one)
                one.transport.abort() if one is writer else one.close()

    async def _pump(self, reader, writer, state, look):
        packets = Packets()
        while data := await self._read(reader):
            for kind, flags, body in packets.feed(data):
                look(state, kind, flags, body)
            if self.delay and look == self._from_broker:
                await asyncio.sleep(self.delay)
            try:
                writer.write(data)
                await writer.drain()
            except OSError:
                return

    @staticmethod
    async def _read(reader):
        try:
            return await reader.read(65536)
        except OSError:
            return b""

    def _from_broker(self, state, kind, flags, body):
        if kind == PUBLISH:
            topic, packet_id, payload = publish_parts(flags, body, state["version"])
            key = self.key(topic, payload)
            if key is None:
                return
            counts = self.seen.sent_again if flags & 0b1000 else self.seen.sent_new
            counts[key] = counts.get(key, 0) + 1
            if packet_id is not None:
                state["pending"][packet_id] = key
        elif kind == CONNACK:
            self.seen.session_present.append(bool(body[0] & 1))
        elif kind == DISCONNECT:
            self.seen.disconnects.append(("broker", body[0] if body else 0))

    def _from_gateway(self, state, kind, flags, body):
        if kind == CONNECT:
            state["version"] = body[6]
        elif kind in (PUBACK, PUBREC):
            key = state["pending"].pop(int.from_bytes(body[:2], "big"), None)
            if key is not None and (len(body) < 3 or body[2] < 0x80):
                self.seen.acked[key] = self.seen.acked.get(key, 0) + 1
        elif kind == DISCONNECT:
            self.seen.disconnects.append(("gateway", body[0] if body else 0))
