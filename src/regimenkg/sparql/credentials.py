"""The credentials of the environment, in the form that a server asks for.

They are ``REGIMENKG_ENDPOINT_TOKEN`` (sent as a bearer token, RFC 6750), or
``REGIMENKG_ENDPOINT_USER`` and ``REGIMENKG_ENDPOINT_PASSWORD`` (HTTP basic, RFC 7617, or HTTP
digest, RFC 7616, where the server asks for that, as Virtuoso does).
"""

from __future__ import annotations

import base64
import os
import urllib.request
from email.message import Message
from hashlib import md5, sha256
from secrets import token_hex

__all__ = ["ADVICE", "HOW", "Credentials"]

_TOKEN, _USER, _PASSWORD = (f"REGIMENKG_ENDPOINT_{name}" for name in ("TOKEN", "USER", "PASSWORD"))

ADVICE = f"set {_USER} and {_PASSWORD}, or {_TOKEN}, in the environment"
"""What to do where a server refuses access."""

HOW = f"put them in {_USER} and {_PASSWORD}"
"""Where credentials belong that stand in a URL."""


class Credentials:
    """What requests to one server carry; the environment is read for each of them.

    >>> Credentials().wants_digest
    False
    """

    def __init__(self) -> None:
        self._challenge: dict[str, str] | None = None
        self._nonce, self._count = "", 0

    @property
    def wants_digest(self) -> bool:
        """Whether the server is known to want a digest."""
        return self._challenge is not None

    def add_to(self, request: urllib.request.Request) -> None:
        """Put the credentials into a request, if there are any."""
        value: str | None = None
        if token := os.environ.get(_TOKEN):
            value = f"Bearer {token}"
        elif self._challenge:
            value = self._digest(request, self._challenge)
        elif user := os.environ.get(_USER):
            both = f"{user}:{os.environ.get(_PASSWORD, '')}".encode()
            value = "Basic " + base64.b64encode(both).decode("ascii")
        if value:
            request.add_unredirected_header("Authorization", value)

    def may_answer(self, request: urllib.request.Request, headers: Message) -> bool:
        """Tell whether a request that was refused may pass with a digest that it had not.

        Args:
            request: what was refused with status 401.
            headers: of the answer.

        A digest that was refused is not tried again, unless only what it was mixed with ran out.
        """
        challenge = _challenge(headers)
        refused = self._challenge is not None and challenge.get("stale", "").lower() != "true"
        able = self.may_have_digest() and bool(challenge) and bool(self._digest(request, challenge))
        self._challenge = challenge if able and not refused else None
        return self._challenge is not None

    def may_have_digest(self) -> bool:
        """Whether there is a user and a password to make a digest of."""
        return bool(os.environ.get(_USER)) and not os.environ.get(_TOKEN)

    def _digest(self, request: urllib.request.Request, challenge: dict[str, str]) -> str | None:
        """The answer to a challenge, RFC 7616, section 3.4; None to one of another kind."""
        user, password = os.environ.get(_USER, ""), os.environ.get(_PASSWORD, "")
        algorithm = challenge.get("algorithm", "MD5")
        hasher = {"MD5": md5, "SHA-256": sha256}.get(algorithm.upper())
        realm, nonce = challenge.get("realm"), challenge.get("nonce")
        ways = challenge.get("qop", "auth").replace(" ", "").split(",")
        if not (hasher and realm is not None and nonce and "auth" in ways and user.isascii()):
            return None

        def digest(*parts: str) -> str:
            return hasher(":".join(parts).encode()).hexdigest()

        self._count = self._count + 1 if nonce == self._nonce else 1
        self._nonce = nonce
        uri, count, own = request.selector, f"{self._count:08x}", token_hex(8)
        asked = digest(request.get_method(), uri)
        response = digest(digest(user, realm, password), nonce, count, own, "auth", asked)
        quoted = {"username": user, "realm": realm, "nonce": nonce, "uri": uri, "cnonce": own}
        if "opaque" in challenge:
            quoted["opaque"] = challenge["opaque"]
        parts = [f'{name}="{_escaped(text)}"' for name, text in quoted.items()]
        parts += [f'response="{response}"', f"algorithm={algorithm}", "qop=auth", f"nc={count}"]
        return "Digest " + ", ".join(parts)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _challenge(headers: Message) -> dict[str, str]:
    """What a server wants a digest of; nothing if it wants none, or says it wrongly."""
    scheme, _, parts = headers.get("WWW-Authenticate", "").partition(" ")
    if scheme.lower() != "digest":
        return {}
    try:
        return urllib.request.parse_keqv_list(urllib.request.parse_http_list(parts))
    except (ValueError, IndexError):
        return {}
