"""Certificates of this machine: an authority of a test's own, and what it signs for 127.0.0.1."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DAY: Final = timedelta(days=1)


class Authority:
    """Signs certificates. `file` is what a client has to trust."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = generate_private_key(SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of a test")])
        self._own = self._signed(self._name, self._key, 30 * DAY, x509.BasicConstraints(True, None))
        self.file: Final = folder / f"authority-{self._own.serial_number}.pem"
        self.file.write_bytes(self._own.public_bytes(Encoding.PEM))

    def server(self, good_for: timedelta = 10 * DAY, host: str = "127.0.0.1") -> ssl.SSLContext:
        """Return what a server of a host listens with; a certificate that is good for less than nothing has ended."""
        key = generate_private_key(SECP256R1())
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))])
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        signed = self._signed(subject, key, good_for, x509.BasicConstraints(False, None), names)
        file = self._folder / f"server-{signed.serial_number}.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(signed.public_bytes(Encoding.PEM) + private)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def stranger(self) -> "Authority":
        """Return another authority of the same name, whom nobody trusts."""
        return Authority(self._folder)

    def client(self) -> ssl.SSLContext:
        """Return what a client connects with that trusts this authority and nobody else."""
        return ssl.create_default_context(cafile=str(self.file))

    def _signed(
        self,
        subject: x509.Name,
        key: EllipticCurvePrivateKey,
        good_for: timedelta,
        *extensions: x509.ExtensionType,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        public, issuer = key.public_key(), self._key.public_key()
        made = x509.CertificateBuilder(
            issuer_name=self._name,
            subject_name=subject,
            public_key=public,
            serial_number=x509.random_serial_number(),
            not_valid_before=now - 30 * DAY,
            not_valid_after=now + good_for,
        )
        for extension in extensions:
            critical = isinstance(extension, x509.BasicConstraints)
            made = made.add_extension(extension, critical)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer)
        made = made.add_extension(identifier, critical=False)
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        return made.sign(self._key, SHA256())
