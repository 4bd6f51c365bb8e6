"""E-mail and pages saved as one file (MIME) -> text and facts, by Python's own library."""

from __future__ import annotations

import contextlib
import email
import email.policy
import email.utils
import re

from crosscurrents.readers.blocks import html_text
from crosscurrents.readers.pages import read_page

HEADER = re.compile(rb"(?im)^(from|to|subject|date|mime-version|message-id|received|return-path):")
FIELD = re.compile(rb"[A-Za-z][\w-]*:[ \t]")


def is_mail(head: bytes) -> bool:
    """Whether a file begins with the header of a message: three fields that messages have.

    >>> is_mail(b"From: a@b.example\\nDate: Mon, 1 Jan 2024\\nSubject: Rain\\n\\nIt rained.")
    True
    """
    header = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    first = header.removeprefix(b"\xef\xbb\xbf").lstrip()
    names = {name.lower() for name in HEADER.findall(header)}
    return bool(FIELD.match(first)) and len(names) >= 3


def read_mail(data: bytes) -> tuple[str, dict[str, str], bool]:
    """Text of a message, its facts, and whether it is a page that a browser saved."""
    message = email.message_from_bytes(
        data.removeprefix(b"\xef\xbb\xbf"), policy=email.policy.default
    )
    body = message.get_body(preferencelist=("related", "plain", "html"))
    if body is not None and body.get_content_type() == "multipart/related":
        body = next((part for part in body.walk() if part.get_content_type() == "text/html"), None)
    if body is None:
        raise ValueError("is a message without text")
    content = body.get_payload(decode=True) or b""
    if (
        message.get("Snapshot-Content-Location")
        or message.get_content_type() == "multipart/related"
    ):
        url = str(message.get("Snapshot-Content-Location") or "")
        return (*read_page(content, url), True)
    try:
        text = body.get_content()
    except (LookupError, UnicodeDecodeError):
        text = content.decode("utf-8", "replace")
    name, address = email.utils.parseaddr(str(message.get("From", "")))
    facts = {"title": str(message.get("Subject", "")), "author": name or address}
    with contextlib.suppress(TypeError, ValueError):
        facts["date"] = email.utils.parsedate_to_datetime(str(message["Date"])).date().isoformat()
    if body.get_content_type() == "text/html":
        text = html_text(text)
    return text, {key: value.strip() for key, value in facts.items() if value.strip()}, False
