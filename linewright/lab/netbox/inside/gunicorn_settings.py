"""Gunicorn's settings for a lab (https://docs.gunicorn.org/en/stable/settings.html). Runs in NetBox's interpreter.

NetBox is loaded once, before the workers are forked: half the time and memory of loading it in each.
"""

import importlib
import json
import os
from pathlib import Path
from typing import Any

_RUN = Path(os.environ["NETBOX_ROOT"])

wsgi_app = "netbox.wsgi:application"
# Port 0: the kernel gives a free one; asking first and binding later loses races.
bind = "127.0.0.1:0"
workers = 2
threads = 1
timeout = 300
preload_app = True
control_socket_disable = True
worker_tmp_dir = str(_RUN)
graceful_timeout = 2


def when_ready(server: Any) -> None:
    """Make the administrator and a token, then say where NetBox answers. Runs after loading, before forking."""
    secrets = json.loads((_RUN / "secrets.json").read_text(encoding="utf-8"))
    users = importlib.import_module("users.models")
    database = importlib.import_module("django.db")
    admin = users.User.objects.filter(username="admin").first()
    if admin is None:
        admin = users.User.objects.create_superuser("admin", "admin@example.net")
    # A restored database may bring an administrator, with the secrets of the lab it was dumped from.
    admin.set_password(secrets["password"])
    admin.save()
    users.Token.objects.all().delete()
    token = users.Token(user=admin, version=2, key=secrets["token_key"], description="linewright lab")
    token.token = secrets["token"]
    token.save()
    # A connection shared by forked workers would mix their answers.
    database.connections.close_all()
    host, port = server.LISTENERS[0].sock.getsockname()
    part = _RUN / "url.part"
    part.write_text(f"http://{host}:{port}", encoding="ascii")
    part.replace(_RUN / "url")
