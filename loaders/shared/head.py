"""The beginning of a file, as far as it tells what the file is.

Sources: RFC 1952 (gzip), PKWARE's APPNOTE.TXT, section 4.3.7 (a zip's local file header), RFC 8259
(JSON).
"""

from __future__ import annotations

import codecs
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from struct import Struct

__all__ = ["Head", "read_head"]

_BYTES = 1 << 16
_MAX_KEYS = 400
_ZIP = b"PK\x03\x04"
_LOCAL_HEADER = Struct("<4s5H3I2H")


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a file: its bytes, as text, and of JSON the keys that come first.

    ``keys`` are paths such as ``studies.protocolSection``; the items of a list are not counted, and
    a key whose value is a list is there with ``[]`` behind it as well.
    """

    data: bytes
    text: str = ""
    keys: frozenset[str] = field(default_factory=frozenset)
    root: str = ""
    """The local name of the first element, where it is XML or HTML."""

    def has_key(self, *names: str) -> bool:
        """Whether a key of one of these names comes first, on whatever level."""
        return any(path.rpartition(".")[2] in names for path in self.keys)

    def line(self, pattern: str) -> bool:
        """Whether one of the first lines matches a pattern from its start."""
        return re.search(rf"^(?:{pattern})", self.text, re.MULTILINE) is not None

    @property
    def is_office(self) -> bool:
        """Whether it is a zip that an Office program made."""
        return self.data.startswith(_ZIP) and b"[Content_Types].xml" in self.data[:4096]


def read_head(path: Path) -> Head:
    """Read the beginning of a file: of a gzip file and of a zip, that of what is packed in it.

    Raises OSError for a file that cannot be read.
    """
    with path.open("rb") as stream:
        data = stream.read(_BYTES)
    head = _head(data)
    return _head(_first_member(data)) if data.startswith(_ZIP) and not head.is_office else head


def _first_member(data: bytes) -> bytes:
    """The beginning of the first file in a zip, by its local header; none of one that is packed in
    another way than by deflating.

    The list of members at the end of a zip is not read: it may be of any size.
    """
    if len(data) < _LOCAL_HEADER.size:
        return b""
    _, _, flags, method, *_, name_length, extra_length = _LOCAL_HEADER.unpack_from(data)
    content = data[_LOCAL_HEADER.size + name_length + extra_length :]
    if flags & 1 or method not in (0, 8):
        return b""
    try:
        return content if method == 0 else zlib.decompressobj(-15).decompress(content, _BYTES)
    except zlib.error:
        return b""


def _head(data: bytes) -> Head:
    if data.startswith(b"\x1f\x8b"):
        try:
            data = zlib.decompressobj(wbits=31).decompress(data, _BYTES)
        except zlib.error:
            return Head(data)
    text = codecs.getincrementaldecoder("utf-8-sig")("replace").decode(data)
    return Head(data, text, frozenset(_json_keys(text)), _root_of(text))


def _root_of(text: str) -> str:
    """The local name of the first element of XML or HTML, behind its prologue."""
    rest = re.sub(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<>\[]*(?:\[.*?\])?\s*>", "", text, flags=re.S)
    start = re.match(r"\s*<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)(?=[\s/>])", rest)
    return start[1] if start else ""


def _json_keys(text: str) -> Iterator[str]:
    """The keys that come first in JSON, with their paths; none for what is not JSON."""
    import ijson

    if text.lstrip()[:1] not in ("{", "["):
        return
    count = 0
    try:
        for path, event, value in ijson.parse(io.BytesIO(text.encode("utf-8", "replace"))):
            steps = [step for step in path.split(".") if step and step != "item"]
            if event == "start_array" and steps:
                yield ".".join(steps) + "[]"
            elif event == "map_key":
                yield ".".join((*steps, value))
                count += 1
                if count >= _MAX_KEYS:
                    return
    except ijson.JSONError:  # the beginning of a file is seldom whole
        return
