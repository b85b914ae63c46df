"""TLS 1.3 connections one after another, each with a full handshake, one request and its answer;
how many there were, as JSON. A process of its own: bench/load.py starts it.

    bench/handshakes.py PORT CA PATH COOKIE STATUS SECONDS"""

import json
import socket
import ssl
import sys
import time


def one(context, port, request, status):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain, \
            context.wrap_socket(plain, server_hostname="localhost") as secure:
        assert secure.version() == "TLSv1.3" and not secure.session_reused
        secure.sendall(request)
        answer = b""
        while piece := secure.recv(16384):
            answer += piece
        assert answer.startswith(b"HTTP/1.1 %d " % status), answer[:200]


def main():
    port, authority, path, cookie, status, seconds = sys.argv[1:]
    context = ssl.create_default_context(cafile=authority)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    request = (f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n"
               "Connection: close\r\n\r\n").encode()
    count, begun = 0, time.monotonic()
    while (took := time.monotonic() - begun) < float(seconds):
        one(context, int(port), request, int(status))
        count += 1
    print(json.dumps({"requests": count, "us": int(took * 1e6)}))


if __name__ == "__main__":
    main()
