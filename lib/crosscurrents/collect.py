"""Pages of the web into a corpus: feeds and addresses, fetched politely, once, within limits."""

from __future__ import annotations

import asyncio
import contextlib
import email.utils
import ipaddress
import itertools
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
from xml.sax import SAXException

import httpx

from crosscurrents.corpus.adding import Additions
from crosscurrents.dates import read_date
from crosscurrents.readers.tables import guess_columns, read_table
from crosscurrents.storage import read_object, write_whole
from crosscurrents.writing import counted, listed

FEEDS, STATE = "feeds.toml", "collected.json"
FACTS = ("title", "date", "author")  # of a page, as a feed or a table says them
NAMED = 3  # of the pages that are given up
RUNS = 5  # in which a page that fails is tried again
ENTRIES = 100  # of a feed: more are an archive
AGENT = "crosscurrents (+research; one page at a time)"
LARGEST = 10_000_000  # bytes of an answer: no article is longer, and memory stays bounded
SECONDS = 30.0  # that an answer may take in all, however slowly it drips
HOPS = 5  # redirects in a row
TRIES = 3  # in one run, of what may pass: time-outs, 429 and 5xx
PASSING = (408, 425, 429, 500, 502, 503, 504)  # what a server says that may pass
WAIT = 2.0  # seconds between two requests to one host; robots.txt may ask for more
REFUSED = "is an address of this machine or a private network (see --allow-local)"
LONGEST_WAIT = 60.0  # seconds that a server may ask us to wait; beyond, the page fails for now


# --- one address


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
        for tried in itertools.count(1):
            try:
                return asyncio.run(self._asked(url, headers or {}, self._check_allowed))
            except FetchError as error:
                pause = max(2.0 ** (tried - 1), error.pause)
                if not error.passing or tried == TRIES or pause > LONGEST_WAIT:
                    raise
            self.sleep(pause * self.wait / WAIT)

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

        async def look(request: httpx.Request) -> None:  # the first one, and each redirect
            await check(str(request.url))
            self._pause(request.url)
            deadline.reschedule(asyncio.get_running_loop().time() + self.seconds)

        async def connected(event: str, info: dict[str, Any]) -> None:
            if event.endswith(("connect_tcp.complete", "start_tls.complete")):
                self._check_peer(info["return_value"].get_extra_info("server_addr")[0])

        sent = {"user-agent": AGENT, "accept-encoding": "gzip, deflate", **headers}
        options = {"timeout": self.seconds, "trust_env": not self.allow_local}
        redirects = {"follow_redirects": True, "max_redirects": HOPS}
        try:
            async with (
                asyncio.timeout(None) as deadline,  # headers may drip in for ever, too
                httpx.AsyncClient(
                    event_hooks={"request": [look]}, **options, **redirects
                ) as client,
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
                return Answer(str(found.url), status, bytes(data), dict(found.headers))
        except httpx.TooManyRedirects:
            raise FetchError(f"redirects more than {HOPS} times") from None
        except FetchError:
            raise
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError, OSError) as error:
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
        raise FetchError(REFUSED)


def _retry_after(value: str) -> float:
    if value.isdigit():
        return float(value)
    with contextlib.suppress(TypeError, ValueError):
        return max(email.utils.parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    return 0.0


# --- pages, feeds and addresses of a table


def add_pages(
    additions: Additions, urls: list[str], *, fetcher: Fetcher, source: str = ""
) -> list[tuple[str, str]]:
    """Fetch pages and put them into a corpus; (address, outcome) of each."""
    outcomes = dict.fromkeys(urls, "")
    for url in outcomes:
        try:
            outcomes[url] = _add(additions, fetcher, url, {"source": source})
        except ValueError as error:
            outcomes[url] = f"left out: {error}"
    return list(outcomes.items())


def _add(additions: Additions, fetcher: Fetcher, url: str, page: dict[str, Any]) -> str:
    """Fetch a page and put it into a corpus; raises ValueError with the reason."""
    answer = fetcher.get(url)
    facts = {name: page[name] for name in FACTS if name in page}
    more = {"source": page["source"], "url": answer.url, "facts": facts}
    return additions.put(_readable(answer), _name(answer), **more)


def _readable(answer: Answer) -> bytes:
    """The body; where only the server's header says its encoding, as UTF-8 that says so itself."""
    found = re.search(r"(?i)charset=[\"']?([\w-]+)", answer.headers.get("content-type", ""))
    if found and not re.search(rb"(?i)charset|encoding=", answer.data[:4096]):
        with contextlib.suppress(LookupError, UnicodeDecodeError):
            return answer.data.decode(found[1]).encode("utf-8-sig")
    return answer.data


def _name(answer: Answer) -> str:
    """A name of a file from an address."""
    parts = urlsplit(answer.url)
    name = re.sub(r"[^\w.-]+", "-", parts.path.strip("/")).strip("-.")[-80:] or "index"
    if parts.query:
        name += "-" + re.sub(r"[^\w]+", "-", parts.query)[:30].strip("-")
    known = {"application/pdf": ".pdf", "text/plain": ".txt"}
    end = known.get(answer.headers.get("content-type", "").split(";")[0].strip(), ".html")
    return name if name.endswith((end, ".htm")) else name + end


def collect(
    folder: str | Path, *, fetcher: Fetcher, pages: str | Path = ""
) -> list[tuple[str, str]]:
    """Fetch what feeds.toml of a corpus lists and is not there yet; (address, outcome) of each.

    What was fetched, and what failed, is recorded in collected.json: a page is fetched once, a feed
    only if it changed, a page that failed again in the next five runs, one that was refused when
    `fetcher` may ask it. The last outcome names pages that are given up.

    `pages` is a table of addresses, such as Media Cloud gives; with it there may be no feeds.toml.

    Raises ValueError for a feeds.toml that is missing or has mistakes, and for a table without
    addresses.
    """
    folder = Path(folder).expanduser()
    feeds, wanted = [], read_addresses(pages) if pages else []
    if not pages or (folder / FEEDS).is_file():
        feeds, more = read_feeds(folder / FEEDS)
        wanted += more
    state = {"feeds": {}, "pages": {}} | read_object(folder / STATE)
    outcomes = [(feed["url"], _read_feed(feed, state, fetcher)) for feed in feeds]
    for page in wanted:
        _remember(state, page["url"], page)
    additions, given_up = Additions(folder), []
    for url, page in state["pages"].items():
        if page.get("done"):
            continue
        refused = page["tries"] and page["outcome"].endswith(REFUSED)
        if page["tries"] >= RUNS and not (refused and fetcher.allow_local):
            given_up.append(f"{url} ({page['outcome'].removeprefix('failed: ')})")
            continue
        page["tries"] += 1
        try:
            page |= {"outcome": _add(additions, fetcher, url, page), "done": True}
        except ValueError as error:
            tries = page["tries"] if getattr(error, "passing", False) else RUNS
            page |= {"outcome": f"failed: {error}", "tries": tries}
        outcomes.append((url, page["outcome"]))
        additions.finish()
        _store(folder, state)  # after each: a run that is stopped loses nothing
    _store(folder, state)
    if given_up:
        pages = listed(given_up, NAMED)
        outcomes.append((STATE, f"{counted(len(given_up), 'page')} given up before: {pages}"))
    return outcomes


def _store(folder: Path, state: dict) -> None:
    write_whole(folder / STATE, json.dumps(state, indent=1, ensure_ascii=False))


def _remember(state: dict, url: str, page: dict[str, str]) -> bool:
    """Add a page to the list of pages to fetch; whether it is a new one."""
    if url in state["pages"]:
        return False
    day = read_date(page.get("date", ""))
    facts = {name: page.get(name, "") for name in ("source", *FACTS)}
    state["pages"][url] = facts | {"date": day if isinstance(day, str) else "", "tries": 0}
    return True


def read_addresses(file: str | Path) -> list[dict[str, str]]:
    """The addresses of a table, with source, title, date and author where it has them.

    Raises ValueError for a table that cannot be read, or has no column of addresses.
    """
    table = read_table(Path(file).expanduser())
    found = guess_columns(table.columns.tolist())
    if "url" not in found:
        raise ValueError(
            f"table {str(file)!r} has no column of addresses; name one 'url' (it has "
            f"{table.columns.tolist()})"
        )
    names = [name for name in ("url", "source", *FACTS) if name in found]
    rows = zip(*(table[found[name]].str.strip().tolist() for name in names))
    return [dict(zip(names, row)) for row in rows if row[0]]


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
        if wrong := sorted({name for row in rows for name in row} - {"url", "source"}):
            raise ValueError(f"{file}: {wrong} are unknown; choose from ['url', 'source']")
    return found.get("feeds", []), found.get("pages", [])


def _read_feed(feed: dict[str, str], state: dict, fetcher: Fetcher) -> str:
    """Add the entries of a feed to the pages that are to be fetched; say how many."""
    import feedparser

    known = state["feeds"].get(feed["url"], {})
    headers = {"if-none-match": known.get("etag"), "if-modified-since": known.get("modified")}
    try:
        answer = fetcher.get(feed["url"], {k: v for k, v in headers.items() if v})
        if answer.status == 304:
            return "nothing new"
        found = feedparser.parse(answer.data)
        broken = isinstance(found.get("bozo_exception"), SAXException)
        if not found.version or (broken and not found.entries):
            raise FetchError("is no feed that can be read")
    except ValueError as error:
        return f"failed: {error}"
    new, source = 0, feed.get("source") or str(found.feed.get("title", ""))
    for entry in found.entries[:ENTRIES]:
        if link := entry.get("link"):
            page = {name: str(entry.get(name, "")) for name in ("title", "author")}
            page["date"] = str(entry.get("published") or entry.get("updated") or "")
            new += _remember(state, urljoin(answer.url, str(link)), page | {"source": source})
    marks = {} if broken else {"etag": "etag", "modified": "last-modified"}
    state["feeds"][feed["url"]] = {k: answer.headers.get(name, "") for k, name in marks.items()}
    return f"{new} new of {len(found.entries)} entries"
