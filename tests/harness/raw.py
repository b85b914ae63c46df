"""HTTP by hand: bytes that no client library would send."""

import re
import socket
import ssl

HOST = "Host: 127.0.0.1\r\n"


def request(headers="", line="GET /healthz HTTP/1.1", body="", host=HOST):
    return f"{line}\r\n{host}{headers}\r\n{body}"


def own(gateway):
    """Host and Origin of a request that comes from the gateway's own page."""
    return f"Host: 127.0.0.1:{gateway.port}\r\nOrigin: {gateway.url}\r\n"


class Answer:
    def __init__(self, data, closed):
        self.data = data      # all bytes that came
        self.closed = closed  # the server ended the connection
        head, _, self.body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        parts = lines[0].split(" ", 2)
        self.status = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else None
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.headers.setdefault(name.strip().lower(), value.strip())

    @property
    def answers(self):
        """How many status lines came: one request must never be read as two."""
        return len(re.findall(rb"HTTP/1\.1 \d{3} ", self.data))

    def __repr__(self):
        return f"<{self.status} closed={self.closed} {self.data[:200]!r}>"


class Raw:
    """One connection."""

    def __init__(self, port, tls=None, timeout=5.0):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            context = ssl.create_default_context(cafile=str(tls))
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")

    def send(self, data):
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has answered and left; the answer may still be there to read

    def read(self, timeout=5.0, until_closed=False):
        """One answer (by its Content-Length), or everything until the server closes."""
        self.socket.settimeout(timeout)
        data, closed = b"", False
        while until_closed or not self._whole(data):
            try:
                piece = self.socket.recv(65536)
            except (TimeoutError, socket.timeout):
                break
            except ConnectionResetError:
                closed = True
                break
            if not piece:
                closed = True
                break
            data += piece
        return Answer(data, closed)

    @staticmethod
    def _whole(data):
        head, separator, body = data.partition(b"\r\n\r\n")
        if not separator:
            return False
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                return len(body) >= int(value)
        return head.split(b" ")[1] in (b"204", b"304")

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def exchange(port, data, timeout=3.0, until_closed=True, tls=None):
    """Sends bytes, gives back what came until the server closed (or fell silent)."""
    with Raw(port, tls) as raw:
        raw.send(data)
        return raw.read(timeout, until_closed)
