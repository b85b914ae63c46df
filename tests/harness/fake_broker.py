"""A broker that does as it is told: for what a well-behaved one never sends."""

import queue
import socket
import threading

from .process import free_port
from .tap import CONNECT, PINGREQ, PUBACK, PUBREC, Packets

SUBSCRIBE = 8


def variable(number):
    """MQTT's variable byte integer."""
    out = bytearray()
    while True:
        number, byte = divmod(number, 128)
        out.append(byte | (0x80 if number else 0))
        if not number:
            return bytes(out)


def packet(first, body):
    return bytes([first]) + variable(len(body)) + body


def publish(topic, payload, packet_id=1, qos=1, dup=False, retain=False, properties=b""):
    """A PUBLISH of MQTT 5, as bytes."""
    name = topic.encode() if isinstance(topic, str) else topic
    body = len(name).to_bytes(2, "big") + name
    if qos:
        body += packet_id.to_bytes(2, "big")
    body += variable(len(properties)) + properties + payload
    return packet(0x30 | (8 if dup else 0) | (qos << 1) | retain, body)


class Connection:
    """One connection of the gateway, after CONNECT was answered and its filters were granted."""

    def __init__(self, sock, clean_start, version):
        self.socket = sock
        self.clean_start = clean_start
        self.version = version
        self.acks = queue.Queue()   # packet ids, in order
        self.closed = threading.Event()
        self.known = False          # has been put into FakeBroker.connections

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            pass

    def wait_acks(self, count, timeout=10):
        return [self.acks.get(timeout=timeout) for _ in range(count)]

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class FakeBroker:
    """Takes connections on loopback, answers CONNECT, SUBSCRIBE and PINGREQ, and puts each
    connection into `connections`. `session_present` is what CONNACK says from the second on;
    `refuses` maps a filter to the reason code of its refusal; `connack` refuses every connection."""

    def __init__(self, session_present=True, refuses=None, connack=0):
        self.port = free_port()
        self.session_present = session_present
        self.refuses = refuses or {}
        self.connack = connack
        self.connections = queue.Queue()
        self.count = 0
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self):
        return f"mqtt://127.0.0.1:{self.port}"

    def next(self, timeout=20):
        """The next connection, subscribed or resumed."""
        return self.connections.get(timeout=timeout)

    def stop(self):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock):
        packets, connection = Packets(), None
        try:
            while data := sock.recv(65536):
                for kind, _, body in packets.feed(data):
                    if kind == CONNECT:
                        connection = Connection(sock, bool(body[7] & 2), body[6])
                        present = self.session_present and self.count > 0
                        self.count += 1
                        properties = b"\x00" if connection.version == 5 else b""
                        answer = bytes([present and not self.connack, self.connack])
                        sock.sendall(packet(0x20, answer + properties))
                        if self.connack:
                            return
                        if present:
                            self._put(connection)
                    elif kind == SUBSCRIBE:
                        self._grant(sock, body, connection)
                    elif kind in (PUBACK, PUBREC):
                        connection.acks.put(int.from_bytes(body[:2], "big"))
                    elif kind == PINGREQ:
                        sock.sendall(b"\xd0\x00")
        except OSError:
            pass
        finally:
            if connection:
                connection.closed.set()
            sock.close()

    def _grant(self, sock, body, connection):
        cursor, five = 2, connection.version == 5
        if five:
            cursor += 1 + body[cursor]
        granted = b""
        while cursor < len(body):
            begin, cursor = cursor + 2, cursor + 2 + int.from_bytes(body[cursor:cursor + 2], "big")
            name = body[begin:cursor].decode()
            granted += bytes([self.refuses.get(name, body[cursor] & 3)])
            cursor += 1
        sock.sendall(packet(0x90, body[:2] + (b"\x00" if five else b"") + granted))
        self._put(connection)

    def _put(self, connection):
        if not connection.known:
            connection.known = True
            self.connections.put(connection)
