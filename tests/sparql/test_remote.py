"""A remote endpoint: the same answers as at home, and clear errors for all that can go wrong."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from oxigraph_server import free_port, serving
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from regimenkg.errors import EndpointError, QuerySyntaxError, UsageError
from regimenkg.sparql.answers import Solutions, Triples
from regimenkg.sparql.backend import select
from regimenkg.sparql.remote import RemoteEndpoint
from regimenkg.store.embedded import EmbeddedStore

EX = "http://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is reached directly, and credentials of the tester are not sent."""
    monkeypatch.setenv("no_proxy", "*")
    for name in ("TOKEN", "USER", "PASSWORD"):
        monkeypatch.delenv(f"REGIMENKG_ENDPOINT_{name}", raising=False)


# A real server


def _store(path: Path) -> None:
    store = Store(path)
    names = {name: NamedNode(EX + name) for name in "abpqg"}
    objects: list[NamedNode | Literal] = [
        Literal('ein Wört\n"x"', language="de"),
        Literal("2.50", datatype=NamedNode(XSD + "decimal")),
        Literal("PT2H", datatype=NamedNode(XSD + "dayTimeDuration")),
        Literal(2017),
        names["b"],
    ]
    store.extend([Quad(names["a"], names["p"], object_, DefaultGraph()) for object_ in objects])
    store.add(Quad(names["a"], names["q"], Literal(1), names["g"]))
    store.optimize()


@pytest.fixture(scope="module")
def fixture_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("remote") / "store"
    _store(path)
    return path


@pytest.fixture(scope="module")
def oxigraph(fixture_store: Path) -> Iterator[str]:
    """The query URL of an Oxigraph server over a small store."""
    with serving(fixture_store) as url:
        yield url


QUERIES = [
    "SELECT ?s ?o ?none { ?s ?p ?o } ORDER BY ?o",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT ?o { ?s ?p ?o } LIMIT 0",
    "SELECT ?g { GRAPH ?g { ?s ?p ?o } }",
    f"ASK {{ <{EX}a> ?p ?o }}",
    f"ASK {{ <{EX}z> ?p ?o }}",
    "CONSTRUCT { ?o ?p ?s } WHERE { ?s ?p ?o }",
    f"DESCRIBE <{EX}a>",
    f"PREFIX ask: <{EX}> # ask\nselect ?o {{ ask:a ask:p ?o FILTER(?o = 'ASK') }}",
]


def _comparable(answer: object) -> object:
    if isinstance(answer, Solutions):
        return answer.variables, [tuple(map(str, row)) for row in answer]
    if isinstance(answer, Triples):
        return sorted(map(str, answer))
    return answer


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("padding", ["", "#" * 5000 + "\n"], ids=["GET", "POST"])
def test_a_remote_endpoint_gives_the_answers_of_the_embedded_store(
    oxigraph: str, fixture_store: Path, query: str, padding: str
) -> None:
    home = EmbeddedStore(Store.read_only(str(fixture_store)))
    remote = RemoteEndpoint(oxigraph)
    assert _comparable(remote.query(padding + query)) == _comparable(home.query(query))


def test_rows_are_typed_terms(oxigraph: str) -> None:
    rows = select(RemoteEndpoint(oxigraph), "SELECT ?o { ?s ?p ?o }")
    assert (Literal('ein Wört\n"x"', language="de"),) in rows
    assert (NamedNode(EX + "b"),) in rows


def test_a_query_that_the_server_does_not_take_shows_what_it_says(oxigraph: str) -> None:
    with pytest.raises(EndpointError, match=r"HTTP status 400: .*error at 1:") as caught:
        RemoteEndpoint(oxigraph).query("SELECT * { ?s ?p ?o")
    assert caught.value.status == 400
    assert caught.value.exit_code == 4
    assert "syntax" in str(caught.value.hint)


def test_a_path_where_nothing_is(oxigraph: str) -> None:
    with pytest.raises(EndpointError, match="404") as caught:
        RemoteEndpoint(oxigraph + "/nothing").query("ASK {}")
    assert "/sparql or /query" in str(caught.value.hint)


def test_a_text_that_is_no_query_is_not_sent() -> None:
    with pytest.raises(QuerySyntaxError, match="begins with DROP"):
        RemoteEndpoint("http://127.0.0.1:9/query").query("DROP ALL")


# Servers that are ill

Reply = Callable[[BaseHTTPRequestHandler], None]


class IllServer:
    """A server on loopback that answers as it is told, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], str]] = []
        self.reply: Reply = _reply(200, "application/sparql-results+json", '{"boolean": true}')
        ill = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length).decode()
                ill.asked.append((self.command, self.path, dict(self.headers), body))
                ill.reply(self)

            do_POST = do_GET

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/sparql"

    def __enter__(self) -> IllServer:
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def _reply(status: int, media_type: str | None, body: str, **headers: str) -> Reply:
    def reply(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        if media_type:
            request.send_header("Content-Type", media_type)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        data = body.encode()
        if "Content_Length" not in headers:
            request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    return reply


@pytest.fixture
def ill() -> Iterator[IllServer]:
    with IllServer() as server:
        yield server


def _error(ill: IllServer, query: str = "ASK {}", timeout: float = 5) -> EndpointError:
    with pytest.raises(EndpointError) as caught:
        RemoteEndpoint(ill.url, timeout=timeout).query(query)
    error = caught.value
    assert error.exit_code == 4
    assert error.hint
    assert error.url == ill.url
    assert ill.url in error.message
    assert "\n" not in error.message
    return error


HTML = "<!DOCTYPE html><html><head><title>Welcome &amp; more</title></head><body>x</body></html>"
JSON = "application/sparql-results+json"


@pytest.mark.parametrize(
    ("status", "media_type", "body", "said", "hint"),
    [
        (200, "text/html; charset=utf-8", HTML, "an HTML page", "query endpoint"),
        (200, "text/plain", "hello", "answered with text/plain", "query endpoint"),
        (200, None, "hello", "no Content-Type", "query endpoint"),
        (200, "text/csv", "a\n1\n", "answered with text/csv", "query endpoint"),
        (200, JSON, "", "cannot be read", "cut off"),
        (200, JSON, "{", "cannot be read", "cut off"),
        (200, JSON, "[]", "cannot be read", "cut off"),
        (200, JSON, '{"head":{"vars":["a"]},"results":{"bindings":[{"a"', "cannot", "cut off"),
        (200, JSON, '{"head":{"vars":["a"]},"results":{"bindings":[]}}', "with rows", "between"),
        (400, "text/plain", "parse error at 1:3", "400: parse error at 1:3", "syntax"),
        (400, "application/json", '{"message": "no prefix"}', "400: no prefix", "syntax"),
        (401, "text/plain", "who are you", "refuses access (401)", "REGIMENKG_ENDPOINT_USER"),
        (403, "text/html", HTML, "refuses access (403): Welcome", "REGIMENKG_ENDPOINT_TOKEN"),
        (404, "text/html", HTML, "status 404: Welcome", "/sparql or /query"),
        (405, "text/plain", "", "status 405", "not a query endpoint"),
        (406, "text/plain", "", "status 406", "no format"),
        (429, "text/plain", "", "status 429", "wait"),
        (418, "text/plain", "", "status 418", "check the URL"),
        (500, "text/plain", "out of memory", "500: out of memory", "server failed"),
        (503, "text/html", HTML, "status 503: Welcome", "server failed"),
    ],
)
def test_what_is_no_answer_is_an_endpoint_error(
    ill: IllServer, status: int, media_type: str | None, body: str, said: str, hint: str
) -> None:
    ill.reply = _reply(status, media_type, body)
    error = _error(ill)
    assert said in error.message
    assert hint in str(error.hint)
    assert error.status == (status if status != 200 else None)


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/n-triples", "<http://a> <http://b>"),
        ("text/turtle", "a b c"),
        ("text/html", HTML),
        (JSON, '{"boolean": true}'),
    ],
)
def test_what_is_no_graph_is_an_endpoint_error(ill: IllServer, media_type: str, body: str) -> None:
    ill.reply = _reply(200, media_type, body)
    _error(ill, "CONSTRUCT WHERE { ?s ?p ?o }")


def test_a_long_message_of_a_server_is_cut(ill: IllServer) -> None:
    ill.reply = _reply(500, "text/plain", "x\x1b[31m\n" * 5000)
    error = _error(ill)
    assert len(error.message) < 700
    assert "\x1b" not in error.message


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_but_named(ill: IllServer, status: int) -> None:
    ill.reply = _reply(status, "text/html", HTML, Location="https://other.example/sparql")
    error = _error(ill)
    assert f"redirects ({status}) to https://other.example/sparql" in error.message
    assert "--endpoint https://other.example/sparql" in str(error.hint)
    assert len(ill.asked) == 1


def test_an_answer_that_breaks_off(ill: IllServer) -> None:
    ill.reply = _reply(200, JSON, '{"boolean"', Content_Length="1000")
    assert "broke off its answer" in _error(ill).message


def test_a_chunked_answer_that_breaks_off_at_a_line(ill: IllServer) -> None:
    def reply(request: BaseHTTPRequestHandler) -> None:
        request.protocol_version = "HTTP/1.1"
        request.send_response(200)
        request.send_header("Content-Type", "application/n-triples")
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        line = b"<http://a/> <http://a/> <http://a/> .\n"
        request.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
        request.close_connection = True

    ill.reply = reply
    assert "broke off its answer" in _error(ill, "DESCRIBE <http://a/>").message


def test_a_connection_that_ends_without_answer(ill: IllServer) -> None:
    ill.reply = lambda request: request.connection.shutdown(socket.SHUT_RDWR)
    assert "broke off its answer" in _error(ill).message


def test_a_server_that_is_not_http() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"220 mail.example.org ESMTP\r\n")

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(EndpointError, match="cannot be reached"):
            RemoteEndpoint(url).query("ASK {}")


def test_a_slow_server(ill: IllServer) -> None:
    given_up = threading.Event()

    def wait(_: BaseHTTPRequestHandler) -> None:
        given_up.wait(60)

    ill.reply = wait
    try:
        assert "did not answer within 0.3 s" in _error(ill, timeout=0.3).message
    finally:
        given_up.set()


def test_a_server_that_drips_has_one_time_limit_for_the_whole_answer(ill: IllServer) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", JSON)
        request.end_headers()
        for _ in range(60):
            try:
                request.wfile.write(b" " * 70_000)
            except OSError:
                return
            time.sleep(0.05)

    ill.reply = drip
    assert "did not answer within 0.4 s" in _error(ill, timeout=0.4).message


def test_a_dead_server() -> None:
    with pytest.raises(EndpointError, match="refused the connection") as caught:
        RemoteEndpoint(f"http://127.0.0.1:{free_port()}/query").query("ASK {}")
    assert "running" in str(caught.value.hint)


def test_a_host_that_does_not_exist() -> None:
    with pytest.raises(EndpointError, match=r"no address for the host nowhere\.invalid"):
        RemoteEndpoint("http://nowhere.invalid/query").query("ASK {}")


def test_a_server_without_tls(ill: IllServer) -> None:
    url = ill.url.replace("http:", "https:")
    with pytest.raises(EndpointError, match="TLS"):
        RemoteEndpoint(url).query("ASK {}")


# What is sent


def test_short_queries_are_got_and_long_ones_posted(ill: IllServer) -> None:
    endpoint = RemoteEndpoint(ill.url)
    assert endpoint.query("ASK {}") is True
    long = "ASK {} # " + "é" * 2000
    assert endpoint.query(long) is True
    (get, path, _, _), (post, post_path, headers, body) = ill.asked
    assert (get, post) == ("GET", "POST")
    assert parse_qs(urlsplit(path).query) == {"query": ["ASK {}"]}
    assert urlsplit(post_path).query == ""
    assert parse_qs(body) == {"query": [long]}
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_accept_says_what_can_be_read(ill: IllServer) -> None:
    RemoteEndpoint(ill.url).query("ASK {}")
    ill.reply = _reply(200, "application/n-triples", "")
    RemoteEndpoint(ill.url).query("DESCRIBE <a:b>")
    first, second = (headers["Accept"] for _, _, headers, _ in ill.asked)
    assert first.startswith("application/sparql-results+json")
    assert second.startswith("application/n-triples")


def test_other_result_formats_are_read_too(ill: IllServer) -> None:
    xml = '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><boolean>true</boolean></sparql>'
    ill.reply = _reply(200, "application/sparql-results+xml", xml)
    assert RemoteEndpoint(ill.url).query("ASK {}") is True
    ill.reply = _reply(200, "application/json", '{"boolean": false}')
    assert RemoteEndpoint(ill.url).query("ASK {}") is False
    ill.reply = _reply(200, "text/turtle", "<a> <b> <c> .")
    assert len(list(RemoteEndpoint(ill.url).query("DESCRIBE <a:b>"))) == 1  # type: ignore[arg-type]


def test_parameters_of_the_url_are_sent_along(ill: IllServer) -> None:
    url = ill.url + "?default-graph-uri=http%3A%2F%2Fe.org%2F&timeout=5#top"
    RemoteEndpoint(url).query("ASK {}")
    assert parse_qs(urlsplit(ill.asked[0][1]).query) == {
        "default-graph-uri": ["http://e.org/"],
        "timeout": ["5"],
        "query": ["ASK {}"],
    }


def test_no_credentials_are_sent_unless_set(ill: IllServer) -> None:
    RemoteEndpoint(ill.url).query("ASK {}")
    assert "Authorization" not in ill.asked[0][2]


def test_credentials_come_from_the_environment(
    ill: IllServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGIMENKG_ENDPOINT_USER", "ann")
    monkeypatch.setenv("REGIMENKG_ENDPOINT_PASSWORD", "sécret")
    RemoteEndpoint(ill.url).query("ASK {}")
    monkeypatch.setenv("REGIMENKG_ENDPOINT_TOKEN", "t0ken")
    RemoteEndpoint(ill.url).query("ASK {}")
    sent = [headers["Authorization"] for _, _, headers, _ in ill.asked]
    assert sent == ["Basic YW5uOnPDqWNyZXQ=", "Bearer t0ken"]


def test_credentials_never_stand_in_a_message(
    ill: IllServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGIMENKG_ENDPOINT_TOKEN", "t0ken")
    ill.reply = _reply(401, "text/plain", "no")
    error = _error(ill)
    assert "t0ken" not in f"{error.message} {error.hint} {vars(error)}"


def _md5(*parts: str) -> str:
    return hashlib.md5(":".join(parts).encode()).hexdigest()


def _digest_server(*, stale_after: int) -> Reply:
    """A server that wants ann's digest, with a number that it changes after some answers."""
    answered = 0

    def reply(request: BaseHTTPRequestHandler) -> None:
        nonlocal answered
        number = f"n{answered // stale_after}"
        kind, _, parts = request.headers.get("Authorization", "").partition(" ")
        pairs = urllib.request.parse_http_list(parts) if kind == "Digest" else []
        said = urllib.request.parse_keqv_list(pairs)
        if said.get("nonce") == number:
            asked, user = _md5("GET", request.path), _md5("ann", "r", "sécret")
            right = _md5(user, number, said["nc"], said["cnonce"], "auth", asked)
            assert (said["uri"], said["response"]) == (request.path, right)
            answered += 1
            _reply(200, JSON, '{"boolean": true}')(request)
            return
        challenge = f'Digest realm="r", nonce="{number}", qop="auth"'
        if kind == "Digest":
            challenge += ', stale="true"'
        _reply(401, "text/plain", "", WWW_Authenticate=challenge)(request)

    return reply


def test_a_digest_is_sent_where_a_server_wants_one_and_a_new_one_where_that_ran_out(
    ill: IllServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGIMENKG_ENDPOINT_USER", "ann")
    monkeypatch.setenv("REGIMENKG_ENDPOINT_PASSWORD", "sécret")
    ill.reply = _digest_server(stale_after=2)
    endpoint = RemoteEndpoint(ill.url)
    for _ in range(5):
        assert endpoint.query("ASK {}") is True
    kinds = [headers["Authorization"].partition(" ")[0] for _, _, headers, _ in ill.asked]
    assert kinds == ["Basic"] + ["Digest"] * 7  # one more for each number but the first


def test_a_digest_that_is_refused_is_not_tried_again(
    ill: IllServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGIMENKG_ENDPOINT_USER", "ann")
    challenge = 'Digest realm="r", nonce="n", qop="auth"'
    ill.reply = _reply(401, "text/plain", "", WWW_Authenticate=challenge)
    assert "refuses access (401)" in _error(ill).message
    assert len(ill.asked) == 2


@pytest.mark.parametrize("variable", ["TOKEN", "USER", None])
@pytest.mark.parametrize("wanted", ['Digest realm="r", nonce="n", algorithm="x"', "Digest a=, b"])
def test_a_challenge_that_cannot_be_answered_is_a_refusal(
    ill: IllServer, monkeypatch: pytest.MonkeyPatch, variable: str | None, wanted: str
) -> None:
    if variable:
        monkeypatch.setenv(f"REGIMENKG_ENDPOINT_{variable}", "ann")
    ill.reply = _reply(401, "text/plain", "", WWW_Authenticate=wanted)
    assert "refuses access (401)" in _error(ill).message


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://ann:secret@localhost/sparql", "holds credentials"),
        ("http://ann@localhost/sparql", "holds credentials"),
        ("file:///etc/passwd", "not an http or https URL"),
        ("ftp://localhost/x", "not an http or https URL"),
        ("localhost:7878/query", "not an http or https URL"),
        ("http:///query", "not an http or https URL"),
        ("http://localhost:port/", "not a URL"),
        ("http://[::1/", "not a URL"),
        ("", "not an http or https URL"),
        ("http://localhost/a b", "not a URL"),
    ],
)
def test_a_url_that_cannot_be_an_endpoint_is_refused(url: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        RemoteEndpoint(url)
    assert "secret" not in caught.value.message
    assert caught.value.exit_code == 2
