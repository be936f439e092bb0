"""API tokens of both kinds for a disposable NetBox."""

from linewright.errors import SourceError
from linewright.lab.netbox.lab import ADMIN, Running
from linewright.lab.netbox.seeding.rest import Rest


def new_token(
    running: Running, *, version: int = 1, write: bool = True, description: str = "linewright"
) -> str:
    """Make another token of the administrator; its whole value, which NetBox shows this once.

    Version 1 is 40 characters; version 2 is "nbt_KEY.SECRET" (NetBox documentation, "REST API authentication").

    Raises:
        SourceError: NetBox refused or did not answer.
    """
    with Rest(running.url, running.token) as rest:
        user = rest.list("users/users", username=ADMIN)[0]
        body = {
            "user": user["id"],
            "version": version,
            "write_enabled": write,
            "description": description,
        }
        made = rest.create_one("users/tokens", body)
    secret = str(made.get("token") or "")
    if not secret:
        raise SourceError(f"NetBox at {running.url}: a new token came without its value")
    return secret if version == 1 else f"nbt_{made['key']}.{secret}"
