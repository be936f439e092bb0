"""What docs/approvals.md shows as complete is taken as it stands there, and says every key."""

import re
from pathlib import Path

import msgspec

from linewright.plan.agreement.plain_yaml import plain_mapping
from linewright.plan.agreement.policy import Policy, policy, revoked
from linewright.plan.agreement.standard import Pattern, pattern


def test_the_examples(checkout: Path) -> None:
    page = (checkout / "docs" / "approvals.md").read_text()
    blocks = [block.encode() for block in re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)]
    of = {str(plain_mapping(block, "x").get("schema")): block for block in blocks}
    policy(of["linewright.policy/1"])
    revoked(of["linewright.revoked/1"])
    pattern(of["linewright.standard/1"], "x")
    for kind, schema in ((Policy, "linewright.policy/1"), (Pattern, "linewright.standard/1")):
        keys = {field.encode_name for field in msgspec.structs.fields(kind)}
        assert keys == set(plain_mapping(of[schema], "x"))
