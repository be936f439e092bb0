"""HTTP to NetBox: bounded in time, size and tries; the token goes to this one host and into no text."""

import re
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import msgspec
import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from linewright import __version__
from linewright.errors import SourceError
from linewright.sources.netbox.connection import Connection
from linewright.sources.netbox.replies import Question, Reply, accepted, words

#: One answer; a page of 1000 devices with large config contexts is a few MB, the OpenAPI schema 15 MB.
MAX_BYTES = 128 * 1024 * 1024

_BUSY = frozenset({502, 503, 504})  # RFC 9110: what a proxy says while NetBox restarts or is overloaded
#: netbox-branching, constants.py: BRANCH_HEADER.
_BRANCH_HEADER = "X-NetBox-Branch"
_ERRNO = re.compile(r"\[Errno -?\d+\] ([\w ,'-]{1,80})")


class _Authorization(AuthBase):
    """Puts the token on a request, late: session and adapter objects do not hold it where a repr would show it."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._value
        return request


class _Options(msgspec.Struct, frozen=True):
    """An answer to OPTIONS: the writing methods that are open to the one who asks, with their fields."""

    actions: dict[str, msgspec.Raw] | None = None


class _Broken(Exception):  # noqa: N818 - it never leaves this module
    """The connection failed in a way that a second try may heal."""


class Client:
    """Reads from one NetBox; to be used in `with`. Any thread may call `get`: each has its own keep-alive session."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            for session in self._sessions:
                session.close()

    def get(self, path: str, query: Sequence[tuple[str, str]], question: Question) -> bytes:
        """The JSON body of GET /api/PATH/.

        Raises:
            UsageError: NetBox does not accept a filter of the question.
            SourceError: NetBox was not reached, or answered anything but JSON with status 200.
        """
        connection = self.connection
        problem = ""
        for attempt in range(connection.attempts):
            if attempt:
                time.sleep(connection.backoff * 2 ** (attempt - 1))
            try:
                reply = self._once(path, query)
            except _Broken as broken:
                problem = str(broken)
                continue
            if reply.status not in _BUSY:
                return accepted(reply, question, connection.base, connection.token)
            problem = f"it is busy or restarting ({reply.status}): {words(reply, connection.token)}"
        raise SourceError(
            f"NetBox at {connection.base} was not reached ({question.title}, {connection.attempts} tries): {problem}",
            hint="nothing was kept of what was read; try again when NetBox answers",
        )

    def may_write(self, path: str, question: Question) -> tuple[bool, str]:
        """Whether the token could add an object to a list, and the answer's Date (RFC 9110, section 6.6.1).

        NetBox says so itself in its answer to OPTIONS, a method that changes nothing.

        Raises:
            SourceError: NetBox was not reached, or did not answer as it should.
        """
        connection = self.connection
        try:
            with self._session().options(
                f"{connection.base}/api/{path}/",
                timeout=(connection.connect_timeout, connection.read_timeout),
                allow_redirects=False,
                stream=True,
            ) as response:
                headers = response.headers
                body = self._body(response, time.monotonic() + connection.answer_timeout)
                reply = Reply(
                    response.status_code, headers.get("Content-Type", ""), headers.get("Location", ""), body
                )
                date = headers.get("Date", "")
        except requests.exceptions.RequestException as error:
            raise SourceError(
                f"NetBox at {connection.base} was not reached ({question.title}): {_reason(error)}"
            ) from None
        answer = accepted(reply, question, connection.base, connection.token)
        try:
            return "POST" in (msgspec.json.decode(answer, type=_Options).actions or {}), date
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise SourceError(f"NetBox at {connection.base} does not say what may be done ({path})") from None

    def _once(self, path: str, query: Sequence[tuple[str, str]]) -> Reply:
        connection = self.connection
        deadline = time.monotonic() + connection.answer_timeout
        try:
            with self._session().get(
                f"{connection.base}/api/{path}/",
                params=list(query),
                timeout=(connection.connect_timeout, connection.read_timeout),
                allow_redirects=False,
                stream=True,
            ) as response:
                headers = response.headers
                return Reply(
                    response.status_code,
                    headers.get("Content-Type", ""),
                    headers.get("Location", ""),
                    self._body(response, deadline),
                )
        # `from None` throughout: the exceptions of requests carry the request, and with it the token.
        except requests.exceptions.SSLError as error:
            raise SourceError(
                f"NetBox at {connection.base} did not prove who it is: {_tls_reason(error)}; no token was sent",
                hint="give ca_file, the PEM file of the authority that signed NetBox's certificate",
            ) from None
        except requests.exceptions.ReadTimeout:
            raise SourceError(
                f"NetBox at {connection.base} did not answer within {connection.read_timeout:g} s ({path})",
                hint="raise the timeout, or ask for smaller pages",
            ) from None
        except requests.exceptions.ConnectTimeout:
            raise _Broken(f"no connection within {connection.connect_timeout:g} s") from None
        except (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
            raise _Broken(_reason(error)) from None
        except requests.exceptions.RequestException as error:
            raise SourceError(
                f"NetBox at {connection.base} answered what is not HTTP: {type(error).__name__} ({path})"
            ) from None

    def _body(self, response: requests.Response, deadline: float) -> bytes:
        pieces: list[bytes] = []
        size = 0
        for piece in response.iter_content(64 * 1024):
            pieces.append(piece)
            size += len(piece)
            if size > MAX_BYTES:
                raise SourceError(
                    f"an answer of NetBox at {self.connection.base} is larger than {MAX_BYTES // 2**20} MB",
                    hint="ask for smaller pages",
                )
            if time.monotonic() > deadline:
                raise SourceError(
                    f"an answer of NetBox at {self.connection.base} took longer than "
                    f"{self.connection.answer_timeout:g} s"
                )
        return b"".join(pieces)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            # Otherwise a .netrc entry replaces the token, and a proxy variable decides who sees it.
            session.trust_env = False
            session.verify = self.connection.ca_file or True
            session.auth = _Authorization(self.connection.authorization)
            session.headers.update(
                {"Accept": "application/json", "User-Agent": f"linewright/{__version__}"},
            )
            if self.connection.branch:
                session.headers[_BRANCH_HEADER] = self.connection.branch
            adapter = HTTPAdapter(pool_connections=1, pool_maxsize=1, max_retries=0)
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            self._local.session = session
            with self._lock:
                self._sessions.append(session)
        return session


def _reason(error: Exception) -> str:
    match = _ERRNO.search(str(error))
    if match:
        return match[1].strip(" '").lower()
    text = str(error)
    if "NameResolution" in text or "Name or service not known" in text:
        return "its name is not known here"
    return "the connection broke off"


def _tls_reason(error: Exception) -> str:
    match = re.search(r"certificate verify failed: ([\w ,.'-]{1,120})", str(error))
    return match[1].strip() if match else "TLS failed"
