"""An HTTP server in Home Assistant's place that writes down what it is asked."""

import http.server
import socket
import threading
import time


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self):
        upstream = self.server.upstream
        upstream.requests.append((self.requestline, list(self.headers.items())))
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else self._chunks()
        upstream.bodies.append(body)
        path = self.path.split("?")[0]
        if path.startswith("/api/bytes/"):
            self._send(b"x" * int(path.rsplit("/", 1)[1]))
        elif path == "/api/never":
            upstream.left.clear()
            upstream.waiting.set()
            self.connection.settimeout(30)
            try:
                self.connection.recv(1)  # b"" when the gateway hangs up
            except OSError:
                pass
            upstream.left.set()
            self.close_connection = True
        elif path == "/api/endless":
            self._endless(upstream)
        elif path == "/api/cut":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")
            self.close_connection = True
        elif path == "/api/garbage":
            self.wfile.write(b"\x00\x01nonsense\r\n\r\n")
            self.close_connection = True
        elif path == "/api/smuggle":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
                             b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
            self.close_connection = True
        elif path == "/api/headers":
            self.wfile.write(
                b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: a=b\r\nConnection: X-Hop\r\n"
                b"X-Hop: 1\r\nKeep-Alive: timeout=9\r\nServer: upstream\r\nX-Own: kept\r\n\r\nok")
        else:
            self._send(b'{"message":"API running."}')

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _answer

    def _chunks(self):
        if self.headers.get("Transfer-Encoding", "") != "chunked":
            return b""
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _send(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _endless(self, upstream):
        """An event every 100 ms until the other side leaves."""
        upstream.left.clear()
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        self.close_connection = True
        try:
            for number in range(600):
                self.wfile.write(b"data: %d\n\n" % number)
                self.wfile.flush()
                upstream.sent = number
                time.sleep(0.1)
        except OSError:
            pass
        upstream.left.set()

    def log_message(self, *_):
        pass


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # connections that end under us are what some tests are about


class Upstream:
    def __init__(self):
        self.requests = []              # (request line, [(name, value)])
        self.bodies = []
        self.left = threading.Event()   # the client of /api/never or /api/endless hung up
        self.waiting = threading.Event()
        self.sent = 0
        self.server = _Server(("127.0.0.1", 0), _Handler)
        self.server.upstream = self
        self.server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
