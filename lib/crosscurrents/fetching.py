"""Addresses of the web, fetched politely and within limits: robots.txt, pauses, size, time."""

from __future__ import annotations

import asyncio
import contextlib
import email.utils
import ipaddress
import socket
import time
import urllib.request
import urllib.robotparser
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

AGENT = "crosscurrents (+research; one page at a time)"
LARGEST = 10_000_000  # bytes of an answer: no article is longer, and memory stays bounded
SECONDS = 30.0  # that an answer may take in all, however slowly it drips
HOPS = 5  # redirects in a row
TRIES = 3  # in one run, of what may pass: time-outs, 429 and 5xx
PASSING = (408, 425, 429, 500, 502, 503, 504)  # what a server says that may pass
WAIT = 2.0  # seconds between two requests to one host; robots.txt may ask for more
LONGEST_WAIT = 60.0  # seconds that a server may ask us to wait; beyond, the page fails for now


class FetchError(ValueError):
    """Why an address was not fetched; `passing` if a later try, after a pause, may succeed."""

    def __init__(self, reason: str, *, passing: bool = False, pause: float = 0.0) -> None:
        super().__init__(reason)
        self.passing, self.pause = passing, pause


@dataclass
class Answer:
    """What a server sent: 200 with a body, or 304 for nothing new."""

    url: str
    status: int
    data: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Fetcher:
    """Fetch addresses one at a time, as robots.txt allows, with a pause between them.

    Parameters
    ----------
    allow_local
        Whether addresses of this machine and of private networks are fetched.
    wait
        Seconds between two requests to one host.
    seconds
        That an answer may take.
    """

    allow_local: bool = False
    wait: float = WAIT
    seconds: float = SECONDS
    largest: int = LARGEST
    sleep: Callable[[float], None] = time.sleep
    _last: dict[str, float] = field(default_factory=dict)
    _rules: dict[str, urllib.robotparser.RobotFileParser] = field(default_factory=dict)

    def get(self, url: str, headers: dict[str, str] | None = None) -> Answer:
        """The answer of an address after a few tries with longer and longer pauses.

        Redirects are followed, each checked like the first. Raises FetchError with the reason.
        """
        for tried in range(TRIES):
            try:
                return asyncio.run(self._asked(url, headers or {}, self._check_allowed))
            except FetchError as error:
                pause = max(2.0**tried, error.pause)
                if not error.passing or tried == TRIES - 1 or pause > LONGEST_WAIT:
                    raise
            self.sleep(pause * self.wait / WAIT)
        raise AssertionError

    async def _check(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise FetchError(f"is no address of the web ({parts.scheme or 'no scheme'})")
        if parts.username or parts.password:
            raise FetchError("holds a name or password, which is not sent")
        if self.allow_local:
            return
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
            found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError, ValueError):
            if urllib.request.getproxies():  # a proxy may know names that this machine does not
                return
            raise FetchError("its host is not known", passing=True) from None
        for each in {row[4][0] for row in found}:
            _check_public(each)

    async def _check_allowed(self, url: str) -> None:
        """Whether an address may be asked, by its own form and the site's robots.txt (RFC 9309)."""
        await self._check(url)
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            lines = []  # no rules where there is no file
            try:
                answer = await self._asked(f"{site}/robots.txt", {}, self._check)
                lines = answer.data.decode("utf-8", "replace").splitlines()
            except FetchError as error:
                if error.passing:
                    reason = "robots.txt of the site cannot be read"
                    raise FetchError(reason, passing=True) from None
            self._rules[site] = urllib.robotparser.RobotFileParser()
            self._rules[site].parse(lines)
        if not self._rules[site].can_fetch(AGENT, url):
            raise FetchError("robots.txt of the site does not allow it")

    async def _asked(self, url: str, headers: dict[str, str], check: Callable) -> Answer:
        """An answer without another try; `check` raises for an address that must not be asked."""

        async def look(request: httpx.Request) -> None:  # the first one, and those of redirects
            await check(str(request.url))
            self._pause(request.url)
            deadline.reschedule(asyncio.get_running_loop().time() + self.seconds)

        async def connected(event: str, info: dict[str, Any]) -> None:
            if event.endswith(("connect_tcp.complete", "start_tls.complete")):
                self._check_peer(info["return_value"].get_extra_info("server_addr")[0])

        sent = {"user-agent": AGENT, "accept-encoding": "gzip, deflate", **headers}
        options = {"timeout": self.seconds, "trust_env": not self.allow_local}
        options |= {"follow_redirects": True, "max_redirects": HOPS}
        options |= {"event_hooks": {"request": [look]}}
        try:
            async with (
                asyncio.timeout(None) as deadline,  # headers may drip in for ever, too
                httpx.AsyncClient(**options) as client,
                client.stream("GET", url, headers=sent, extensions={"trace": connected}) as found,
            ):
                data, status = bytearray(), found.status_code
                if status >= 400:
                    raise FetchError(
                        f"the server says {status}", passing=status in PASSING,
                        pause=_retry_after(found.headers.get("retry-after", "")),
                    )  # fmt: skip
                async for part in found.aiter_bytes():
                    data += part
                    if len(data) > self.largest:
                        raise FetchError(f"is larger than {self.largest:,} bytes")
                known = {k.lower(): v for k, v in found.headers.items()}
                return Answer(str(found.url), status, bytes(data), known)
        except httpx.TooManyRedirects:
            raise FetchError(f"redirects more than {HOPS} times") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError, OSError) as error:
            if isinstance(error, FetchError):
                raise
            reason = f"cannot be fetched ({type(error).__name__})"
            if isinstance(error, httpx.TimeoutException | TimeoutError):
                reason = f"takes more than {self.seconds:g} s"
            raise FetchError(reason, passing=True) from None

    def _check_peer(self, address: str) -> None:
        """The address that is connected to, too: a name may mean another one by now."""
        if not self.allow_local and not urllib.request.getproxies():
            _check_public(address)

    def _pause(self, url: httpx.URL) -> None:
        host = url.netloc.decode()
        rules = self._rules.get(f"{url.scheme}://{host}")
        delay = rules.crawl_delay(AGENT) if rules is not None else None
        wait = max(self.wait, min(float(delay or 0), LONGEST_WAIT))
        left = self._last.get(host, -wait) + wait - time.monotonic()
        if left > 0 and host in self._last:
            self.sleep(left)
        self._last[host] = time.monotonic()


def _check_public(address: str) -> None:
    if not ipaddress.ip_address(address.split("%")[0]).is_global:
        raise FetchError("is an address of this machine or a private network (see --allow-local)")


def _retry_after(value: str) -> float:
    if value.isdigit():
        return float(value)
    with contextlib.suppress(TypeError, ValueError):
        return max(email.utils.parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    return 0.0
