"""Files of unknown origin: read as bounded streams, or refused with the place and what to try.

Each guard is also taken away, by its limit, to see that it is this one which refuses.
"""

from __future__ import annotations

import gzip
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regimenkg.errors import LoaderError
from regimenkg.loaders.shared.base import Watch
from regimenkg.loaders.shared.bounded import LIMITS, Limits, Stream, lines, text
from regimenkg.loaders.shared.files import streams

SMALL = Limits(total=1 << 20, ratio=20, record=1000, depth=5, directory=1 << 20)


def stream(data: bytes, limits: Limits = LIMITS) -> Stream:
    return Stream(io.BytesIO(data), "f", limits=limits)


def zipped(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def contents(path: Path, limits: Limits = LIMITS, **options: object) -> dict[str, str]:
    return {
        one.name.removeprefix(str(path)): text(one)
        for one in streams(path, limits=limits, **options)  # type: ignore[arg-type]
    }


def refusal(path: Path, limits: Limits = LIMITS, **options: object) -> LoaderError:
    with pytest.raises(LoaderError) as caught:
        contents(path, limits, **options)
    assert str(path) in caught.value.message
    assert str(path) in str(caught.value.file)
    assert caught.value.hint
    return caught.value


def test_a_file_is_one_stream_and_a_zip_one_for_each_member(tmp_path: Path) -> None:
    plain = tmp_path / "a.json"
    plain.write_bytes(b"{}")
    assert contents(plain) == {"": "{}"}
    archive = zipped(tmp_path / "a.zip", {"x/1.json": b"1", "x/": b"", "x/2.json": b"2"})
    assert contents(archive) == {"!x/1.json": "1", "!x/2.json": "2"}
    assert contents(zipped(tmp_path / "none.zip", {})) == {}


def test_bytes_are_counted_as_they_lie_in_the_file(tmp_path: Path) -> None:
    plain = tmp_path / "a.txt"
    plain.write_bytes(b"x" * 200_000)
    watch = Watch()
    contents(plain, watch=watch)
    assert watch.bytes == 200_000
    watch = Watch()
    archive = zipped(tmp_path / "a.zip", {"a.txt": b"x" * 200_000})
    contents(archive, watch=watch)
    assert 0 < watch.bytes < 10 * archive.stat().st_size


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0")))
def test_text_comes_out_as_it_went_in(content: str) -> None:
    data = content.encode()
    expected = content.removeprefix("\ufeff")
    assert text(stream(data)) == expected
    assert [line for _, line in lines(stream(data))] == [
        line.removesuffix("\r") for line in expected.removesuffix("\n").split("\n") if expected
    ]


@given(st.binary(max_size=300), st.integers(1, 64))
def test_bytes_are_text_or_refused_at_the_byte_that_python_names(data: bytes, size: int) -> None:
    try:
        expected: str | int = data.decode("utf-8")
    except UnicodeDecodeError as error:
        expected = error.start
    reader = None
    try:
        reader = stream(data)
        got = b"".join(iter(lambda: reader.read(size), b"")).decode()
    except LoaderError as error:
        if b"\0" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return
        assert f"byte {expected}: not UTF-8" in error.message
    else:
        assert b"\0" not in data
        assert isinstance(expected, str) and got == expected.removeprefix("\ufeff")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_the_mark_of_another_encoding_is_refused_by_name(encoding: str) -> None:
    with pytest.raises(LoaderError, match=encoding[:6].upper()):
        stream("\ufeff{}".encode(encoding))


def test_a_nul_is_refused_at_its_byte() -> None:
    with pytest.raises(LoaderError, match="byte 70003: a NUL byte"):
        text(stream(b"x" * 70_003 + b"\0"))


def test_a_record_has_a_greatest_length() -> None:
    data = b"short\n" + b"x" * 200_000
    with pytest.raises(LoaderError, match="byte 6: a record is longer than 1000 bytes"):
        list(lines(stream(data, SMALL)))
    assert len(list(lines(stream(data, replace(SMALL, record=200_000))))) == 2


def test_many_short_lines_are_no_long_record() -> None:
    assert sum(1 for _ in lines(stream(b"x\n" * 300_000, SMALL))) == 300_000


def test_there_is_a_greatest_total() -> None:
    with pytest.raises(LoaderError, match="more than 1048576 bytes"):
        list(lines(stream(b"x\n" * 600_000, SMALL)))


def test_a_zip_that_swells_is_refused(tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "bomb.zip", {"a.txt": b"\n" * (8 << 20)})
    assert "zip bomb" in str(refusal(bomb).hint)
    assert contents(bomb, replace(LIMITS, ratio=2000)), "without the guard it goes through"


def test_a_zip_of_many_members_that_swell_together_is_refused(tmp_path: Path) -> None:
    members = {f"{number}.txt": b"\n" * 900_000 for number in range(5)}
    bomb = zipped(tmp_path / "bomb.zip", members)
    limits = replace(LIMITS, total=2 << 20)
    assert "unpacks to more than" in refusal(bomb, limits).message
    assert contents(bomb, replace(limits, total=8 << 20)), "without the guard it goes through"


def test_a_member_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    for claimed in (5, 50):
        archive = zipped(tmp_path / f"{claimed}.zip", {"a.txt": b"0123456789"})
        data = bytearray(archive.read_bytes())
        at = data.index(b"PK\x01\x02")
        data[at + 24 : at + 28] = claimed.to_bytes(4, "little")
        archive.write_bytes(data)
        assert "zip" in refusal(archive).message


def test_a_damaged_or_cut_zip_is_refused(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"a.txt": bytes(range(1, 128)) * 50})
    whole = archive.read_bytes()
    for data in (whole[:-30], whole[:40], whole[:60] + b"\x00\x01\x02" + whole[63:]):
        archive.write_bytes(data)
        assert "damaged" in refusal(archive).message


@pytest.mark.parametrize("name", ["../a.json", "/a.json", "a/../../b.json", "C:a.json", "a\\b"])
def test_a_name_that_leads_out_of_the_zip_is_refused(tmp_path: Path, name: str) -> None:
    archive = zipped(tmp_path / "a.zip", {name: b"{}", "b.json": b"{}"})
    assert "leads out" in refusal(archive).message
    skipped: list[LoaderError] = []
    assert list(contents(archive, on_error=skipped.append)) == ["!b.json"]
    assert len(skipped) == 1


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"a.json": b"{}"})
    data = bytearray(archive.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    archive.write_bytes(data)
    assert "encrypted" in refusal(archive).message


def test_a_zip_within_a_zip_is_refused_whatever_its_name(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"a.json": b"{}"}).read_bytes()
    for name in ("inner.zip", "inner.json"):
        assert "within" in refusal(zipped(tmp_path / "outer.zip", {name: inner})).message


def test_another_packing_or_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    packed = zipped(tmp_path / "a.zip", {"a.json": b"{}" * 99}, zipfile.ZIP_LZMA)
    assert "method 14" in refusal(packed).message
    other = zipped(tmp_path / "b.zip", {"a.exe": b"MZ"})
    assert ".json" in str(refusal(other, suffixes=[".json"]).expected)


def test_a_list_of_members_has_a_greatest_size(tmp_path: Path) -> None:
    many = zipped(tmp_path / "a.zip", {f"{number:0200}": b"" for number in range(1000)})
    assert "list of members" in refusal(many, replace(LIMITS, directory=100_000)).message
    assert len(contents(many)) == 1000


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "directory" in refusal(tmp_path).message
    assert "cannot read" in refusal(tmp_path / "none").message


# gzip


def packed(path: Path, *pieces: bytes) -> Path:
    path.write_bytes(b"".join(gzip.compress(piece) for piece in pieces))
    return path


def test_what_gzip_has_packed_is_read_in_all_its_pieces(tmp_path: Path) -> None:
    watch = Watch()
    path = packed(tmp_path / "a.json.gz", b"one ", b"\xc3", b"\xa9 two")
    assert contents(path, watch=watch) == {"": "one é two"}
    assert watch.bytes == path.stat().st_size


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "bomb.gz", b"0" * (8 << 20))
    assert "swells" in refusal(path, replace(SMALL, record=1 << 30, total=1 << 30)).message
    assert "more than" in refusal(path, replace(LIMITS, total=1 << 20)).message
    assert len(contents(path, replace(LIMITS, ratio=2000))[""]) == 8 << 20


def test_a_damaged_gzip_is_refused(tmp_path: Path) -> None:
    whole = gzip.compress(bytes(range(32, 127)) * 50)
    for number, data in enumerate(
        (whole[:-9], whole[:15], whole[:-8] + b"12345678", whole[:20] + b"\0" * 9 + whole[29:])
    ):
        path = tmp_path / f"{number}.gz"
        path.write_bytes(data)
        assert "the gzip is damaged" in refusal(path).message


def test_gzip_within_gzip_is_no_text(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.gz", gzip.compress(b"text"))
    assert "not UTF-8" in refusal(path).message
