"""docs/templates.md names everything a template can use."""

import re
from pathlib import Path

from linewright.render import filters
from linewright.render.context import context

PAGE = (Path(__file__).parents[2] / "docs" / "templates.md").read_text()


def test_every_name_is_documented(build):
    device = build.device()
    env = build.shipped()
    names = {
        *context(build.snapshot(device), device, "frr"),
        *env.globals,
        *filters.FILTERS,
        "text",
        "one_line",
        "banner",
    }
    inline = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
    code = " ".join(re.findall(r"`([^`]+)`", inline))
    assert {name for name in names if not re.search(rf"\b{name}\b", code)} == set()
    assert all(f"`is {name}`" in PAGE for name in filters.TESTS)


def test_every_variable_in_the_table_is_there(build):
    table = PAGE.split("## What a template sees")[1].split("## ")[0]
    device = build.device()
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(
        context(build.snapshot(device), device, "frr")
    )
