"""Runs the phases of ./test and sums them up. Standard library only."""

import argparse
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as xml
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
REPORTS = CACHE / "reports"
TERMINAL = sys.stderr.isatty()
BEGUN = time.monotonic()
# In the words of tests/harness (gateway.py, process.py).
FAULT = re.compile(r"a sanitizer spoke|ended with -?\d+|did not stop in ")


def say(text=""):
    print(text, file=sys.stderr, flush=True)


@dataclass
class Sum:
    """What came of all tests so far."""
    passed: int = 0
    failed: list = field(default_factory=list)    # names
    skipped: list = field(default_factory=list)   # (name, reason)
    alone: list = field(default_factory=list)     # names: failed beside others, passed alone
    phases: list = field(default_factory=list)    # (name, seconds, outcome)

    def add_junit(self, path):
        """Counts a JUnit report; ctest, pytest and vitest all write one."""
        tree = xml.parse(path)
        for case in tree.iter("testcase"):
            suite = case.get("classname") or ""
            name = case.get("name") or "?"
            if suite and suite != name:
                name = f"{suite}: {name}"
            skipped = case.find("skipped")
            if case.find("failure") is not None or case.find("error") is not None:
                self.failed.append(name)
            elif skipped is not None or case.get("status") in ("notrun", "disabled"):
                reason = skipped.get("message") if skipped is not None else ""
                self.skipped.append((name, reason or case.get("status") or ""))
            else:
                self.passed += 1


class Ended(Exception):
    """A signal asked us to stop."""


class Runner:
    """Runs commands, each in a session of its own that never outlives its time or this program."""

    def __init__(self):
        self.children = []
        signal.signal(signal.SIGTERM, self._signal)
        signal.signal(signal.SIGHUP, self._signal)

    def _signal(self, *_):
        for number in (signal.SIGTERM, signal.SIGHUP):  # a second one must not end the ending
            signal.signal(number, signal.SIG_IGN)
        raise Ended

    def spawn(self, command, **arguments):
        child = subprocess.Popen([str(part) for part in command], cwd=ROOT,
                                 stdin=subprocess.DEVNULL, start_new_session=True, **arguments)
        self.children.append(child)
        return child

    def end(self, child):
        """The whole session of this child: TERM, five seconds, KILL."""
        for number, patience in ((signal.SIGTERM, 5), (signal.SIGKILL, 5)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(patience)
                break
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)  # what it left behind

    def end_all(self):
        for child in self.children:
            self.end(child)

    def run(self, name, command, limit, progress=None, env=None):
        """The exit code, or None when `limit` seconds were over. Output goes to .cache/NAME.log and
        through `progress` (line → text to show, or None)."""
        log = CACHE / f"{name}.log"
        begun = time.monotonic()
        child = self.spawn(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           env={**os.environ, **(env or {})})
        over = threading.Event()

        def watch():
            if not over.wait(limit):
                self.end(child)
        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        shown = time.monotonic()
        with open(log, "wb") as out:
            for raw in child.stdout:
                out.write(raw)
                out.flush()
                text = progress(raw.decode("utf-8", "replace").rstrip()) if progress else None
                now = time.monotonic()
                if text and (TERMINAL or now - shown > 15):
                    shown = now
                    print(f"\r\033[K      {text}" if TERMINAL else f"      {text}",
                          end="" if TERMINAL else "\n", file=sys.stderr, flush=True)
        code = child.wait()
        over.set()
        if TERMINAL:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
        return None if time.monotonic() - begun >= limit and code != 0 else code


class Suite:
    def __init__(self, arguments):
        self.arguments = arguments
        self.runner = Runner()
        self.sum = Sum()

    def phase(self, name, command, limit, report=None, progress=None, env=None, needed=False):
        """One phase. With a `report` its tests are counted; without, the phase is one test."""
        say(f"[{name}] {time.monotonic() - BEGUN + self.arguments.setup_seconds:4.0f} s")
        label = re.sub(r"\W+", "-", name)
        if report:
            report.unlink(missing_ok=True)
        begun = time.monotonic()
        code = self.runner.run(label, command, limit, progress, env)
        seconds = time.monotonic() - begun
        before = len(self.sum.failed)
        if report and report.exists():
            self.sum.add_junit(report)
        elif not report and code == 0:
            self.sum.passed += 1
        outcome = "ok" if code == 0 else f"not done in {limit} s" if code is None else f"exit {code}"
        if code != 0:
            if len(self.sum.failed) == before:  # it failed as a whole, not by a test of its own
                self.sum.failed.append(f"{name} ({outcome})")
            self.show_tail(label)
        self.sum.phases.append((name, seconds, outcome))
        return code == 0

    @staticmethod
    def show_tail(label, lines=60):
        log = CACHE / f"{label}.log"
        for line in log.read_text("utf-8", "replace").splitlines()[-lines:]:
            say(f"      {line}")
        say(f"      (all of it: .cache/{label}.log)")

    def not_run(self, names, why):
        for name in names:
            self.sum.failed.append(f"{name} (not run: {why})")

    # the phases

    def build(self, preset, limit=2400, targets=()):
        def progress(line):
            return line.strip() if re.match(r"\s+\w+: \d+ of \d+", line) else None
        return self.phase(f"build {preset}", ["scripts/build", preset, *targets], limit,
                          progress=progress)

    def unit_tests(self, preset, jobs=2):
        def progress(line):
            found = re.match(r"\s*(\d+)/(\d+) Test", line)
            return f"{found[1]} of {found[2]} unit tests" if found else None
        report = REPORTS / f"ctest-{preset}.xml"
        return self.phase(
            f"unit tests and corpora, {preset}",
            ["ctest", "--test-dir", f"build/{preset}", "-j", str(jobs), "--output-junit", report,
             "--timeout", "180", "--no-tests=error", "--output-on-failure"],
            1200, report, progress,
            {"ASAN_OPTIONS": "detect_leaks=1", "UBSAN_OPTIONS": "print_stacktrace=1"})

    def end_to_end(self, name, limit, *options, workers=None):
        """The tests in `workers` processes, a file always in one; None: one more than there are
        processors, for much of the time is waiting. 0: here, one after the other."""
        if workers is None:
            workers = len(os.sched_getaffinity(0)) + 1

        def progress(line):
            percent, test = re.search(r"\[\s*(\d+)%\]", line), re.search(r"\w+\.py::\S+", line)
            return f"{percent[1]} %, {test[0]}" if percent and test else None
        report = REPORTS / f"{re.sub(r'[^a-z0-9]+', '-', name)}.xml"
        command = [CACHE / "venv/bin/python", "-m", "pytest", "tests", "-v",
                   f"--junitxml={report}", "-o", f"cache_dir={CACHE / 'pytest'}", *options]
        before = len(self.sum.failed)
        done = self.phase(name, [*command, "-n", workers, "--dist", "loadfile"], limit, report,
                          progress)
        if workers and not done and report.exists():
            self.once_more_alone(name, [*command, "-n", 0, "--lf", "--lfnf=none"], report, before)
        return done

    def once_more_alone(self, name, command, report, before):
        """A few that failed while the processors were full are run once more by themselves. Who
        passes then is named, for it is not steady, but has not failed. What a sanitizer has seen,
        and a program that crashed or did not stop, is a fault whenever it shows."""
        failed = set(self.sum.failed[before:])
        if not 0 < len(failed) <= 10 or FAULT.search(report.read_text("utf-8", "replace")):
            return
        say(f"[{name}] {len(failed)} once more, alone")
        report.unlink(missing_ok=True)
        self.runner.run(re.sub(r"\W+", "-", name) + "-alone", command, 600)
        again = Sum()
        if report.exists():
            again.add_junit(report)
        if again.passed + len(set(again.failed)) < len(failed):
            return  # not all of them ran
        self.sum.alone += sorted(failed - set(again.failed))
        self.sum.passed += len(failed - set(again.failed))
        self.sum.failed[before:] = sorted(failed & set(again.failed))

    def format(self):
        if not shutil.which("clang-format-19"):
            self.sum.skipped.append(("source format", "clang-format-19 is not installed"))
            return
        self.phase("source format", ["scripts/lint", "--format"], 120)

    def fuzzers(self):
        if not self.build("fuzz", targets=["fuzzers"]):
            return
        programs = sorted(path for path in (ROOT / "build/fuzz").rglob("fuzz_*")
                          if path.is_file() and os.access(path, os.X_OK))
        for program in programs:
            kind = program.name.removeprefix("fuzz_")
            found = CACHE / "fuzz" / kind  # what it finds on its way is not put into the tree
            found.mkdir(parents=True, exist_ok=True)
            self.phase(f"fuzz {kind}", [
                program, f"-max_total_time={self.arguments.fuzz_seconds}", "-rss_limit_mb=2048",
                "-timeout=10", f"-artifact_prefix={found}/crash-", found,
                ROOT / "fuzz/corpus" / kind], self.arguments.fuzz_seconds + 120)

    def all(self):
        if self.build("clang", 3000):
            self.unit_tests("clang")
        if self.build("tsan", 3000):
            self.unit_tests("tsan")
            self.end_to_end("end to end, tsan", 2400, "--build", "tsan", "-m", "not bench",
                            "--ignore=tests/web")
        self.fuzzers()
        self.phase("clang-tidy", ["scripts/lint", "--tidy"], 5400)

    def run(self):
        select = ["-k", self.arguments.k] if self.arguments.k else []
        home_assistant = None
        if not self.arguments.fast:
            # Downloads mostly: beside the compiler, which needs the processors.
            home_assistant = self.runner.spawn(
                ["nice", "scripts/setup", "home-assistant"], stdout=subprocess.DEVNULL,
                stderr=open(CACHE / "home-assistant.log", "wb"))
        console = self.phase("console", ["scripts/console", "build"], 900)
        self.phase("console unit tests", ["scripts/console", "test", "--reporter=junit",
                                          f"--outputFile={REPORTS / 'vitest.xml'}"],
                   300, REPORTS / "vitest.xml")
        for what, folder in [("other brokers", "tests/brokers"),
                             ("Zigbee converters", "tests/converters"),
                             ("a certified provider", "tests/providers")]:
            self.phase(f"{what} (npm)", ["scripts/console", "modules", folder], 600)
        built = console and self.build("dev")
        if built:
            self.unit_tests("dev")
        else:
            self.not_run(["unit tests", "end to end"], "no build")
        self.format()
        if not self.arguments.fast and built:
            released = self.build("release", 1200)
            self.wait_home_assistant(home_assistant)
            self.end_to_end("end to end", 3000, "-m", "not bench", *select)
            if released:
                self.end_to_end("measures", 600, "-m", "bench", *select, workers=0)
        if self.arguments.all and built:
            self.all()

    def wait_home_assistant(self, child):
        if child is None:
            return
        if child.poll() is None:
            say("[Home Assistant] waiting for pip")
        try:
            code = child.wait(900)
        except subprocess.TimeoutExpired:
            self.runner.end(child)
            code = "no end in 900 s"
        if code != 0:
            # No Python 3.11 or no PyPI: its tests are listed as skipped by name.
            say(f"      Home Assistant could not be installed ({code}): see .cache/venv-ha.log")

    def report(self):
        total = time.monotonic() - BEGUN + self.arguments.setup_seconds
        say()
        say(f"setup {self.arguments.setup_seconds} s · " + " · ".join(
            f"{name} {seconds:.0f} s" for name, seconds, _ in self.sum.phases)
            + f" · together {total / 60:.1f} min")
        for name, reason in self.sum.skipped:
            say(f"skipped: {name}" + (f" ({reason})" if reason else ""))
        for name in self.sum.alone:
            say(f"passed alone, failed beside others: {name}")
        for name in self.sum.failed:
            say(f"FAILED: {name}")
        line = f"{self.sum.passed} passed, {len(self.sum.failed)} failed"
        if self.sum.skipped:
            line += f", {len(self.sum.skipped)} skipped"
        sys.stderr.flush()
        print(line, flush=True)
        return 1 if self.sum.failed or not self.sum.passed else 0


def main():
    parser = argparse.ArgumentParser(prog="./test")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("-k", metavar="TEXT")
    parser.add_argument("--fuzz-seconds", type=int, default=60)
    parser.add_argument("--setup-seconds", type=int, default=0, help=argparse.SUPPRESS)
    suite = Suite(parser.parse_args())
    REPORTS.mkdir(parents=True, exist_ok=True)
    try:
        suite.run()
    except (KeyboardInterrupt, Ended):
        say("\nstopped")
        suite.sum.failed.append("the run itself (stopped)")
    finally:
        suite.runner.end_all()
    return suite.report()


if __name__ == "__main__":
    sys.exit(main())
