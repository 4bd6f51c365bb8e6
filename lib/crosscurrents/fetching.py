"""Addresses of the web, fetched politely and within limits: robots.txt, pauses, size, time."""

from __future__ import annotations

import contextlib
import email.utils
import ipaddress
import math
import socket
import threading
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
                return self._once(url, headers or {}, self._check_allowed)
            except FetchError as error:
                pause = max(2.0**tried, error.pause)
                if not error.passing or tried == TRIES - 1 or pause > LONGEST_WAIT:
                    raise
            self.sleep(pause * self.wait / WAIT)
        raise AssertionError

    def _check(self, url: str) -> None:
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

    def _check_allowed(self, url: str) -> None:
        """Whether an address may be asked, by its own form and the site's robots.txt (RFC 9309)."""
        self._check(url)
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            lines = []  # no rules where there is no file
            try:
                answer = self._once(f"{site}/robots.txt", {}, self._check)
                lines = answer.data.decode("utf-8", "replace").splitlines()
            except FetchError as error:
                if error.passing:
                    reason = "robots.txt of the site cannot be read"
                    raise FetchError(reason, passing=True) from None
            self._rules[site] = urllib.robotparser.RobotFileParser()
            self._rules[site].parse(lines)
        if not self._rules[site].can_fetch(AGENT, url):
            raise FetchError("robots.txt of the site does not allow it")

    def _once(self, url: str, headers: dict[str, str], check: Callable[[str], None]) -> Answer:
        """An answer without another try; `check` raises for an address that must not be asked."""

        def look(request: httpx.Request) -> None:
            check(str(request.url))
            self._pause(request.url)
            watch.begin()

        sent = {"user-agent": AGENT, "accept-encoding": "gzip, deflate", **headers}
        watch = _Watch(self._check_peer, self.seconds)
        options = {"timeout": self.seconds, "trust_env": not self.allow_local}
        options |= {"follow_redirects": True, "max_redirects": HOPS}
        try:
            with (
                httpx.Client(**options, event_hooks={"request": [look]}) as client,
                client.stream("GET", url, headers=sent, extensions={"trace": watch}) as response,
            ):
                data, status = bytearray(), response.status_code
                if status >= 400:
                    raise FetchError(
                        f"the server says {status}", passing=status in PASSING,
                        pause=_retry_after(response.headers.get("retry-after", "")),
                    )  # fmt: skip
                for part in response.iter_bytes():  # as they come in, so that time is looked at
                    data += part
                    if len(data) > self.largest:
                        raise FetchError(f"is larger than {self.largest:,} bytes")
                if watch.late():  # ended by us
                    raise FetchError(f"takes more than {self.seconds:g} s", passing=True)
                known = {k.lower(): v for k, v in response.headers.items()}
                return Answer(str(response.url), status, bytes(data), known)
        except httpx.TooManyRedirects:
            raise FetchError(f"redirects more than {HOPS} times") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError, OSError) as error:
            if isinstance(error, FetchError):
                raise
            late = isinstance(error, httpx.TimeoutException) or watch.late()
            reason = f"cannot be fetched ({type(error).__name__})"
            reason = f"takes more than {self.seconds:g} s" if late else reason
            raise FetchError(reason, passing=True) from None
        finally:
            watch.timer.cancel()

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


class _Watch:
    """Looks at each connection before anything is sent, and ends them all when time is over.

    Headers may drip in for ever, too; so a clock of its own ends the connections.
    """

    def __init__(self, check: Callable[[str], None], seconds: float) -> None:
        self.check, self.seconds, self.until = check, seconds, math.inf
        self.timer = threading.Timer(seconds, self.end)
        self.streams: list[Any] = []

    def begin(self) -> None:
        """Give the next request all of the time."""
        self.timer.cancel()
        self.timer = threading.Timer(self.seconds, self.end)
        self.timer.start()
        self.until = time.monotonic() + self.seconds

    def late(self) -> bool:
        return time.monotonic() > self.until

    def __call__(self, event: str, info: dict[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self.streams.append(info["return_value"])
            self.check(self.streams[-1].get_extra_info("server_addr")[0])

    def end(self) -> None:
        for stream in self.streams:
            with contextlib.suppress(OSError):
                stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


def _check_public(address: str) -> None:
    if not ipaddress.ip_address(address.split("%")[0]).is_global:
        raise FetchError("is an address of this machine or a private network (see --allow-local)")


def _retry_after(value: str) -> float:
    if value.isdigit():
        return float(value)
    with contextlib.suppress(TypeError, ValueError):
        return max(email.utils.parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    return 0.0
