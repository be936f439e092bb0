"""Records recorded.json anew: makes the network of test_real.py in a NetBox of its own and keeps what it answers.

    python tests/sources/netbox/recording.py

To be run after a change of a row, of a list or of the network; needs what the tests marked "netbox" need.
"""

import json
import runpy
import tempfile
from pathlib import Path

from linewright.lab import netbox as lab
from linewright.sources.netbox import lists

_HERE = Path(__file__).parent


def record() -> None:
    """Write recorded.json: by list, the rows as they come, one a line."""
    network = runpy.run_path(str(_HERE / "test_real.py"))
    with tempfile.TemporaryDirectory() as folder:
        running = lab.up(Path(folder) / "lab", branches=False)
        try:
            api = network["Api"](running.url, running.token)
            network["oddities"](api.make, api.change)
            network["everything"](api)
            found = {one.key: rows(api, one, running.url) for one in lists.EVERY}
        finally:
            lab.down(Path(folder) / "lab")
    lines = {key: ",\n".join(f"  {json.dumps(row)}" for row in found[key]) for key in found}
    text = ",\n".join(f" {json.dumps(key)}: [\n{lines[key]}\n ]" for key in found)
    (_HERE / "recorded.json").write_text(f"{{\n{text}\n}}\n", encoding="utf-8")


def rows(api, listing: lists.Listing, url: str) -> list[dict]:
    query = {**dict(listing.query), "fields": listing.fields, "ordering": "id", "limit": 1000}
    answer = api.session.get(f"{api.url}/api/{listing.path}/", params=query, timeout=60)
    answer.raise_for_status()
    text = answer.text.replace(url, "http://netbox.example.net")
    return json.loads(text)["results"]


if __name__ == "__main__":
    record()
