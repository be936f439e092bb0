"""How often a change logs in to a device, what that costs a person in one-time codes, and what it proves."""

from linewright.model.objects import Record

#: Of a step that goes well, each in a session of its own: the device is as planned; arm and commit; read back and
#: confirm; read again and clear away. `linewright.change.step` keeps to it, and a test counts.
FRESH = 4
SINGLE = 1
#: What one kept session does not prove. A new login could fail for a changed access list, AAA or host key.
NO_NEW_LOGIN = "no new login before the confirmation: one session does it all"


class Logins(Record, frozen=True):
    """`count` logins on one device when all goes well, `codes` one-time codes for them; `weakened` proofs in words."""

    count: int = FRESH
    codes: int = 0
    weakened: tuple[str, ...] = ()


def logins(*, single: bool = False, codes_each: int = 0) -> Logins:
    """The logins of a change on one device.

    Args:
        single: one session is kept for the whole change there.
        codes_each: one-time codes that one login takes, jump hosts counted.
    """
    count = SINGLE if single else FRESH
    return Logins(count=count, codes=count * codes_each, weakened=(NO_NEW_LOGIN,) if single else ())
