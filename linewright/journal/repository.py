"""The site's git repository, for the files we keep in it: nothing else of it is touched.

git itself is called, without a shell and without what a person's configuration could add: no hooks, no signing, no
helpers that watch files, no conversion of line ends. What a person has staged stays staged.
"""

import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from linewright import children
from linewright.errors import DataError, FacilityError, SettingsError
from linewright.model.printable import printable

_SECONDS = 120
_OVERRIDES = (
    "core.hooksPath=/dev/null",
    "commit.gpgSign=false",
    "core.fsmonitor=false",
    "core.autocrlf=false",
    "core.safecrlf=false",
    "core.quotePath=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "color.ui=false",
    "i18n.commitEncoding=UTF-8",
    "advice.addIgnoredFile=false",
)
#: What git leaves in its folder while a person is in the middle of something.
_UNDER_WAY = {
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
}
#: Who commits, and where git's own settings lie.
_KEPT_VARIABLES = (
    "GIT_AUTHOR_",
    "GIT_COMMITTER_",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
)
#: For a commit where git knows nobody.
_WHO = ("-c", "user.name=linewright", "-c", "user.email=linewright@localhost")


class Repository:
    """The repository that a folder lies in.

    Raises:
        SettingsError: it lies in none.
        FacilityError: git is not installed, or refuses the repository.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        there = next(path for path in (folder, *folder.parents) if path.is_dir())
        told = self._run(there, "rev-parse", "--show-toplevel", "--absolute-git-dir")
        if told.returncode:
            said = told.stderr.decode(errors="replace").strip()
            if "not a git repository" in said:
                raise SettingsError(
                    f"{folder} lies in no git repository",
                    hint="make one where nornir.yaml lies: git init; or set backup.git to false",
                )
            raise FacilityError(f"git refuses {there}: {printable(said)[:300]}")
        top, _, inside = told.stdout.decode().rstrip("\n").partition("\n")
        self.top, self._inside = Path(top).resolve(), Path(inside)

    def check(self, path: Path) -> None:
        """Refuse what would only be found out after the work.

        Raises:
            SettingsError: files at this path are ignored.
            FacilityError: a merge or the like is under way.
        """
        if found := next((what for name, what in _UNDER_WAY.items() if (self._inside / name).exists()), ""):
            raise FacilityError(
                f"{found} is under way in {self.top}", hint="finish it (git status), then run this again"
            )
        if self._run(self.top, "check-ignore", "-q", "--", str(path)).returncode == 0:
            raise SettingsError(
                f"{path} is ignored by git (.gitignore)",
                hint="take it out of there, or set backup.git to false",
            )

    def commit(self, paths: Iterable[Path], message: str) -> str:
        """Commit these files as they are, and no others; the new commit's short name, "" if none of them changed.

        Raises:
            FacilityError: git could not (another git at work, a full disk); the files themselves stand.
        """
        wanted = sorted({path.resolve() for path in paths})
        gone = set(self._listed(wanted, "ls-files", "--deleted", "-z"))
        ours = [path for path in wanted if path in gone or path.is_file()]
        if not ours:
            return ""
        named = b"\0".join(map(os.fsencode, ours))
        listed = ("--pathspec-from-file=-", "--pathspec-file-nul")
        self._told("--literal-pathspecs", "add", "--all", *listed, stdin=named)
        if not set(self._listed(ours, "diff", "--cached", "--name-only", "--no-renames", "-z")):
            return ""
        who = () if self._run(self.top, "var", "GIT_COMMITTER_IDENT").returncode == 0 else _WHO
        self._told(
            *who,
            *(
                "--literal-pathspecs",
                "commit",
                "--quiet",
                "--only",
                "--no-verify",
                "--cleanup=verbatim",
                "-m",
                message,
                *listed,
            ),
            stdin=named,
        )
        return self._told("rev-parse", "--short", "HEAD").decode().strip()

    def at(self, revision: str, path: Path) -> bytes:
        """A file as it was at a revision.

        Raises:
            DataError: there is no such revision, or it did not have the file.
        """
        if not revision or revision.startswith("-") or not revision.isprintable() or ":" in revision:
            raise DataError(
                f"{printable(revision)!r} is no revision", hint="a commit, HEAD~3, or 'HEAD@{yesterday}'"
            )
        relative = path.resolve().relative_to(self.top).as_posix()
        told = self._run(self.top, "show", "--no-textconv", f"{revision}:{relative}")
        if told.returncode:
            raise DataError(
                f"there is no {relative} at {printable(revision)}", hint=f"see: git log -- {relative}"
            )
        return told.stdout

    def _listed(self, ours: Sequence[Path], *words: str) -> list[Path]:
        """Those of our paths that a git command lists."""
        wanted = set(ours)
        names = self._told(*words).split(b"\0")
        return [path for name in names if name and (path := self.top / os.fsdecode(name)) in wanted]

    def _told(self, *words: str, stdin: bytes = b"") -> bytes:
        done = self._run(self.top, *words, stdin=stdin)
        if done.returncode:
            said = printable(done.stderr.decode(errors="replace").strip().replace("\n", " "))[:300]
            raise FacilityError(
                f"git could not commit in {self.top}: {said or f'exit status {done.returncode}'}",
                hint="the files themselves are written; run this again when git can, and it commits them",
            )
        return done.stdout

    @staticmethod
    def _run(at: Path, *words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        settings = [word for setting in _OVERRIDES for word in ("-c", setting)]
        # A hook of somebody's git may have called us: its variables would lead us into its repository.
        environment = children.inherited(
            without=("GIT_",),
            but=_KEPT_VARIABLES,
            GIT_TERMINAL_PROMPT="0",
            LC_ALL="C",
            GIT_OPTIONAL_LOCKS="0",
        )
        command = ["git", "-C", str(at), "--no-pager", *settings, *words]
        try:
            return subprocess.run(
                command, input=stdin, capture_output=True, env=environment, timeout=_SECONDS, check=False
            )
        except FileNotFoundError:
            raise FacilityError(
                "git is not installed", hint="install it, or set backup.git to false"
            ) from None
        except subprocess.TimeoutExpired:
            raise FacilityError(
                f"git gave no answer in {_SECONDS} s", hint="is another git at work there?"
            ) from None
