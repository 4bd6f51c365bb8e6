"""Zip files that are the same bytes for the same content, and are read without trust."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import zipfile
import zlib
from pathlib import Path

# What a bundle may hold; whatever else is in one is not unpacked but refused.
NAMES = re.compile(
    r"bundle\.json|README\.txt|requirements\.lock|files/[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}"
    r"|tables/[a-z0-9_-]+\.csv|corpus/[a-z_]+\.(?:csv|yml|txt)|corpus/measures/(?:tone/)?[a-z_]+\.(?:parquet|json)"
)
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first time that a zip can tell
MEMBERS = 200
SIZE = 16 * 10**9  # bytes, unpacked: measures of some ten gigabytes of text
RATIO, LARGE = 200, 10**7  # times smaller than unpacked, of members of at least LARGE bytes
LINK = 0xA  # upper bits of a member's mode that make it a symbolic link
CHUNK = 1 << 20


def write_archive(file: Path, members: dict[str, Path | bytes]) -> Path:
    """Write members (names to files or contents) into a zip file, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.part")
    try:
        with zipfile.ZipFile(partial, "w", allowZip64=True) as archive:
            for name, content in sorted(members.items()):
                info = zipfile.ZipInfo(name, LONG_AGO)
                info.create_system, info.external_attr = 3, 0o100644 << 16
                packed = name.endswith(".parquet")  # which is packed already
                info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
                if isinstance(content, bytes):
                    archive.writestr(info, content)
                    continue
                info.file_size = content.stat().st_size
                with content.open("rb") as source, archive.open(info, "w") as target:
                    shutil.copyfileobj(source, target, CHUNK)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    return file


def read_archive(file: Path, folder: Path) -> Path:
    """Unpack a bundle into a folder that is not there yet, all of it or nothing.

    Raises
    ------
    ValueError
        If the file is no zip file or broken, or holds anything that a bundle does not: a name that
        leads elsewhere, a link, a name twice, too many or too large members, an encrypted one.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=".unpack-", dir=folder.parent))
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
            if wrong := _mistakes(infos):
                raise ValueError(f"bundle {str(file)!r} is refused: {'; '.join(wrong[:5])}")
            for info in infos:
                target = partial / info.filename
                target.parent.mkdir(parents=True, exist_ok=True)
                _unpack(archive, info, target)
        partial.replace(folder)
    except FileNotFoundError:
        raise ValueError(f"bundle {str(file)!r} is not there") from None
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error) as error:
        raise ValueError(f"bundle {str(file)!r} is no sound zip file: {error}") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def _mistakes(infos: list[zipfile.ZipInfo]) -> list[str]:
    names = [info.filename for info in infos]
    found = [f"{name!r} has no place in a bundle" for name in names if not NAMES.fullmatch(name)]
    found += [
        f"{name!r} is there twice" for name in sorted({n for n in names if names.count(n) > 1})
    ]
    if len(infos) > MEMBERS:
        return [f"{len(infos)} members, at most {MEMBERS} are allowed"]
    total = sum(info.file_size for info in infos)
    if total > SIZE:
        found.append(f"{total:,} bytes unpacked, at most {SIZE:,} are allowed")
    for info in infos:
        if info.external_attr >> 28 == LINK:
            found.append(f"{info.filename!r} is a link")
        if info.flag_bits & 1:
            found.append(f"{info.filename!r} is encrypted")
        if info.file_size > max(LARGE, RATIO * info.compress_size):
            found.append(f"{info.filename!r} would unpack to {info.file_size:,} bytes")
    return found


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> None:
    """Write one member, never more of it than it said it would be."""
    left = info.file_size
    with archive.open(info) as source, target.open("xb") as file:
        while chunk := source.read(min(CHUNK, left + 1)):
            left -= len(chunk)
            if left < 0:
                raise zipfile.BadZipFile(f"{info.filename!r} is larger than it says")
            file.write(chunk)


def sha256_of(content: Path | bytes) -> str:
    """Hash of a file or of bytes."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
