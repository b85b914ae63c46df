"""An authenticator app: codes of RFC 6238 from the secret that the gateway showed."""

import base64
import hashlib
import hmac
import struct
import time


def code(secret, step=0):
    """The code of `secret` (base32), `step` steps of 30 s from now."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int(time.time()) // 30 + step)
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at:at + 4])[0] & 0x7fffffff
    return f"{number % 1_000_000:06d}"


class App:
    """Gives each step's code once, as the gateway takes it once: one step ahead when it must."""

    def __init__(self, secret):
        self.secret = secret
        self.last = 0

    def next(self, timeout=60):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            now = int(time.time()) // 30
            step = max(now - 1, self.last + 1)
            if step <= now + 1:
                self.last = step
                return code(self.secret, step - now)
            time.sleep(0.2)
        raise AssertionError("no code that was not used")
