"""Where a NetBox is and how it is spoken to. The token is in memory only and never shown."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from linewright.errors import SecretError, SettingsError
from linewright.model.loopback import is_loopback

_V1 = re.compile(r"[0-9A-Za-z]{40}")  # hex digits up to NetBox 4.4
_V2 = re.compile(r"nbt_[0-9A-Za-z]{1,64}\.[0-9A-Za-z]{1,128}")
_BRANCH = re.compile(r"[0-9A-Za-z]{0,63}")
_PRINTABLE = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True)
class Connection:
    """A NetBox and how to read from it. A dataclass and not a Record: nothing can encode it, token and all.

    Attributes:
        url: where NetBox is, such as https://netbox.example.net or https://tools.example.net/netbox.
        token: "nbt_KEY.SECRET" (version 2) or 40 letters and digits (version 1); never shown, logged or put into a URL.
        ca_file: PEM file of the authorities to trust instead of the public ones; "" for those.
        allow_http: speak plain HTTP to another machine, which shows the token to everybody on the way.
        connect_timeout: seconds until a connection stands.
        read_timeout: seconds between two pieces of an answer.
        answer_timeout: seconds for one whole answer.
        attempts: how often a read is tried when the connection fails or a proxy says 502, 503 or 504.
        backoff: seconds before the second try, doubled before each further one.
        workers: requests at the same time.
        page_size: rows asked for at once; a NetBox with a smaller MAX_PAGE_SIZE gives fewer, which is noticed.
        branch: the schema id of the branch that is read (netbox-branching); "" for the main data.

    Raises:
        SettingsError: the URL cannot be used or would show the token; a number is out of range.
        SecretError: the token has neither form.
    """

    url: str
    token: str = field(repr=False)
    ca_file: str = ""
    allow_http: bool = False
    connect_timeout: float = 5.0
    read_timeout: float = 60.0
    answer_timeout: float = 300.0
    attempts: int = 4
    backoff: float = 0.5
    workers: int = 3
    page_size: int = 1000
    branch: str = ""

    def __post_init__(self) -> None:
        _check_url(self.url, allow_http=self.allow_http)
        _ = self.authorization
        if self.ca_file and not Path(self.ca_file).is_file():
            raise SettingsError(
                f"the CA file {self.ca_file} does not exist",
                hint="give a PEM file of the authorities to trust",
            )
        if not (1 <= self.workers <= 8 and 1 <= self.attempts <= 10 and 1 <= self.page_size <= 10_000):
            raise SettingsError(
                "NetBox: workers go from 1 to 8, attempts from 1 to 10, page_size from 1 to 10000"
            )
        if not _BRANCH.fullmatch(self.branch):
            raise SettingsError("NetBox: a branch's schema id is letters and digits")
        if min(self.connect_timeout, self.read_timeout, self.answer_timeout) <= 0 or self.backoff < 0:
            raise SettingsError("NetBox: timeouts are seconds above 0")

    @property
    def authorization(self) -> str:
        """The value of the Authorization header (NetBox documentation, "REST API authentication")."""
        if _V2.fullmatch(self.token):
            return f"Bearer {self.token}"
        if _V1.fullmatch(self.token):
            return f"Token {self.token}"
        raise SecretError(
            "the NetBox token has neither known form",
            hint='a token is "nbt_KEY.SECRET" (version 2) or 40 letters and digits (version 1); copy it whole, without spaces',
        )

    @property
    def base(self) -> str:
        """The URL without a slash at its end."""
        return self.url.rstrip("/")


def _check_url(url: str, *, allow_http: bool) -> None:
    if not _PRINTABLE.fullmatch(url):
        raise SettingsError("the NetBox URL is empty or holds a space or control character")
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port  # out of range raises here
    except ValueError as error:
        raise SettingsError(f"the NetBox URL is not one: {error}") from None
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise SettingsError(
            "the NetBox URL holds a user name or password",
            hint="the token is all NetBox needs; take them out",
        )
    if parts.scheme not in {"http", "https"} or not host:
        raise SettingsError(f"the NetBox URL {url} is not like https://netbox.example.net")
    if parts.query or parts.fragment:
        raise SettingsError(f"the NetBox URL {url} has something after its path", hint="leave out ? and #")
    if parts.scheme == "http" and not allow_http and not is_loopback(host):
        raise SettingsError(
            f"the NetBox URL {url} is plain HTTP: the token would cross the network readable",
            hint="use https://, with ca_file for an authority of your own",
        )
