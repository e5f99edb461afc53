"""The encrypted form of a backup.

    magic     b"saan-backup\\n"      12 bytes
    version   1                      1 byte
    salt      random                 32 bytes
    check     of the key             16 bytes
    chunks    each 64 KiB of the plain bytes (the last one may be shorter) and a tag of 16 bytes, AES-256-GCM

Key and check are drawn from SAAN_BACKUP_KEY and the salt by HKDF-SHA256, so that each file has a key of its own. The
nonce of a chunk is its number (11 bytes) and whether it is the last (1 byte): a byte that is changed, a chunk that is
lost, repeated or moved, and an end that is missing are found. The construction is STREAM (Hoang, Reyhanitabar,
Rogaway, Vizár: Online authenticated-encryption and its nonce-reuse misuse-resistance, 2015), as age uses it.
"""

import hmac
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"saan-backup\n"
VERSION = 1
SALT_BYTES = 32
CHECK_BYTES = 16
KEY_BYTES = 32
TAG_BYTES = 16
CHUNK_BYTES = 64 * 1024
DAMAGED = "it is damaged or cut short; fetch the file again, or take an older backup"


class BackupProblem(Exception):
    """A backup cannot be written, read or used; the message is one line with the remedy."""


class SealedWriter:
    """Encrypts what is written to it into `file`; `close` writes the end, without which nothing can be read."""

    def __init__(self, file: BinaryIO, secret: bytes) -> None:
        salt = os.urandom(SALT_BYTES)
        key, check = _keys(secret, salt)
        self._file, self._cipher, self._plain, self._number = file, AESGCM(key), bytearray(), 0
        file.write(MAGIC + bytes([VERSION]) + salt + check)

    def write(self, content: bytes) -> None:
        """Add plain bytes."""
        self._plain += content
        while len(self._plain) > CHUNK_BYTES:  # the last chunk stays back until it is known to be the last
            self._seal(bytes(self._plain[:CHUNK_BYTES]), last=False)
            del self._plain[:CHUNK_BYTES]

    def close(self) -> None:
        """Write the last chunk; the file itself stays open."""
        self._seal(bytes(self._plain), last=True)

    def _seal(self, plain: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last=last), plain, None))
        self._number += 1


class SealedReader:
    """Gives the plain bytes of a sealed file, each verified. Raises BackupProblem."""

    def __init__(self, file: BinaryIO, secret: bytes) -> None:
        head = file.read(len(MAGIC) + 1)
        if head[: len(MAGIC)] != MAGIC:
            raise BackupProblem("it is no backup of Saan; name a file that `saan backup` wrote")
        if head[len(MAGIC) :] != bytes([VERSION]):
            raise BackupProblem("a newer version of Saan wrote it; install that version and try again")
        salt, check = file.read(SALT_BYTES), file.read(CHECK_BYTES)
        key, wanted = _keys(secret, salt)
        if len(check) < CHECK_BYTES:
            raise BackupProblem(DAMAGED)
        if not hmac.compare_digest(check, wanted):
            raise BackupProblem("it was made with another key; set SAAN_BACKUP_KEY to the one of that time")
        self._file, self._cipher, self._number = file, AESGCM(key), 0
        self._plain = bytearray()
        self._ahead = file.read(CHUNK_BYTES + TAG_BYTES)
        self._ended = False

    def read(self, size: int) -> bytes:
        """Exactly `size` bytes; a backup that ends before is no whole one."""
        while len(self._plain) < size:
            if self._ended:
                raise BackupProblem(DAMAGED)
            self._plain += self._open()
        content = bytes(self._plain[:size])
        del self._plain[:size]
        return content

    def at_end(self) -> bool:
        """Whether nothing follows, and the end is the true one."""
        while not self._plain and not self._ended:
            self._plain += self._open()
        return not self._plain

    def _open(self) -> bytes:
        chunk, self._ahead = self._ahead, self._file.read(CHUNK_BYTES + TAG_BYTES)
        self._ended = not self._ahead
        try:
            plain = self._cipher.decrypt(_nonce(self._number, last=self._ended), chunk, None)
        except InvalidTag:
            raise BackupProblem(DAMAGED) from None
        self._number += 1
        return plain


def _keys(secret: bytes, salt: bytes) -> tuple[bytes, bytes]:
    derived = HKDF(SHA256(), KEY_BYTES + CHECK_BYTES, salt, b"saan backup 1").derive(secret)
    return derived[:KEY_BYTES], derived[KEY_BYTES:]


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
