"""Collecting from a server on this machine: feeds, redirects, errors, hostile answers."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import threading
import time
from collections import Counter
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import crosscurrents as cc
from crosscurrents.collect import STATE, Fetcher, FetchError, collect
from crosscurrents.corpus.adding import Additions

PROSE = "It rained on the hills of Brae for a week, and nobody went out of the house until Sunday."
PAGE = """<!DOCTYPE html><html lang="en"><head><title>{0}</title></head><body><article><h1>{0}</h1>
<p>{1}</p><p>The minister of the river said nothing about the cost of it, and left the room.</p>
</article></body></html>"""
FEED = """<rss version="2.0"><channel><title>The Mail</title>
<item><title>Rain</title><link>/rain</link><pubDate>Tue, 16 Jan 2024 23:30:00 -0500</pubDate></item>
<item><title>Snow</title><link>/moved</link></item><item><title>Gone</title><link>/gone</link></item>
<item><title>Flaky</title><link>/flaky</link></item><item><title>Down</title><link>/down</link></item>
<item><title>File</title><link>file:///etc/passwd</link></item>
<item><title>Private</title><link>/private/a</link></item></channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://127.0.0.1:9/x/"><title>Star</title>
<entry><title>Rain</title><link href="../rain"/><updated>2024-01-16T23:30:00-05:00</updated></entry>
</feed>"""
BOMB = gzip.compress(b"x" * 5_000_000)


def page(title: str, **other) -> str:
    """A page of prose, some of whose words are others."""
    text = PROSE
    for word, instead in other.items():
        text = text.replace(word, instead)
    return PAGE.format(title, text)


LINK = '<link rel="alternate" type="application/rss+xml" href="/feed">'
ANSWERS = {
    "/robots.txt": (200, "User-agent: *\nDisallow: /private/\n", {}),
    "/rain": (200, page("Rain"), {"Content_Type": "text/html"}),
    "/moved": (301, b"", {"Location": "/snow"}),
    "/snow": (200, page("Snow", rained="snowed"), {}),
    "/loop": (302, b"", {"Location": "/loop"}),
    "/local-file": (302, b"", {"Location": "file:///etc/passwd"}),
    "/bomb": (200, BOMB, {"Content_Encoding": "gzip"}),
    "/wait": (429, b"", {"Retry_After": "3600"}),
    "/latin": (200, page("Rain", Brae="Bräe").encode("latin-1"),
               {"Content_Type": "text/html; charset=iso-8859-1"}),
    "/front": (200, page("Front").replace("</title>", f"</title>{LINK}"), {}),
    "/atom": (200, ATOM, {}),
    "/cut-feed": (200, '<rss version="2.0"><channel>', {"Etag": '"2"'}),
    "/half-feed": (200, FEED[:FEED.index("<item>", FEED.index("</item>")) + 9], {"Etag": '"3"'}),
    "/login": (200, "<html><body></body></html>", {}),
}  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        body = body.encode() if isinstance(body, str) else body
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path, seen = self.path, self.server.seen
        seen[path] += 1
        self.server.agents.add(self.headers.get("User-Agent", ""))
        if path in ANSWERS:
            status, body, headers = ANSWERS[path]
            self.answer(status, body, **headers)
        elif path == "/feed":
            if self.headers.get("If-None-Match") == '"1"':
                self.answer(304)
            else:
                self.answer(200, FEED, ETag='"1"')
        elif path == "/flaky" and seen[path] == 1:
            self.answer(503, Retry_After="1")
        elif path == "/flaky":
            self.answer(200, page("Flaky", rained="hailed"))
        elif path == "/down":
            self.answer(200 if self.server.up else 500, page("Down", week="day"))
        elif path in ENDLESS:
            with contextlib.suppress(OSError):
                ENDLESS[path](self)
        elif path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"x")
        elif path == "/garbage":
            self.wfile.write(b"\x00\x01 no answer\r\n\r\n")
            self.close_connection = True
        else:
            self.answer(404)

    def huge(self):
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b"x" * 65_536)

    def slow(self):
        self.send_response(200)
        self.end_headers()
        for _ in range(100):
            self.wfile.write(b"x")
            time.sleep(0.2)

    def drip(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for k in range(100):
            self.wfile.write(b"X-%d: a\r\n" % k)
            time.sleep(0.2)


ENDLESS = {"/huge": Handler.huge, "/slow": Handler.slow, "/drip": Handler.drip}


@pytest.fixture
def server():
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.seen, made.agents, made.up = Counter(), set(), False
    made.daemon_threads = True
    threading.Thread(target=made.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{made.server_port}"
    yield made
    made.shutdown()
    made.server_close()


def fetcher(**options):
    return Fetcher(
        **{"allow_local": True, "wait": 0, "seconds": 2, "sleep": lambda _: None} | options
    )


def corpus_with(tmp_path, text):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "feeds.toml").write_text(text)
    return tmp_path / "corpus"


def test_feeds_and_pages_into_a_corpus(tmp_path, server):
    folder = corpus_with(tmp_path, f'[[feeds]]\nurl = "{server.url}/feed"\n')
    found = {
        url.removeprefix(server.url): outcome for url, outcome in collect(folder, fetcher=fetcher())
    }
    assert found == {
        "/feed": "7 new of 7 entries", "/rain": "added as The Mail/rain.html",
        "/moved": "added as The Mail/snow.html", "/gone": "failed: the server says 404",
        "/flaky": "added as The Mail/flaky.html", "/down": "failed: the server says 500",
        "file://etc/passwd": "failed: is no address of the web (file)",
        "/private/a": "failed: robots.txt of the site does not allow it",
    }  # fmt: skip
    assert server.seen["/private/a"] == 0
    assert server.seen["/robots.txt"] == 1
    assert server.seen["/down"] == 3
    corpus = cc.read_corpus(folder)
    assert set(corpus.documents["source"]) == {"The Mail"}
    assert corpus.rejected.empty
    # The second run: nothing is fetched again but what may succeed by now.
    server.up = True
    found = dict(collect(folder, fetcher=fetcher()))
    assert found == {
        f"{server.url}/feed": "nothing new",
        f"{server.url}/down": "added as The Mail/down.html",
        STATE: (
            f"3 pages given up before: {server.url}/gone (the server says 404), file://etc/passwd "
            f"(is no address of the web (file)) and {server.url}/private/a (robots.txt of the site "
            "does not allow it)"
        ),
    }
    assert (server.seen["/rain"], server.seen["/gone"]) == (1, 1)
    assert collect(folder, fetcher=fetcher())[0] == (f"{server.url}/feed", "nothing new")
    assert server.seen["/down"] == 4


def test_a_refused_page_is_fetched_when_it_may_be(tmp_path, server):
    folder = corpus_with(tmp_path, f'[[pages]]\nurl = "{server.url}/rain"\nsource = "Mail"\n')
    refused = "is an address of this machine or a private network (see --allow-local)"
    for found in (f"{server.url}/rain", f"failed: {refused}"), (
        STATE, f"1 page given up before: {server.url}/rain ({refused})"
    ):  # fmt: skip
        assert collect(folder, fetcher=fetcher(allow_local=False)) == [found]
    assert collect(folder, fetcher=fetcher()) == [(f"{server.url}/rain", "added as Mail/rain.html")]


@pytest.mark.parametrize("path", ["/cut-feed", "/half-feed"])
def test_a_feed_that_is_cut_off(tmp_path, server, path):
    """Without an entry it is no feed; with some, it is asked for again as a whole."""
    folder = corpus_with(tmp_path, f'[[feeds]]\nurl = "{server.url}{path}"\n')
    found = collect(folder, fetcher=fetcher())[0][1]
    said = {"/cut": "failed: is no feed that can be read", "/half": "1 new of 2 entries"}
    assert found == said[path.removesuffix("-feed")]
    state = json.loads((folder / STATE).read_text())
    assert not any(state["feeds"].values())  # nothing by which "nothing new" can be told


def test_a_corpus_with_a_catalogue_gets_rows(tmp_path, server):
    folder = corpus_with(tmp_path, f'[[feeds]]\nurl = "{server.url}/feed"\nsource = "Mail"\n')
    (folder / "a.txt").write_text(PROSE)
    (folder / "catalogue.csv").write_text("doc_id,source,title,date,url,file\na,Star,,,,a.txt\n")
    collect(folder, fetcher=fetcher())
    documents = cc.read_corpus(folder).documents.set_index("doc_id")
    assert documents.loc["rain", ["source", "title", "date", "url"]].tolist() == [
        "Mail", "Rain", "2024-01-16", f"{server.url}/rain",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/huge", "is larger than 1,000,000 bytes"), ("/bomb", "is larger than 1,000,000 bytes"),
        ("/slow", "takes more than 2 s"), ("/loop", "redirects more than 5 times"),
        ("/local-file", r"is no address of the web \(file\)"), ("/cut", "cannot be fetched"),
        ("/garbage", "cannot be fetched"), ("/drip", "takes more than 2 s"),
        ("/wait", "the server says 429"), ("/nothing", "the server says 404"),
    ],
)  # fmt: skip
def test_hostile_answers_end_as_a_reason_in_time(server, path, reason):
    start = time.monotonic()
    with pytest.raises(FetchError, match=reason):
        fetcher(largest=1_000_000).get(server.url + path)
    assert server.seen["/wait"] <= 1  # an hour is longer than we wait: not asked again
    assert time.monotonic() - start < 15  # seconds: three tries of two each, and the machine's own


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/a", "http://localhost/a", "http://[::1]/", "http://10.0.0.1/", "http://0.0.0.0/",
     "http://169.254.169.254/latest", "http://[::ffff:127.0.0.1]/", "http://2130706433/"],
)  # fmt: skip
def test_local_addresses_are_refused(url):
    with pytest.raises(FetchError, match=r"of this machine or a private network|is not known"):
        Fetcher(wait=0).get(url)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a.example/", "javascript:alert(1)", "http://"]
)
def test_other_schemes_are_refused(url):
    with pytest.raises(FetchError, match="is no address of the web"):
        fetcher().get(url)
    with pytest.raises(FetchError, match="holds a name or password"):
        fetcher().get("http://ann:secret@a.example/")


def test_requests_to_a_host_wait_for_each_other(server):
    pauses = []
    polite = fetcher(wait=5, sleep=pauses.append)
    polite.get(f"{server.url}/rain")
    polite.get(f"{server.url}/snow")
    assert len(pauses) >= 2  # after robots.txt, and after the first page
    assert all(4 < pause <= 5 for pause in pauses)
    assert all(agent.startswith("crosscurrents") for agent in server.agents)


def test_pages_are_added_by_the_command(run_main, tmp_path, server):
    code, said, _ = run_main("add", "corpus", f"{server.url}/rain")
    assert code == 1
    assert "an address of this machine or a private network" in said
    code, said, _ = run_main("add", "corpus", f"{server.url}/rain", f"{server.url}/login",
                             "--allow-local", "--source", "Mail")  # fmt: skip
    assert "/rain: added as Mail/rain.html" in said
    assert "/login: left out: is a page" in said
    documents = cc.read_corpus(tmp_path / "corpus").documents
    assert documents[["source", "title"]].values.tolist() == [["Mail", "Rain"]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[feeds]\n", "feeds.toml"), ('[[fedes]]\nurl = "a"\n', r"\['fedes'\] are unknown"),
        ("[[feeds]]\nsource = 'a'\n", r"write \[\[feeds\]\] with url"),
        ('[[pages]]\nurl = "a"\nname = "b"\n', r"\['name'\] are unknown; choose from \['url'"),
    ],
)  # fmt: skip
def test_mistakes_of_feeds_toml(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        collect(corpus_with(tmp_path, text), fetcher=fetcher())


def test_without_a_feeds_toml(tmp_path):
    with pytest.raises(ValueError, match=r"feeds\.toml' is not there; write \[\[feeds\]\]"):
        collect(tmp_path, fetcher=fetcher())
    assert Additions(tmp_path / "new").known == {}


def test_a_name_that_means_another_address_by_now_is_not_asked(server, monkeypatch):
    """The first look finds a public address, the connection leads to this machine."""
    known, port = socket.getaddrinfo, server.server_port
    looks = Counter()

    def changing(host, *arguments, **options):
        if host not in ("site.example", b"site.example"):
            return known(host, *arguments, **options)
        looks[host] += 1
        address = "93.184.216.34" if looks.total() == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with pytest.raises(FetchError, match="private network"):
        Fetcher(wait=0).get(f"http://site.example:{port}/rain")
    assert server.seen.total() == 0


def test_a_proxy_is_asked_for_names_that_this_machine_does_not_know(server, monkeypatch):
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(FetchError, match="the server says 404"):  # as this one answers
        Fetcher(wait=0).get("http://nowhere.invalid/rain")
    assert server.seen["http://nowhere.invalid/rain"] == 1
    with pytest.raises(FetchError, match="private network"):
        Fetcher(wait=0).get("http://127.0.0.1/rain")


def test_a_redirect_to_a_private_address(server, monkeypatch):
    monkeypatch.setattr("crosscurrents.collect._check_public", lambda address: None)
    asked = Fetcher(wait=0, seconds=2, sleep=lambda _: None)
    monkeypatch.setattr(asked, "_check_peer", lambda address: None)
    assert asked.get(f"{server.url}/moved").url.endswith("/snow")
    monkeypatch.undo()
    with pytest.raises(FetchError, match="private network"):
        Fetcher(wait=0).get(f"{server.url}/moved")


def test_the_encoding_that_a_server_says(run_main, tmp_path, server):
    run_main("add", "corpus", f"{server.url}/latin", "--allow-local")
    assert "Bräe" in cc.read_corpus(tmp_path / "corpus").text("latin")


def test_links_of_a_feed_are_as_seen_from_its_base(tmp_path, server):
    folder = corpus_with(tmp_path, f'[[feeds]]\nurl = "{server.url}/atom"\n')
    found = dict(collect(folder, fetcher=fetcher()))
    assert found[f"{server.url}/atom"] == "1 new of 1 entries"
    assert "http://127.0.0.1:9/rain" in found


def test_the_pages_of_a_table_of_addresses(run_main, tmp_path, server, monkeypatch):
    """As Media Cloud gives them: no texts, but addresses."""
    monkeypatch.setattr("crosscurrents.collect.Fetcher", partial(Fetcher, wait=0))
    server.up = True
    rows = "".join(f"1,2024-01-16,{u},{server.url}/{u},Mail\n" for u in ("rain", "gone"))
    (tmp_path / "stories.csv").write_text(f"id,publish_date,title,url,media_name\n{rows}")
    command = "collect", "corpus", "--pages", "stories.csv", "--allow-local"
    code, said, _ = run_main(*command)
    assert code == 1
    assert "/rain: added as Mail/rain.html" in said
    assert "/gone: failed: the server says 404" in said
    code, said, _ = run_main(*command)  # each is fetched once
    assert (code, said.split(" (")[0]) == (0, f"{STATE}: 1 page given up before: {server.url}/gone")
    documents = cc.read_corpus(tmp_path / "corpus").documents
    assert documents[["source", "title"]].values.tolist() == [["Mail", "Rain"]]
    (tmp_path / "stories.csv").write_text("id,title\n1,Rain\n")
    assert "has no column of addresses" in run_main(*command)[2]
