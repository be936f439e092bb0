"""File names made from device names."""

import re
from hashlib import sha256

# Windows keeps these for itself, with any extension (Microsoft, "Naming Files, Paths, and Namespaces").
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$)(\..*)?")
_AS_IT_IS = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_HASHED = re.compile(r"--[0-9a-f]{12}")
_LONGEST_HEAD = 80


def file_name(name: str, suffix: str = "") -> str:
    """A file name for a device, safe and distinct on every file system: "hq-wan1" with ".conf" is "hq-wan1.conf".

    A name of lower-case ASCII letters, digits, ".", "_" and "-" that no system reserves stays as it is. Any other
    becomes what is left of it and "--" with twelve hexadecimal digits of its SHA-256, so that different names give
    different files, also where case does not count. `suffix` is the caller's own and goes behind.
    """
    kept = (
        _AS_IT_IS.fullmatch(name) is not None
        and not name.endswith(".")
        and _RESERVED.fullmatch(name) is None
        and _HASHED.search(name) is None  # a name that looks like one of ours could meet it
    )
    if kept:
        return name + suffix
    head = re.sub(r"[^a-z0-9_-]+", "-", name.lower())[:_LONGEST_HEAD].strip("-") or "device"
    return f"{head}--{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}{suffix}"
