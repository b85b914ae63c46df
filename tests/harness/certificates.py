"""Certificates for tests, made by openssl: one authority, servers and clients under it."""

import subprocess
from pathlib import Path


def _openssl(*arguments, cwd):
    subprocess.run(["openssl", *arguments], cwd=cwd, check=True, capture_output=True)


class Authority:
    """A certificate authority in a folder. Keys are EC P-256, valid for a month."""

    def __init__(self, folder, name="CareDian test authority"):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.certificate = self.folder / "ca.crt"
        self.key = self.folder / "ca.key"
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                 "-nodes", "-days", "30", "-subj", f"/CN={name}",
                 "-keyout", self.key, "-out", self.certificate, cwd=self.folder)

    def issue(self, name, subject_alternative="DNS:localhost,IP:127.0.0.1", days=30):
        """(certificate, key) as PEM files. `days` = -1 gives one that has expired."""
        key, request, certificate, extensions = (
            self.folder / f"{name}.{suffix}" for suffix in ("key", "csr", "crt", "ext"))
        _openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                 "-subj", f"/CN={name}", "-keyout", key, "-out", request, cwd=self.folder)
        extensions.write_text(f"subjectAltName={subject_alternative}\n" if subject_alternative
                              else "basicConstraints=CA:FALSE\n")
        _openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key,
                 "-CAcreateserial", "-days", str(days), "-extfile", extensions,
                 "-out", certificate, cwd=self.folder)
        return certificate, key
