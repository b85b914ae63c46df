"""A small network of its own: namespaces on a bridge. Its addresses are this machine's alone."""

import os
import shutil
import subprocess

from .process import PATH


def missing():
    """Why there can be none here; None: there can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if not shutil.which("ip", path=PATH):
        return "ip (iproute2) is not installed"
    probe = f"cdp{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", probe], capture_output=True).returncode != 0:
        return "network namespaces cannot be made here"
    subprocess.run(["ip", "netns", "del", probe], capture_output=True)
    return None


def _ip(*arguments, check=True):
    return subprocess.run(["ip", *map(str, arguments)], check=check, capture_output=True)


class Network:
    """`servers` addresses on the outside; add() makes a namespace with an address of its own."""

    def __init__(self, servers):
        number = os.getpid() % 250
        self.mark = f"cd{os.getpid()}"
        self.prefix = f"10.77.{number}"
        self.network = f"{self.prefix}.0/24"
        self.spaces = []
        _ip("link", "add", self.mark, "type", "bridge")
        # The first is the tests' own: a namespace that is cut off from a server answers them.
        for i in range(-1, servers):
            _ip("addr", "add", f"{self.server(i)}/24", "dev", self.mark)
        _ip("link", "set", self.mark, "up")

    def server(self, number):
        return f"{self.prefix}.{number + 2}"

    def add(self):
        """(name of the namespace, its address)"""
        number = len(self.spaces)
        space, outside = f"{self.mark}n{number}", f"{self.mark}v{number}"
        address = f"{self.prefix}.{100 + number}"
        _ip("netns", "add", space)
        self.spaces.append(space)
        _ip("link", "add", outside, "type", "veth", "peer", "name", "eth0", "netns", space)
        _ip("link", "set", outside, "master", self.mark, "up")
        for words in (("link", "set", "lo", "up"), ("addr", "add", f"{address}/24", "dev", "eth0"),
                      ("link", "set", "eth0", "up")):
            _ip("-n", space, *words)
        return space, address

    def cut(self, space, server):
        """What the namespace sends there is lost, without a word."""
        _ip("-n", space, "route", "add", "blackhole", f"{self.server(server)}/32")

    def heal(self, space, server):
        _ip("-n", space, "route", "del", "blackhole", f"{self.server(server)}/32")

    def close(self):
        for space in self.spaces:
            _ip("netns", "del", space, check=False)
        _ip("link", "del", self.mark, check=False)
