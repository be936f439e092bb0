"""A new site: a folder that is almost empty, whole or not made at all."""

import re
import shutil
import subprocess
from pathlib import Path

from linewright import children
from linewright.devices.secrets import make_key
from linewright.errors import DataError, FacilityError, Refused, SettingsError
from linewright.files import private_folder, write_whole
from linewright.model.objects import Record
from linewright.operate.founding_texts import DESCRIPTION, Answers, example, secret_values, texts
from linewright.settings import Settings, load
from linewright.sources import description
from linewright.sources.netbox import Connection

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
#: A token of the right form, to let the URL be judged before there is a real one.
_NO_TOKEN = "0" * 40
#: What a folder may hold and still count as empty: a clone of an empty repository.
_NOTHING = frozenset({".git"})
_GIT_SECONDS = 30


class Written(Record, frozen=True):
    """One file or folder that was made, relative to the site, and what it is for."""

    path: str
    what: str


def found_site(
    folder: Path, answers: Answers, description_file: Path | None = None, *, git: bool = False
) -> tuple[Written, ...]:
    """Make a site in `folder`: settings, a key, empty rooms that explain themselves.

    Without a NetBox the description is taken over from `description_file`, or is an example.

    Raises:
        SettingsError: an answer cannot be used.
        DataError: the description is malformed.
        Refused: the folder holds something.
        FacilityError: it cannot be written; what was made is taken away again.
    """
    _check(answers)
    told = _description(answers, description_file)
    _refuse_used(folder)
    existed = folder.exists()
    before = set(folder.iterdir()) if existed else set()
    try:
        written = _write(folder, answers, told)
        load(folder, {})  # what we wrote is what we can read
        if git and not (folder / ".git").exists():
            _run_git(folder)
            written += (Written(path=".git/", what="a git repository; nothing is committed yet"),)
    except BaseException:
        _take_away(folder, before, existed=existed)
        raise
    return written


def check_name(text: str) -> str:
    """The name of a site, if it can be one.

    Raises:
        SettingsError: it holds what does not belong in file names and plans.
    """
    if not _NAME.fullmatch(text):
        raise SettingsError(
            f"{text!r} cannot name a site", hint="letters, digits, dot, dash and underscore; at most 63"
        )
    return text


def check_netbox(url: str) -> str:
    """The URL of a NetBox, if a token may be sent there.

    Raises:
        SettingsError: it cannot be used, or would show the token.
    """
    Connection(url=url, token=_NO_TOKEN)
    return url


def git_is_possible(folder: Path) -> bool:
    """Whether git is here and the folder lies in no repository yet."""
    near = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.is_dir())
    if shutil.which("git") is None:
        return False
    try:
        return _git("-C", str(near), "rev-parse", "--git-dir").returncode != 0
    except (OSError, subprocess.TimeoutExpired):  # it would not make a repository either
        return False


def _check(answers: Answers) -> None:
    check_name(answers.site_id)
    known = Settings().markings
    if answers.marking not in known:
        raise SettingsError(
            f"{answers.marking!r} is no marking linewright knows", hint=f"markings: {', '.join(known)}"
        )
    if answers.netbox:
        check_netbox(answers.netbox)


def _description(answers: Answers, file: Path | None) -> str:
    if answers.netbox and file is not None:
        raise SettingsError("a site takes its network from NetBox or from a description, not from both")
    if answers.netbox:
        return ""
    if file is None:
        return example()
    description.load(file)
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(f"{file}: cannot be read: {error.strerror}") from None


def _refuse_used(folder: Path) -> None:
    try:
        held = {path.name for path in folder.iterdir()} - _NOTHING if folder.exists() else set()
    except NotADirectoryError:
        raise Refused(f"{folder} is a file") from None
    except OSError as error:
        raise FacilityError(f"{folder} cannot be read: {error.strerror}") from None
    if held:
        raise Refused(
            f"{folder} is not empty: it holds {', '.join(sorted(held)[:3])}", hint="name a new folder"
        )


def _write(folder: Path, answers: Answers, told: str) -> tuple[Written, ...]:
    written = []
    for path, text, what in texts(answers, told):
        write_whole(folder / path, text.encode())
        written.append(Written(path=path, what=what))
    secrets = folder / "inventory" / "secrets"
    private_folder(secrets)
    make_key(secrets / "site.key")
    write_whole(secrets / "values.yaml", secret_values(answers).encode(), mode=0o600)
    return (
        *written,
        Written(path="inventory/secrets/site.key", what="hides secrets in plans and diffs; mode 0600, not in git"),
        Written(path="inventory/secrets/values.yaml", what="your secret values go here; mode 0600, not in git"),
    )  # fmt: skip


def _run_git(folder: Path) -> None:
    try:
        done = _git("init", "--quiet", "--", str(folder))
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FacilityError(f"git did not run: {error}", hint="leave it out: --no-git") from None
    if done.returncode:
        raise FacilityError(
            f"git init in {folder} failed: {done.stderr.decode(errors='replace').strip()[:200]}",
            hint="leave it out: --no-git",
        )
    if not (folder / ".git").exists():
        raise FacilityError(f"git init made no repository in {folder}", hint="leave it out: --no-git")


def _git(*words: str) -> subprocess.CompletedProcess[bytes]:
    """Run git, without the variables of a git that may have called us: they would lead it to another repository."""
    environment = children.inherited(without=("GIT_",), but=("GIT_CONFIG_",)) | {"GIT_TERMINAL_PROMPT": "0"}
    return subprocess.run(
        ["git", *words], capture_output=True, check=False, timeout=_GIT_SECONDS, env=environment
    )


def _take_away(folder: Path, before: set[Path], *, existed: bool) -> None:
    """Remove what we made in a folder that was empty when we came."""
    for path in set(folder.iterdir()) - before if folder.exists() else ():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    if not existed and folder.exists():
        shutil.rmtree(folder, ignore_errors=True)


def next_steps(folder: Path, answers: Answers) -> tuple[str, ...]:
    """What to do next, in an order in which each step works."""
    source, what = (
        ("put the token of NetBox into inventory/secrets/values.yaml", "NetBox")
        if answers.netbox
        else (f"write your network into {DESCRIPTION}", "it")
    )
    steps = (
        f"cd {folder}; {source}",
        f"lw snapshot     takes {what} as it is now",
        "set login in nornir.yaml, how devices are logged into",
        "lw trust scan   the devices' host keys, to be compared and accepted",
        "lw doctor       what is missing, and what to do",
    )
    if (folder / ".git").exists() or not git_is_possible(folder):
        return steps
    return (*steps, "git init        lw backup keeps its files in a git repository")
