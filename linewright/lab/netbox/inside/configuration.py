"""NetBox's configuration for a lab (https://netboxlabs.com/docs/netbox/configuration/). Runs in NetBox's interpreter."""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

_RUN = Path(os.environ["NETBOX_ROOT"])
_SECRETS: dict[str, str] = json.loads((_RUN / "secrets.json").read_text(encoding="utf-8"))
_REDIS = f"unix://{_RUN.parent}/redis/socket?db="
_BRANCHING = os.environ.get("LINEWRIGHT_NETBOX_BRANCHING", "")

ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
SECRET_KEY = _SECRETS["key"]
API_TOKEN_PEPPERS = {1: _SECRETS["pepper"]}
DATABASES: dict[str, Any] = {
    "default": {"NAME": "netbox", "USER": "netbox", "HOST": str(_RUN.parent / "pg"), "CONN_MAX_AGE": 300}
}
REDIS: dict[str, Any] = {
    "tasks": {"URL": f"{_REDIS}0", "DATABASE": 0},
    "caching": {"URL": f"{_REDIS}1", "DATABASE": 1},
}
# Nothing here may want the internet.
ISOLATED_DEPLOYMENT = True
CENSUS_REPORTING_ENABLED = False
RELEASE_CHECK_URL = None
TRANSLATION_ENABLED = False

if _BRANCHING:
    # At the end of the path: what NetBox brings is never replaced by what lies beside the plugin.
    sys.path.append(_BRANCHING)
    # A branch is a schema of the same database, reached by a name that this dictionary makes up.
    DATABASES = importlib.import_module("netbox_branching.utilities").DynamicSchemaDict(DATABASES)
    DATABASE_ROUTERS = ["netbox_branching.database.BranchAwareRouter"]
    PLUGINS = ["netbox_branching"]
    # Four connections at once are for databases of many gigabytes.
    PLUGINS_CONFIG: dict[str, Any] = {"netbox_branching": {"provision_workers": 2}}
