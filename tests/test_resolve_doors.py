"""One text means one thing, whichever way it is asked: command line, Python, HTTP, assistants."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_runner import run
from served import Server, serving

import regimenkg
from regimenkg.errors import UsageError
from regimenkg.mcp.tools import TOOLS, call
from regimenkg.terms.namespaces import expand
from regimenkg.things.kinds import KINDS

NAMES = [
    *("Ara-C", "ara-c", "citarabina", "cytarbine", "mitoxantrone HCl", "Imatinib Mesilate"),
    *("RXNORM:3041", "3041", "L01BC01", "CAS 147-94-4", "NCT00955916", "doi:10.1000/none"),
    *("CLAG", "FLAG", "Leukaemia, Myeloid, Acute", "diarrhoea", "drug", "", " ", "zzz"),
    *('a "quoted, text"', "阿糖胞苷", "x" * 3000, "tab\there", "rkd:drug/cytarabine"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    regimenkg.open_store()
    with serving("--max-rows", "30") as running:
        yield running


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def by_python(kind: str | None) -> list[list[str]]:
    return [
        ["" if value is None else str(value) for value in row.values()]
        for row in regimenkg.resolve(NAMES, kind).to_dicts()
    ]


@pytest.mark.parametrize("kind", [None, *KINDS])
def test_all_doors_give_the_same_rows(server: Server, kind: str | None) -> None:
    expected = by_python(kind)
    assert len(expected) >= len(NAMES)
    lines = "".join(name + "\n" for name in NAMES)
    words = ["resolve", "-", "-O", "csv", *(["--kind", kind] if kind else [])]
    assert rows_of(run(words, input=lines).stdout) == expected
    options = {"kind": kind} if kind else {}
    accept = {"Accept": "text/csv"}
    get = server.client.get("/resolve", params={"name": NAMES, **options}, headers=accept)
    assert rows_of(get.text) == expected
    for body, media_type in (
        (lines, "text/plain; charset=utf-8"),
        (json.dumps(NAMES), "application/json"),
        (json.dumps({"names": NAMES}), "application/json"),
        (_column(NAMES), "text/csv"),
    ):
        headers = {**accept, "Content-Type": media_type}
        post = server.client.post(
            "/resolve", params=options, content=body.encode(), headers=headers
        )
        assert rows_of(post.text) == expected, media_type
    answer = call("resolve", {"names": NAMES, **options}, regimenkg.open_store())
    told = [[str(row.get(name, "")) for name in answer["columns"]] for row in answer["rows"]]
    for row in told:
        row[2] = expand(row[2]) or row[2]
    assert told == expected


def _column(names: list[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([["drug"], *([name] for name in names)])
    return out.getvalue()


def test_a_page_has_the_form_and_the_rows(server: Server) -> None:
    html = {"Accept": "text/html"}
    assert "<textarea" in server.client.get("/resolve", headers=html).text
    assert "<textarea" in server.client.get("/resolve").text  # who asks for nothing may ask there
    form = {"names": "Ara-C\r\n<script>\r\n", "kind": "drug"}
    page = server.client.post("/resolve", data=form, headers=html)
    assert page.status_code == 200
    assert '<a href="/drug/cytarabine">cytarabine</a>' in page.text
    assert "<script>" not in page.text and "&lt;script&gt;" in page.text
    assert "<h2>2 rows</h2>" in page.text


@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        ({"method": "GET", "url": "/resolve"}, 400, "no name was given"),
        ({"method": "GET", "url": "/resolve?name=x&kind=y"}, 400, "no kind 'y'"),
        ({"method": "POST", "url": "/resolve", "content": b""}, 400, "no name was given"),
        ({"method": "POST", "url": "/resolve", "content": b"x" * 5_000_000}, 413, "bytes"),
        ({"method": "PUT", "url": "/resolve"}, 405, "method"),
        (
            {"method": "POST", "url": "/resolve", "content": b"{", "type": "application/json"},
            400,
            "not JSON",
        ),
        (
            {"method": "POST", "url": "/resolve", "content": b"<a/>", "type": "text/xml"},
            415,
            "text/plain",
        ),
        (
            {"method": "POST", "url": "/resolve?column=b", "content": b"a\n1", "type": "text/csv"},
            400,
            "no column 'b'",
        ),
    ],
)
def test_what_cannot_be_resolved_is_told(
    server: Server, request_: dict[str, object], status: int, words: str
) -> None:
    kind = request_.get("type")
    headers = {"Accept": "application/json"} | ({"Content-Type": str(kind)} if kind else {})
    content: Any = request_.get("content")
    response = server.client.request(
        str(request_["method"]), str(request_["url"]), content=content, headers=headers
    )
    assert response.status_code == status
    assert words in response.text


def test_more_rows_than_the_server_gives_are_cut_and_it_says_so(server: Server) -> None:
    many = "".join(f"name {n}\n" for n in range(100))
    response = server.client.post("/resolve", content=many, headers={"Accept": "text/csv"})
    assert response.headers["x-truncated"] == "true"
    assert response.headers["x-row-limit"] == "30"
    assert len(rows_of(response.text)) == 30


def test_many_at_once_are_answered_alike(server: Server) -> None:
    results: list[str] = []

    def ask() -> None:
        response = server.client.get("/resolve", params={"name": NAMES, "format": "csv"})
        results.append(response.text)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8 and len(set(results)) == 1


# The command line


def test_names_files_and_standard_input_stand_where_they_are_named(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_bytes(b"\xef\xbb\xbfcladribine\r\n\r\n\xff\nCLAG")
    done = run(["resolve", "Ara-C", f"@{file}", "-", "-O", "csv"], input="filgrastim\n")
    assert done.code == 0 and done.stderr == ""
    found = rows_of(done.stdout)
    assert [row[3] for row in found] == ["cytarabine", "cladribine", "", "", "CLAG", "filgrastim"]
    assert [row[6] for row in found][2:4] == ["empty", "has characters that are not text"]


def test_a_column_of_a_table_is_resolved(tmp_path: Path) -> None:
    file = tmp_path / "drugs.csv"
    file.write_text('id,drug\n1,Ara-C\n2,"zzz, x"\n', encoding="utf-8")
    done = run(["resolve", f"@{file}", "--column", "drug", "-O", "csv"])
    assert [row[1] for row in rows_of(done.stdout)] == ["resolved", "unknown"]
    assert "has no column 'durg'" in run(["resolve", f"@{file}", "--column", "durg"]).stderr


@pytest.mark.parametrize(
    ("words", "input_", "told"),
    [
        (["resolve", "@none.txt"], "", "cannot read none.txt"),
        (["resolve", "x", "@none.txt"], "", "cannot read none.txt"),
        (["resolve"], "", "nothing to resolve"),
        (["resolve", "x", "--kind", "drugs"], "", "'drugs' is not one of"),
    ],
)
def test_what_is_wrong_on_the_command_line_is_told(
    words: list[str], input_: str, told: str
) -> None:
    done = run(words, input=input_)
    assert done.code == 2
    assert done.stdout == ""
    assert told in done.stderr and "hint:" in done.stderr


def test_a_kind_that_there_is_not_is_told_in_python_and_to_assistants() -> None:
    with pytest.raises(UsageError, match="no kind"):
        regimenkg.resolve("x", "drgu")
    with pytest.raises(UsageError, match="no kind"):
        call("resolve", {"names": ["x"], "kind": "drgu"}, regimenkg.open_store())
    assert "resolve" in {tool.name for tool in TOOLS}


def test_a_remote_endpoint_is_asked_alike() -> None:
    names = ["ara c", "citarabina", "cytarbine", "RXNORM:3041", "L01BC01", "FLAG"]
    with serving() as everything:
        there = regimenkg.resolve(names, endpoint=everything.sparql).to_dicts()
    assert there == regimenkg.resolve(names).to_dicts()
