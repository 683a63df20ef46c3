"""The node's own small authority: it certifies the name under which the node's pages are reached."""

import ipaddress
import os
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_CERTIFICATE, AUTHORITY_KEY = "authority.pem", "authority.key"
CERTIFICATE, KEY = "node-tls.pem", "node-tls.key"
AUTHORITY_DAYS = 3650
CERTIFICATE_DAYS = 397  # the longest that browsers accept


def certify(keys: Path, code: str, host: str, at: datetime) -> None:
    """Make the authority and the node's certificate for `host` in the folder `keys`.

    The offices' PCs install `authority.pem` once; afterwards the certificate can be renewed without touching them.
    """
    authority_key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Mabar {code}")])
    authority = _authority(name, authority_key, at)
    _write_key(keys / AUTHORITY_KEY, authority_key)
    _write_certificate(keys / AUTHORITY_CERTIFICATE, authority)
    renew_with_new_key(keys, host, at)


def renew(keys: Path, host: str, at: datetime) -> None:
    """Make a new certificate for `host` and the key that the node has, to which its partners hold it."""
    _certify(keys, _elliptic(keys / KEY), host, at)


def renew_with_new_key(keys: Path, host: str, at: datetime) -> None:
    """Make a new key and its certificate for `host`; partners know it only by a new descriptor."""
    key = ec.generate_private_key(ec.SECP256R1())
    _write_key(keys / KEY, key)
    _certify(keys, key, host, at)


def _certify(keys: Path, key: ec.EllipticCurvePrivateKey, host: str, at: datetime) -> None:
    authority = x509.load_pem_x509_certificate((keys / AUTHORITY_CERTIFICATE).read_bytes())
    certificate = _leaf(authority.subject, _elliptic(keys / AUTHORITY_KEY), key, host, at)
    _write_certificate(keys / CERTIFICATE, certificate)


def _elliptic(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path.name} is not an elliptic curve key")
    return key


def expires_at(keys: Path) -> datetime:
    """Give the end of the node's certificate."""
    return x509.load_pem_x509_certificate((keys / CERTIFICATE).read_bytes()).not_valid_after_utc


def _authority(name: x509.Name, key: ec.EllipticCurvePrivateKey, at: datetime) -> x509.Certificate:
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    return (
        _builder(name, name, key.public_key(), at, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _leaf(
    issuer: x509.Name, signer: ec.EllipticCurvePrivateKey, key: ec.EllipticCurvePrivateKey, host: str, at: datetime
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    authority_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    return (
        _builder(subject, issuer, key.public_key(), at, CERTIFICATE_DAYS)
        .add_extension(x509.SubjectAlternativeName([_general_name(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(authority_id, critical=False)
        .sign(signer, hashes.SHA256())
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, at: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(hours=1))  # the office's clock may be behind the node's
        .not_valid_after(at + timedelta(days=days))
    )


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(pem)


def _write_certificate(path: Path, certificate: x509.Certificate) -> None:
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
