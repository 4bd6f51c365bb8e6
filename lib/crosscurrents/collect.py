"""Pages of the web into a corpus: feeds and addresses, fetched politely, failures tried again."""

from __future__ import annotations

import contextlib
import email.utils
import ipaddress
import json
import re
import socket
import time
import tomllib
import urllib.request
import urllib.robotparser
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from crosscurrents.corpus.adding import Additions
from crosscurrents.kept import write_whole
from crosscurrents.readers import read_date

AGENT = "crosscurrents (+research; one page at a time)"
FEEDS, STATE = "feeds.toml", "collected.json"
LARGEST = 10_000_000  # bytes of an answer: no article is longer, and memory stays bounded
SECONDS = 30.0  # that an answer may take in all, however slowly it drips
HOPS = 5  # redirects in a row
TRIES = 3  # in one run, of what may pass: time-outs, 429 and 5xx
RUNS = 5  # in which a page that fails is tried again
WAIT = 2.0  # seconds between two requests to one host; robots.txt may ask for more
LONGEST_WAIT = 60.0  # seconds that a server may ask us to wait; beyond, the page fails for now
ENTRIES = 100  # of a feed: more are an archive


class FetchError(ValueError):
    """Why an address was not fetched; `passing` if a later try may succeed."""

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing


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
        """The answer of an address; redirects are followed, each checked like the first.

        Raises FetchError with the reason.
        """
        for hop in range(HOPS + 1):
            self._check(url)
            if not self._allowed(url):
                raise FetchError("robots.txt of the site does not allow it")
            answer = self._tried(url, headers or {})
            if answer.status not in (301, 302, 303, 307, 308):
                return answer
            if hop == HOPS or "location" not in answer.headers:
                break
            url = urljoin(url, answer.headers["location"])
        raise FetchError(f"redirects more than {HOPS} times")

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
            raise FetchError("its host is not known", passing=True) from None
        for each in {row[4][0] for row in found}:
            _check_public(each)

    def _allowed(self, url: str) -> bool:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            self._rules[site] = self._robots(f"{site}/robots.txt")
        return self._rules[site].can_fetch(AGENT, url)

    def _robots(self, url: str) -> urllib.robotparser.RobotFileParser:
        """The rules of a site (RFC 9309): none where it has none, all where they cannot be read."""
        rules = urllib.robotparser.RobotFileParser()
        for _ in range(HOPS):
            answer = self._once(url, {})
            if answer.status >= 500 or answer.status == 429:
                raise FetchError("robots.txt of the site cannot be read", passing=True)
            if answer.status < 300 or answer.status >= 400 or "location" not in answer.headers:
                break
            url = urljoin(url, answer.headers["location"])
            self._check(url)
        lines = answer.data.decode("utf-8", "replace").splitlines()
        rules.parse(lines if answer.status == 200 else [])
        return rules

    def _tried(self, url: str, headers: dict[str, str]) -> Answer:
        """An answer after a few tries with longer and longer pauses."""
        for tried in range(TRIES):
            pause = 2.0**tried
            try:
                answer = self._once(url, headers)
            except FetchError as error:
                if not error.passing or tried == TRIES - 1:
                    raise
            else:
                if answer.status < 400:
                    return answer
                if answer.status not in (408, 425, 429, 500, 502, 503, 504):
                    raise FetchError(f"the server says {answer.status}")
                pause = max(pause, _retry_after(answer.headers.get("retry-after", "")))
                if tried == TRIES - 1 or pause > LONGEST_WAIT:
                    raise FetchError(f"the server says {answer.status}", passing=True)
            self.sleep(pause * self.wait / WAIT)
        raise AssertionError

    def _once(self, url: str, headers: dict[str, str]) -> Answer:
        self._pause(url)
        until = time.monotonic() + self.seconds
        sent = {"user-agent": AGENT, "accept-encoding": "gzip, deflate", **headers}
        try:
            with (
                httpx.Client(timeout=self.seconds, trust_env=not self.allow_local) as client,
                client.stream("GET", url, headers=sent) as response,
            ):
                self._check_peer(response)
                data = bytearray()
                if response.status_code == 200:
                    for part in response.iter_bytes():  # as they come in, so that time is looked at
                        data += part
                        if len(data) > self.largest:
                            raise FetchError(f"is larger than {self.largest:,} bytes")
                        if time.monotonic() > until:
                            raise FetchError(f"takes more than {self.seconds:g} s", passing=True)
                known = {k.lower(): v for k, v in response.headers.items()}
                return Answer(url, response.status_code, bytes(data), known)
        except httpx.TimeoutException:
            raise FetchError(f"takes more than {self.seconds:g} s", passing=True) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError) as error:
            if isinstance(error, FetchError):
                raise
            raise FetchError(f"cannot be fetched ({type(error).__name__})", passing=True) from None

    def _check_peer(self, response: httpx.Response) -> None:
        """The address that answered, too: a name may mean another one by now."""
        stream = response.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream is not None else None
        if peer and not self.allow_local and not urllib.request.getproxies():
            _check_public(peer[0])

    def _pause(self, url: str) -> None:
        host = urlsplit(url).netloc
        rules = self._rules.get(f"{urlsplit(url).scheme}://{host}")
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


def add_pages(
    additions: Additions, urls: list[str], *, fetcher: Fetcher | None = None, source: str = ""
) -> list[tuple[str, str]]:
    """Fetch pages and put them into a corpus; (address, outcome) of each."""
    fetcher = fetcher or Fetcher()
    outcomes = []
    for url in urls:
        try:
            answer = fetcher.get(url)
            outcome = additions.put(answer.data, _name(answer), source=source, url=answer.url)
        except ValueError as error:
            outcome = f"left out: {error}"
        outcomes.append((url, outcome))
    return outcomes


def _name(answer: Answer) -> str:
    """A name of a file from an address."""
    parts = urlsplit(answer.url)
    name = re.sub(r"[^\w.-]+", "-", parts.path.strip("/")).strip("-.")[-80:] or "index"
    if parts.query:
        name += "-" + re.sub(r"[^\w]+", "-", parts.query)[:30].strip("-")
    known = {"application/pdf": ".pdf", "text/plain": ".txt"}
    end = known.get(answer.headers.get("content-type", "").split(";")[0].strip(), ".html")
    return name if name.endswith((end, ".htm")) else name + end


def collect(folder: str | Path, *, fetcher: Fetcher | None = None) -> list[tuple[str, str]]:
    """Fetch what feeds.toml of a corpus lists and is not there yet; (address, outcome) of each.

    What was fetched, and what failed, is recorded in collected.json: a page is fetched once, a feed
    only if it changed, a page that failed again in the next five runs.

    Raises ValueError for a feeds.toml that is missing or has mistakes.
    """
    folder = Path(folder).expanduser()
    feeds, pages = read_feeds(folder / FEEDS)
    fetcher = fetcher or Fetcher()
    state = _read_state(folder / STATE)
    outcomes = []
    for feed in feeds:
        outcomes += _read_feed(feed, state, fetcher)
    for page in pages:
        state["pages"].setdefault(page["url"], {"source": page.get("source", ""), "tries": 0})
    additions = Additions(folder)
    for url, page in state["pages"].items():
        if page.get("done") or page["tries"] >= RUNS:
            continue
        page["tries"] += 1
        try:
            answer = fetcher.get(url)
            facts = {k: page.get(k, "") for k in ("title", "date", "author")}
            outcome = additions.put(
                answer.data, _name(answer), source=page["source"], url=answer.url, facts=facts
            )
            page |= {"done": True, "outcome": outcome}
        except ValueError as error:
            outcome = f"failed: {error}"
            page |= {"outcome": outcome}
            if not getattr(error, "passing", False):
                page["tries"] = RUNS
        outcomes.append((url, outcome))
        additions.finish()
        _store(folder, state)  # after each: a run that is stopped loses nothing
    _store(folder, state)
    return outcomes


def _store(folder: Path, state: dict) -> None:
    write_whole(folder / STATE, json.dumps(state, indent=1, ensure_ascii=False))


def read_feeds(file: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Feeds and pages of a feeds.toml; raises ValueError naming what is wrong with it."""
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise ValueError(
            f"{str(file)!r} is not there; write [[feeds]] or [[pages]] with url = and source ="
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: {error}") from None
    if unknown := sorted(set(found) - {"feeds", "pages"}):
        raise ValueError(f"{file}: {unknown} are unknown; choose from ['feeds', 'pages']")
    for kind, rows in found.items():
        good = isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
        if not good or not all(isinstance(row.get("url"), str) for row in rows):
            raise ValueError(f'{file}: write [[{kind}]] with url = "https://..." below it')
        for row in rows:
            if wrong := sorted(set(row) - {"url", "source"}):
                raise ValueError(f"{file}: {wrong} are unknown; choose from ['url', 'source']")
    return found.get("feeds", []), found.get("pages", [])


def _read_feed(feed: dict[str, str], state: dict, fetcher: Fetcher) -> list[tuple[str, str]]:
    """Add the entries of a feed to the pages that are to be fetched."""
    import feedparser

    url, known = feed["url"], state["feeds"].get(feed["url"], {})
    headers = {"if-none-match": known.get("etag"), "if-modified-since": known.get("modified")}
    try:
        answer = fetcher.get(url, {k: v for k, v in headers.items() if v})
        if answer.status == 304:
            return [(url, "nothing new")]
        found = feedparser.parse(answer.data)
        if not found.entries and found.get("bozo"):
            raise FetchError("is no feed that can be read")
    except ValueError as error:
        return [(url, f"failed: {error}")]
    new = 0
    for entry in found.entries[:ENTRIES]:
        link = urljoin(answer.url, str(entry.get("link", "")))
        if not entry.get("link") or link in state["pages"]:
            continue
        day = read_date(str(entry.get("published") or entry.get("updated") or ""))
        state["pages"][link] = {
            "source": feed.get("source") or str(found.feed.get("title", "")), "tries": 0,
            "title": str(entry.get("title", "")), "author": str(entry.get("author", "")),
            "date": day if isinstance(day, str) else "",
        }  # fmt: skip
        new += 1
    headers = answer.headers
    state["feeds"][url] = {
        "etag": headers.get("etag", ""), "modified": headers.get("last-modified", ""),
    }  # fmt: skip
    return [(url, f"{new} new of {len(found.entries)} entries")]


def _read_state(file: Path) -> dict[str, Any]:
    with contextlib.suppress(OSError, ValueError):
        found = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(found, dict) and {"feeds", "pages"} <= set(found):
            return found
    return {"feeds": {}, "pages": {}}
