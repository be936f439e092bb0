"""The files of a lab router: what it boots from, its users and its keys.

A router has its own /etc, /var, /root and /home, kept in its folder between stop and start as a disk would keep them.
Everything else it sees of the host is read-only. Nothing is taken from the host's /etc but what programs need to run.
"""

import grp
import ipaddress
import os
import pwd
import shutil
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from linewright.devices.frr.hooks import start_hook

#: Who logs in: the tool (uid 0 under a name of its own, bash) and a person (vtysh).
OPERATOR, ADMIN = "ops", "admin"
_ADMIN_ID = 2001

#: What programs look up below /etc; names that a host lacks are passed over.
_FROM_HOST = (
    "debian_version",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "login.defs",
    "nsswitch.conf",
    "os-release",
    "protocols",
    "services",
    "shells",
    "terminfo",
)
_ACCOUNTS = ("root", "daemon", "nobody", "sshd", "frr", "_lldpd")
_GROUPS = ("root", "daemon", "tty", "nogroup", "frr", "frrvty", "_lldpd")

_SSHD = """\
Port 22
ListenAddress {address}
HostKey /etc/ssh/ssh_host_ed25519_key
AuthorizedKeysFile /etc/ssh/authorized_keys/%u
AllowUsers {users}
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
PrintMotd no
PrintLastLog no
MaxStartups 100
MaxSessions 100
PidFile /run/sshd.pid
Subsystem sftp internal-sftp
"""

# Neighbours are known within a second or two and forgotten within four (IEEE 802.1AB allows 1 to 3600 s).
_LLDPD = """\
configure system hostname {name}
configure lldp portidsubtype ifname
configure lldp tx-interval 1
configure lldp tx-hold 4
"""


def key_pair() -> tuple[bytes, str]:
    """A new Ed25519 key: (private key in OpenSSH format, public key as one line "ssh-ed25519 AAAA...")."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    return private, key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def write_disk(
    folder: Path, *, name: str, address: str, daemons: tuple[str, ...], config: str, authorized_key: str
) -> None:
    """Make a router's disk below `folder` (which must not have one). Needs root: files belong to frr.

    `address` is the management address with its prefix length, `config` what goes to /etc/frr/frr.conf,
    `authorized_key` one public key line that may log in as either user.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "root").mkdir(mode=0o700)  # where the namespace is put together
    disk = folder / "disk"
    for part in (
        "etc/frr",
        "etc/ssh/authorized_keys",
        "var/log/frr",
        "var/tmp/frr",
        "var/lib",
        "root",
        "home/admin",
    ):
        (disk / part).mkdir(parents=True)
    (disk / "root").chmod(0o700)
    (disk / "var/tmp").chmod(0o1777)
    (disk / "var/run").symlink_to("/run")
    etc = disk / "etc"
    _host_files(etc)
    _accounts(etc)
    host = str(ipaddress.ip_interface(address).ip)
    private, public = key_pair()
    sshd = _SSHD.format(address=host, users=f"{OPERATOR} {ADMIN}")
    _write(etc / "hostname", name + "\n")
    _write(etc / "hosts", f"127.0.0.1 localhost\n{host} {name}\n")
    _write(etc / "ssh/sshd_config", sshd)
    _write(etc / "ssh/ssh_host_ed25519_key", private.decode(), 0o600)
    _write(etc / "ssh/ssh_host_ed25519_key.pub", public + "\n")
    for user in (OPERATOR, ADMIN):
        _write(etc / "ssh/authorized_keys" / user, authorized_key.strip() + "\n")
    _write(etc / "lldpd.conf", _LLDPD.format(name=name))
    # vtysh warns every user but root unless PAM lets the account through.
    _write(etc / "pam.d/frr", "auth sufficient pam_permit.so\naccount sufficient pam_permit.so\n")
    _frr_files(disk, daemons, config)


def install_hooks(folder: Path, daemons: tuple[str, ...]) -> None:
    """What starts FRR there, and what FRR's start calls, so that a change waiting for its confirmation is taken back."""
    hooks = folder / "disk/etc/linewright"
    hooks.mkdir(mode=0o700, exist_ok=True)
    start = (Path(__file__).parent / "start.sh").read_text(encoding="utf-8")
    _write(hooks / "restart-frr", start.replace("@DAEMONS@", " ".join(("staticd", *daemons))), 0o700)
    _write(hooks / "frr-started", start_hook(), 0o700)


def host_key(folder: Path) -> str:
    """The router's SSH host key, "ssh-ed25519 AAAA..."."""
    return (folder / "disk/etc/ssh/ssh_host_ed25519_key.pub").read_text().strip()


def _frr_files(disk: Path, daemons: tuple[str, ...], config: str) -> None:
    etc = disk / "etc/frr"
    options = ["vtysh_enable=yes", 'zebra_options="-A 127.0.0.1 -s 90000000"']
    for daemon in daemons:
        options += [f"{daemon}=yes", f'{daemon}_options="-A 127.0.0.1"']
    _write(etc / "daemons", "\n".join(options) + "\n")  # for frrinit.sh restart
    _write(etc / "vtysh.conf", "service integrated-vtysh-config\n")
    _write(etc / "frr.conf", config, 0o600)
    user = pwd.getpwnam("frr")
    os.chown(disk / "home/admin", _ADMIN_ID, _ADMIN_ID)
    etc.chmod(0o770)
    for path in (etc, *etc.iterdir(), disk / "var/log/frr", disk / "var/tmp/frr"):
        os.chown(path, user.pw_uid, user.pw_gid)


def _host_files(etc: Path) -> None:
    for name in (*_FROM_HOST, *(path.name for path in Path("/etc").glob("python3*"))):
        source, copy = Path("/etc") / name, etc / name
        if source.is_symlink():
            copy.symlink_to(source.readlink())
        elif source.is_dir():
            shutil.copytree(source, copy, symlinks=True)
        elif source.exists():
            shutil.copy2(source, copy)
    (etc / "pam.d").mkdir()
    (etc / "alternatives").mkdir()
    for link in Path("/etc/alternatives").glob("*"):
        # Programs only (awk, pager): hundreds of manual pages would take longer than all the rest of a boot.
        if link.is_symlink() and (target := link.readlink()).parent.name in ("bin", "sbin"):
            (etc / "alternatives" / link.name).symlink_to(target)


def _accounts(etc: Path) -> None:
    users = [entry for entry in pwd.getpwall() if entry.pw_name in _ACCOUNTS]
    lines = [f"{u.pw_name}:x:{u.pw_uid}:{u.pw_gid}:{u.pw_gecos}:{u.pw_dir}:{u.pw_shell}" for u in users]
    lines += [
        f"{OPERATOR}:x:0:0:lab operator:/root:/bin/bash",
        f"{ADMIN}:x:{_ADMIN_ID}:{_ADMIN_ID}:lab admin:/home/admin:/usr/bin/vtysh",
    ]
    groups = []
    for entry in grp.getgrall():
        if entry.gr_name in _GROUPS:
            members = [*entry.gr_mem, ADMIN] if entry.gr_name in ("frr", "frrvty") else entry.gr_mem
            groups.append(f"{entry.gr_name}:x:{entry.gr_gid}:{','.join(members)}")
    names = [line.partition(":")[0] for line in lines]
    _write(etc / "passwd", "\n".join(lines) + "\n")
    _write(etc / "group", "\n".join([*groups, f"{ADMIN}:x:{_ADMIN_ID}:"]) + "\n")
    # "*": no password opens the account, but a key does ("!" would lock it for sshd).
    _write(etc / "shadow", "".join(f"{name}:*:19000:0:99999:7:::\n" for name in names), 0o600)


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:  # noqa: PTH123 - a file must never be readable by others, not even for a moment
        file.write(text)
    path.chmod(mode)
