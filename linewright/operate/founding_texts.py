"""What `init` writes into a new site. Pure: from a few answers to the text of every file."""

import json
from collections.abc import Iterator

from linewright.model.objects import Record

#: Where a description lies in a new site.
DESCRIPTION = "inventory/site.yaml"


class Answers(Record, frozen=True):
    """What a site is founded on: its name, its lowest marking, and a NetBox or else a description."""

    site_id: str = "site"
    marking: str = "UNCLASSIFIED"
    netbox: str = ""


def texts(answers: Answers, description: str) -> Iterator[tuple[str, str, str]]:
    """Each file as path, text, and one line that says what it is for; nothing here is secret."""
    yield "nornir.yaml", _settings(answers), "the settings of the site; Nornir's own keys work too"
    yield ".gitignore", _GITIGNORE, "keeps secrets, state and built documents out of git"
    yield "README.md", _README.format(site=answers.site_id, source=_source(answers)), "what lies where"
    if description:
        yield DESCRIPTION, description, "the network as you mean it: devices, addresses, cables"
    for room, (line, text) in _ROOMS.items():
        yield f"{room}/README.md", text, line


def example() -> str:
    """A description of two routers and a cable, small enough to be replaced."""
    return _EXAMPLE


def secret_values(answers: Answers) -> str:
    """The file for secret values of a new site, with the places for values and no value."""
    token = '# netbox/token: "nbt_KEY.SECRET"\n' if answers.netbox else ""
    return f"{_VALUES}{token}"


def _source(answers: Answers) -> str:
    return f"NetBox at {answers.netbox}" if answers.netbox else f"the description {DESCRIPTION}"


def _settings(answers: Answers) -> str:
    if answers.netbox:
        source = f"    netbox:\n      url: {json.dumps(answers.netbox)}\n      token: netbox/token # a name, not the token: its value is in inventory/secrets/values.yaml\n"
    else:
        source = f"    description: {DESCRIPTION} # instead of a NetBox; set netbox.url when you have one\n"
    return _SETTINGS.format(
        site=json.dumps(answers.site_id), marking=json.dumps(answers.marking), source=source
    )


_SETTINGS = """\
# Nornir's own keys mean what Nornir says; those of linewright stand under user_defined.linewright. An unknown key there
# is refused. All keys: docs/settings.md of linewright.
runner:
  plugin: threaded
  options:
    num_workers: 20 # devices worked on at once
user_defined:
  linewright:
    site_id: {site}
    marking: {marking} # the lowest marking of every plan and document
{source}    # login: # how devices of a platform are logged into; take the "# " away from the lines that fit
    #   frr: {{username: ops, key_file: ~/.ssh/id_ed25519}}
    #   eos: {{username: admin, password: login/eos}} # a name; its value is in inventory/secrets/values.yaml
    # approvals: # who agrees to changes; without it nobody has to: docs/approvals.md
    #   folder: /etc/linewright/approvals # policy and signers; nobody who makes plans may write there
    #   person: YOU # as that folder names you
    #   key: ~/.ssh/id_ed25519_sk # what you sign with
"""

_GITIGNORE = """\
# Secrets are in no repository, and what linewright makes while it works is not yours to keep by hand.
/inventory/secrets/
/.linewright/
/site-output/
__pycache__/
"""

_README = """\
# {site}

A site of linewright, almost empty on purpose: templates, tasks, documents and playbooks come from the installed package. A
file here with the path of a shipped one takes its place (`lw eject` copies one, `lw site diff` shows where they part).

| folder | what is in it | who writes |
|---|---|---|
| `nornir.yaml` | settings | you |
| `inventory/` | host keys, a description if there is no NetBox; `secrets/` is not in git | you, `lw trust accept` |
| `templates/` | templates of your own | you |
| `tasks/`, `docs_gen/`, `playbooks/` | Nornir tasks, documents, Ansible playbooks of your own | you |
| `tests/compliance/` | pyATS checks of your own | you |
| `.linewright/` | snapshots, journal, what was last seen; not in git | linewright |

The network as it should be comes from {source}.
"""

_ROOMS = {
    "inventory": (
        "what the site knows beside NetBox",
        """\
# inventory

`secrets/` holds the site's key and secret values: mode 0600, never in git. `trust/` holds host keys and certificates of
devices, written by `lw trust accept`; it belongs in git, so that everybody works with the same ones. `site.yaml`, where
there is no NetBox, says what the network should be.
""",
    ),
    "templates": (
        "configuration templates of your own",
        """\
# templates

Empty: the shipped templates count. To change one, `lw eject` lists them and `lw eject templates/config/...` copies it here.
Each copied file is yours from then on; `lw site diff` shows what changed on either side.
""",
    ),
    "tasks": (
        "Nornir tasks of your own",
        """\
# tasks

Nornir tasks of 10 to 40 lines, functions only. What writes to devices is not replaced by anything here.
""",
    ),
    "docs_gen": (
        "documents of your own",
        """\
# docs_gen

One module for each document of your own: a function that makes it from what is known.
""",
    ),
    "playbooks": (
        "Ansible playbooks of your own",
        """\
# playbooks

Playbooks for Linux hosts beside the network: syslog, time, file transfer.
""",
    ),
    "tests/compliance": (
        "checks of your own, for pyATS",
        """\
# tests/compliance

Checks of the running network, run by pyATS.
""",
    ),
}

_VALUES = """\
# Secret values: a name and its value in quotes, one a line. Templates and settings hold the name, nothing else does more.
# login/eos: "..."
"""

_EXAMPLE = """\
# An example to be replaced: two routers and the cable between them. All that can stand here: docs/site-description.md.
format: 1
title: Example
asns: {64496: Example one, 64497: Example two}
manufacturers: {example: Example}
platforms: {frr: {name: FRRouting}}
device_types:
  router:
    model: Router
    manufacturer: example
    interfaces: {lo: {type: virtual}, eth0: {type: 1000base-t, mgmt_only: true}, eth1-2: {type: 10gbase-x-sfpp}}
roles: {router: {name: Router}}
sites:
  main:
    name: Main
    status: active
    asns: [64496, 64497]
    prefixes: {192.0.2.0/24: {role: management}}
    devices:
      r1:
        role: router
        type: router
        platform: frr
        asn: 64496
        loopback: lo
        oob: eth0
        interfaces:
          lo: {addresses: [198.51.100.1/32]}
          eth0: {addresses: [192.0.2.1/24]}
      r2:
        role: router
        type: router
        platform: frr
        asn: 64497
        loopback: lo
        oob: eth0
        interfaces:
          lo: {addresses: [198.51.100.2/32]}
          eth0: {addresses: [192.0.2.2/24]}
prefix_roles: {link: Link, management: Management}
networks:
  - role: link
    links:
      203.0.113.0/31: r1 eth1 -- r2 eth1
sessions:
  - name: One to two
    links: [r1 eth1 -- r2 eth1]
cables:
  - name: Between the routers
    type: smf
    links:
      C-0001: r1 eth1 -- r2 eth1, 2 m
"""
