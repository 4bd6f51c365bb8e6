"""Regular files -> bytes -> text: nothing else is opened, and text may come in any encoding."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from pathlib import Path
from typing import BinaryIO

CONTROL = bytes([*range(9), *range(14, 27), *range(28, 32)])  # signs of no text file
LETTER = re.compile(r"[^\W_]")  # or a digit
MANY = 0.01  # share of such signs that a text with a slip or two does not reach
HEAD = 65_536  # signs of a text in which they are sought
# Bytes of a file, and of a table in memory: 20 times the largest corpus that this was tried with,
# and what a machine of 16 GB still measures. A Parquet file of some kilobytes may hold far more.
LARGEST = 2_000_000_000
# Encodings in which texts are still saved; of all 90 that Python knows, many fit any bytes.
ENCODINGS = [
    "cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256", "shift_jis",
    "gb18030", "big5", "euc_kr", "euc_jp", "mac_roman",
]  # fmt: skip
SYMBOLS = re.compile(
    "[^\\W\\d_]{2}[³¹¿£¥¼¾±¶§]"
)  # at the end of a word: it is not Western European
SAME_CHAOS = 0.01  # of charset-normalizer's measure: within it, two encodings fit equally well


def open_regular(file: str | Path) -> BinaryIO:
    """Open a regular file to read; never waits for a pipe or reads a device.

    Raises OSError as `open` does, ValueError for anything but a regular file.
    """

    def at_once(name: str, flags: int) -> int:
        return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))

    stream = open(file, "rb", opener=at_once)  # noqa: SIM115
    if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        return stream
    stream.close()
    raise ValueError("is no regular file")


def read_bytes(file: str | Path) -> bytes:
    """Content of a regular file; raises as `open_regular` does, and above LARGEST bytes."""
    with open_regular(file) as stream:
        size = os.fstat(stream.fileno()).st_size
        if size > LARGEST:
            raise ValueError(f"is too large ({size:,} bytes, at most {LARGEST:,} are read)")
        return stream.read(size)  # and no more: some files of /proc never end


def file_sha256(file: str | Path) -> str:
    """SHA-256 of a regular file; raises as `open_regular` does."""
    with open_regular(file) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def unreadable(error: OSError) -> str:
    """Why a file cannot be read, in a few words."""
    return f"cannot be read ({(error.strerror or type(error).__name__).lower()})"


def decoded(data: bytes) -> tuple[str, str]:
    r"""Bytes of a text file as text with plain line ends, and the name of the encoding.

    UTF-8 where it fits, UTF-16 and UTF-32 by their mark or their zero bytes, else the encoding that
    charset-normalizer finds most likely.

    >>> decoded("Le café d’été".encode("cp1252"))
    ('Le café d’été', 'cp1252')
    """
    marks = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16",
             b"\xfe\xff": "utf-16"}  # fmt: skip
    wide = next((name for mark, name in marks.items() if data.startswith(mark)), "")
    if not wide and b"\0" in data:
        wide = _unmarked(data[:HEAD])
    try:
        return plain_ends(data.decode(wide or "utf-8")), wide or "utf-8"
    except UnicodeDecodeError as error:
        if wide:
            sign = f"byte {error.start} is 0x{data[error.start]:02x}"
            raise ValueError(f"is not {wide.upper()} text ({sign}); save it as UTF-8") from None
    name = _likely(data)
    return plain_ends(data.decode(name, "replace")), name


def _unmarked(data: bytes) -> str:
    """UTF-16 without its mark: nearly every other byte of Western text is zero."""
    half = len(data) // 2
    for name, zeros in (("utf-16-le", data[1::2]), ("utf-16-be", data[::2])):
        if half > 8 and zeros.count(0) > 0.8 * half and data.count(0) == zeros.count(0):
            return name
    raise ValueError("is not a text file (it holds zero bytes)")


def _likely(data: bytes) -> str:
    """The encoding of bytes that are not UTF-8: Windows-1252 where another fits no better."""
    from charset_normalizer import from_bytes

    high = data
    if len(data) > HEAD:  # of a long text only the words that tell: all of it would take minutes
        high = b" ".join(word for word in data.split() if not word.isascii())[:HEAD]
    found: dict[str, float] = {}  # best first
    for match in from_bytes(high, cp_isolation=ENCODINGS):
        for name in (match.encoding, *match.could_be_from_charset):
            found.setdefault(name, match.chaos)
    western = high.decode("cp1252", "replace")
    if SYMBOLS.search(western):
        found = {name: chaos for name, chaos in found.items()
                 if high.decode(name, "replace") != western}  # fmt: skip
    least = min(found.values(), default=0)
    if not found or found.get("cp1252", 1) <= least + SAME_CHAOS:
        return "cp1252"
    return min(found, key=found.get)


def plain_ends(text: str) -> str:
    """A text with plain line ends and without a byte-order mark."""
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def check_text(text: str) -> str:
    """The same text; raises ValueError where it holds nothing to read."""
    if not LETTER.search(text):
        raise ValueError("holds no letter and no digit" if text.strip() else "is empty")
    head = text[:HEAD].encode("utf-8", "surrogatepass")
    kept = head.translate(None, CONTROL)
    if len(head) - len(kept) > MANY * len(text[:HEAD]):
        raise ValueError("is not a text file (it holds control characters)")
    return text
