"""People who sign in with their passwords, at a rate that does not wait for the answers."""

import collections
import http.client
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from harness.gateway import PASSWORD

OPEN = 100  # at most; one more is late, and counted less


class Logins:
    """While the block runs. `counts`: answers by status."""

    def __init__(self, gateway, people, rate):
        self.gateway = gateway
        self.people = people
        self.rate = rate
        self.counts = collections.Counter()
        self.ended = threading.Event()
        self.mutex = threading.Lock()
        self.connections = threading.local()
        self.thread = threading.Thread(target=self._run)

    def _sign_in(self, name):
        if not hasattr(self.connections, "one"):
            self.connections.one = http.client.HTTPConnection("127.0.0.1", self.gateway.port,
                                                              timeout=30)
        body = json.dumps({"username": name, "password": PASSWORD})
        self.connections.one.request("POST", "/auth/login", body, {
            "Content-Type": "application/json", "Origin": self.gateway.url})
        answer = self.connections.one.getresponse()
        answer.read()
        with self.mutex:
            self.counts[answer.status] += 1

    def _run(self):
        begun = time.monotonic()
        with ThreadPoolExecutor(OPEN) as threads:
            number, sent = 0, []
            while not self.ended.wait(max(0, begun + number / self.rate - time.monotonic())):
                sent.append(threads.submit(self._sign_in, self.people[number % len(self.people)]))
                number += 1
        for one in sent:
            one.result()

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *failed):
        self.ended.set()
        self.thread.join()
        assert failed[0] or set(self.counts) <= {200, 429}, dict(self.counts)
