"""What every file of the repository keeps to."""

import json
import re
import subprocess

import pytest

from harness.process import ROOT


def files(*patterns):
    """Tracked and new files, without what .gitignore names."""
    try:
        out = subprocess.run(
            ["git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard",
             *patterns], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is no git checkout")
    return [ROOT / name for name in out.splitlines() if (ROOT / name).is_file()]


def texts(*patterns):
    for path in files(*patterns):
        data = path.read_bytes()
        if b"\x00" not in data[:8000] and "corpus" not in path.parts:
            yield path, data.decode("utf-8", "replace")


def hits(pattern, *patterns, skip=()):
    expression = re.compile(pattern)
    return [f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
            for path, text in texts(*patterns) if path.name not in skip
            for number, line in enumerate(text.splitlines(), 1) if expression.search(line)]


HERE = "test_files.py"


def test_nothing_is_left_for_later_without_a_name():
    """An open end is an issue, named by its number; never a bare mark in the code."""
    bare = hits(r"\b(TODO|FIXME|XXX|HACK)\b(?!.*#\d+)", "src", "tools", "web/src", "tests", "bench",
                "fuzz", "scripts", "cmake", skip=(HERE,))
    assert not bare, "\n".join(bare)


def test_sentences_that_the_console_translates_are_said():
    """By their words, so they must be the gateway's own."""
    source = "".join(text for path, text in texts("src") if path.suffix == ".cpp")
    source = re.sub(r'"\s*\n\s*"', "", source).replace('\\"', '"')  # as the compiler joins them
    for name in ("account-errors", "people-errors", "access-answer", "enrolment"):
        text = (ROOT / f"web/src/model/{name}.ts").read_text()
        known = [one or two for one, two in re.findall(r"""^  (?:'(.+)'|"(.+)"): '""", text, re.M)]
        assert len(known) >= 8, name
        missing = [sentence for sentence in known if f'{sentence}"' not in source]
        assert not missing, (name, missing)


def test_every_event_of_the_audit_has_words():
    """In both languages, and a place in the filter of the audit's page."""
    header = (ROOT / "src/guard/audit.h").read_text()
    events = header.split("enum class AuditEvent {")[1].split("};")[0]
    names = re.findall(r"^\s+(\w+),?", re.sub(r"//.*", "", events), re.M)
    assert len(names) >= 33
    words = (ROOT / "web/src/words/audit.ts").read_text()
    said = dict(re.findall(r"^  'audit\.event\.(\w+)': \['[^']*[가-힣][^']*', ('[^']*[a-z][^']*')\],", words, re.M))
    assert not [name for name in names if name not in said]
    groups = (ROOT / "web/src/model/audit.ts").read_text().split("eventGroups = {")[1].split("} as const")[0]
    listed = re.findall(r"'(\w+)'", groups)
    assert sorted(listed) == sorted(names), set(listed) ^ set(names)


def test_no_sort_that_clang_refuses():
    """g++ 12's library uses what it declares deprecated itself: an error with clang 19."""
    found = hits(r"\b(stable_sort|stable_partition|inplace_merge)\(", "src", "tools", "fuzz", "bench")
    assert not found, "\n".join(found)


def test_no_path_of_one_machine():
    roots = "|".join(("home/[a-z]+", "Users", "root", "work"))
    found = hits(rf"((?<![a-z])/({roots})/|[A-Z]:\\\\Users)", skip=(HERE,))
    allowed = ("/home/pi/", "/home/caredian/")
    found = [hit for hit in found if not any(word in hit for word in allowed)]
    assert not found, "\n".join(found)


def test_lock_files_name_no_download_address():
    for path in files("*package-lock.json"):
        lock = json.loads(path.read_text())
        named = [name for name, entry in lock.get("packages", {}).items()
                 if re.match(r"https?://", entry.get("resolved", ""))]
        assert not named, f"{path}: {named[:5]} (npm: omit-lockfile-registry-resolved)"
    assert not hits(r"^\s*(--)?(extra-)?index-url|^\s*--find-links", "*requirements*.txt")


def test_python_packages_are_pinned():
    loose = hits(r"^[A-Za-z][\w.-]*\s*$|>=", "*requirements*.txt")
    assert not loose, "\n".join(loose)


def test_lines_and_sizes():
    """Lines within 100 columns (but texts that cannot be broken); files with one reason to exist."""
    long = [f"{path.relative_to(ROOT)}:{number}" for path, text in texts("src", "tools", "fuzz")
            if path.suffix in (".h", ".cpp")
            for number, line in enumerate(text.splitlines(), 1)
            if len(line) > 100 and not (path.stem in ("console", "config_docs") or '"' in line and line.isascii() is False)]
    assert not long, "\n".join(long[:20])
    big = [str(path.relative_to(ROOT)) for path, text in texts("src", "tools", "tests")
           if path.suffix in (".h", ".cpp", ".py") and text.count("\n") > 350]
    assert not big, f"more than 350 lines: {big}"


def test_headers_begin_with_what_they_are_for_and_are_read_once():
    bad = []
    for path, text in texts("src"):
        if path.suffix == ".h":
            if not text.startswith("//"):
                bad.append(f"{path.relative_to(ROOT)}: no comment at its head")
            if "#pragma once" not in text:
                bad.append(f"{path.relative_to(ROOT)}: no #pragma once")
    assert not bad, "\n".join(bad)


def test_text_files_end_well():
    bad = [str(path.relative_to(ROOT)) for path, text in texts()
           if text and (not text.endswith("\n") or "\r\n" in text)
           and path.suffix in (".h", ".cpp", ".py", ".ts", ".md", ".cmake", ".yaml", ".txt")]
    assert not bad, bad


def test_the_documents_link_to_files_that_are_there():
    broken = []
    for path, text in texts("*.md"):
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text):
            if not (path.parent / target).exists() and not target.startswith("/"):
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    assert not broken, "\n".join(broken)


def test_shell_scripts_parse():
    for path, text in texts():
        if text.startswith(("#!/bin/bash", "#!/bin/sh")):
            done = subprocess.run(["bash", "-n", path], capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            assert path.stat().st_mode & 0o100, f"{path} is not executable"
