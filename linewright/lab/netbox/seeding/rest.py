"""Creating objects through NetBox's REST API, lists at a time."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

import requests

from linewright.errors import SourceError

#: Enough for one list; NetBox checks and saves each object on its own, within one transaction.
_AT_ONCE = 50
_SECONDS = 300

Body = Mapping[str, Any]


class Rest:
    """A NetBox to write to. Both kinds of token are understood."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._session = requests.Session()
        self._session.trust_env = False  # a disposable NetBox is on loopback; no proxy leads there
        kind = "Bearer" if token.startswith("nbt_") else "Token"
        self._session.headers["Authorization"] = f"{kind} {token}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def create(self, endpoint: str, bodies: Sequence[Body]) -> list[int]:
        """Create objects; their ids in the order given.

        Raises:
            SourceError: NetBox refused one or did not answer; the message names endpoint, object and field.
        """
        ids: list[int] = []
        for start in range(0, len(bodies), _AT_ONCE):
            part = list(bodies[start : start + _AT_ONCE])
            ids += [row["id"] for row in self._ask("POST", endpoint, part)]
        return ids

    def create_one(self, endpoint: str, body: Body) -> dict[str, Any]:
        """Create an object; all that NetBox says of it. Errors as `create`."""
        return dict(self._ask("POST", endpoint, body))

    def create_in_lanes(self, endpoint: str, lanes: Sequence[Sequence[Body]]) -> list[list[int]]:
        """Create several lists at the same time; their ids. Errors as `create`.

        Objects that NetBox locks or traces together must be in one lane: two requests that wait for each other's rows
        end in a deadlock.
        """
        with ThreadPoolExecutor(max_workers=len(lanes)) as pool:
            return list(pool.map(lambda lane: self._lane(endpoint, lane), lanes))

    def _lane(self, endpoint: str, bodies: Sequence[Body]) -> list[int]:
        # A session is not for several threads.
        with Rest(self._url, self._token) as rest:
            return rest.create(endpoint, bodies)

    def update(self, endpoint: str, bodies: Sequence[Body]) -> None:
        """Change objects; each body has its id. Errors as `create`."""
        for start in range(0, len(bodies), _AT_ONCE):
            self._ask("PATCH", endpoint, list(bodies[start : start + _AT_ONCE]))

    def list(self, endpoint: str, **filters: str) -> list[dict[str, Any]]:
        """The objects that match, at most 1000. Errors as `create`."""
        return list(self._ask("GET", endpoint, None, {**filters, "limit": "1000"})["results"])

    def _ask(
        self,
        method: str,
        endpoint: str,
        body: Sequence[Body] | Body | None,
        query: Mapping[str, str] | None = None,
    ) -> Any:
        try:
            reply = self._session.request(
                method, f"{self._url}/api/{endpoint}/", json=body, params=query, timeout=_SECONDS
            )
        except requests.RequestException as error:
            raise SourceError(f"NetBox at {self._url}: {endpoint}: {type(error).__name__}") from None
        try:
            answer = reply.json()
        except requests.JSONDecodeError:
            raise SourceError(f"NetBox at {self._url}: {endpoint}: {reply.status_code}, not JSON") from None
        if not reply.ok:
            raise SourceError(
                f"NetBox refused {endpoint}: {_complaint(answer, body if isinstance(body, list) else ())}"
            )
        return answer


def _complaint(answer: Any, bodies: Sequence[Body]) -> str:
    """The first complaint of a list's answer, under the name of its object."""
    errors = answer.get("errors") if isinstance(answer, dict) else None
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        index = errors[0].get("index")
        body = bodies[index] if isinstance(index, int) and index < len(bodies) else {}
        name = next((body[key] for key in ("name", "label", "slug", "address", "cid") if key in body), "")
        return f"{name}: {errors[0].get('errors')}, one of {len(errors)} refused"[:1000]
    return str(answer)[:1000]
