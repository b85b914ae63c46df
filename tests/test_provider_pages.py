"""docs/providers: a page for each preset in both languages, whose settings the gateway accepts."""

import re
import subprocess

import pytest

from harness.gateway import binary, environment
from harness.process import ROOT

PAGES = ROOT / "docs/providers"
NAMES = ("authentik", "google", "kakao", "keycloak", "naver", "oauth2", "oidc", "saml")


def page(name, language):
    return (PAGES / f"{name}{'.ko' if language == 'ko' else ''}.md").read_text()


def settings(text):
    """Its blocks of YAML that stand alone."""
    return [block for block in re.findall(r"^```yaml\n(.*?)^```", text, re.S | re.M)
            if block.startswith("login:")]


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_say_as_much(name):
    english, korean = page(name, "en"), page(name, "ko")
    for part in (r"^#+ ", r"^\|", r"^\d\. ", r"^```", r"/auth/callback", r"KOE\d+"):
        counts = [len(re.findall(part, text, re.M)) for text in (english, korean)]
        assert counts[0] == counts[1], (part, counts)
    for language, end in (("en", ".md"), ("ko", ".ko.md")):
        assert f"(providers/{name}{end})" in (ROOT / f"docs/login{end}").read_text(), language


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", [name for name in NAMES if name != "saml"])
def test_its_settings_are_accepted(name, language, build, tmp_path):
    blocks = settings(page(name, language))
    assert blocks and f"preset: {name}" in blocks[0]
    (tmp_path / "secret").write_text("a secret of the provider")
    for block in blocks:
        config = tmp_path / "caredian.yaml"
        config.write_text("public_url: https://home.example.org\n" +
                          re.sub(r"/etc/caredian/login\.[\w-]+", f"{tmp_path}/secret", block))
        done = subprocess.run([binary(build), "check-config", "--config", config],
                              capture_output=True, text=True, timeout=60, cwd=tmp_path,
                              env=environment({}))
        assert done.returncode == 0, done.stderr
