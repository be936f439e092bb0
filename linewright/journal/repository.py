"""The site's git repository, for the files we keep in it: nothing else of it is touched.

git itself is called, without a shell and without what a person's configuration could add: no hooks, no signing, no
helpers that watch files. What a person has staged stays staged.

A file is committed byte for byte. `git add` and `git commit` would pass it through what .gitattributes name (line ends,
clean filters: somebody's program), so the commit is put together from blobs, an index of its own and a tree.
"""

import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from linewright import children
from linewright.errors import DataError, FacilityError, SettingsError
from linewright.model.printable import printable

_SECONDS = 120
_AT_ONCE = 200
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
        """Commit these files byte for byte, and no others; the new commit's short name, "" if none of them changed.

        A path without a file is a file that was removed. A symbolic link is no file of ours and is left alone.

        Raises:
            FacilityError: git could not (another git at work, a full disk); the files themselves stand.
        """
        wanted = sorted({_placed(path) for path in paths if not path.is_symlink()})
        head = self._head()
        before = self._tree(head, wanted)
        now = self._blobs([path for path in wanted if path.is_file()], keep=True)
        changed = {path: blob for path, blob in now.items() if before.get(path) != blob}
        gone = [path for path in before if path not in now]
        if not changed and not gone:
            return ""
        with TemporaryDirectory(prefix="linewright-", dir=self._inside) as folder:
            own = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            self._told("read-tree", head or "--empty", extra=own)
            self._place(changed, gone, own)
            tree = self._told("write-tree", extra=own).decode().strip()
        # The index of the person first: were the commit there without it, his next one would take ours back.
        self._place(now, gone, {})
        who = () if self._run(self.top, "var", "GIT_COMMITTER_IDENT").returncode == 0 else _WHO
        parent = ("-p", head) if head else ()
        made = self._told(*who, "commit-tree", tree, *parent, "-F", "-", stdin=message.encode())
        new = made.decode().strip()
        # Only if nobody else committed in between; for a first commit only if there is still none.
        self._told(
            "update-ref",
            "-m",
            f"commit: {message.partition(chr(10))[0]}",
            "HEAD",
            new,
            head or "0" * len(new),
        )
        return self._told("rev-parse", "--short", new).decode().strip()

    def uncommitted(self, paths: Iterable[Path]) -> tuple[Path, ...]:
        """Those of these paths that are not, byte for byte, what the last commit has: changed, new or removed.

        Raises:
            FacilityError: git could not say.
        """
        wanted = sorted({_placed(path) for path in paths})
        before = self._tree(self._head(), wanted)
        now = self._blobs([path for path in wanted if path.is_file() and not path.is_symlink()], keep=False)
        return tuple(path for path in wanted if before.get(path) != now.get(path) or path.is_symlink())

    def committed(self) -> tuple[Path, ...]:
        """The files that the last commit has in the folder itself, not below it."""
        there = self._tree(self._head(), (_placed(self.folder / "x").parent,))
        return tuple(path for path in there if path.parent == self.folder.resolve())

    def at(self, revision: str, path: Path) -> bytes:
        """A file as it was at a revision.

        Raises:
            DataError: there is no such revision, or it did not have the file.
        """
        if not revision or revision.startswith("-") or not revision.isprintable() or ":" in revision:
            raise DataError(
                f"{printable(revision)!r} is no revision", hint="a commit, HEAD~3, or 'HEAD@{yesterday}'"
            )
        relative = self._relative(_placed(path))
        told = self._run(self.top, "show", "--no-textconv", f"{revision}:{relative}")
        if told.returncode:
            raise DataError(
                f"there is no {relative} at {printable(revision)}", hint=f"see: git log -- {relative}"
            )
        return told.stdout

    def _head(self) -> str:
        """The last commit; "" where there is none yet."""
        told = self._run(self.top, "rev-parse", "--verify", "--quiet", "HEAD")
        return told.stdout.decode().strip() if told.returncode == 0 else ""

    def _tree(self, commit: str, paths: Sequence[Path]) -> dict[Path, str]:
        """What a commit has at these paths (or below, for a folder): files and their blobs."""
        found: dict[Path, str] = {}
        for some in _batches(paths) if commit else ():
            named = [self._relative(path) for path in some]
            told = self._told(
                "--literal-pathspecs", "ls-tree", "-r", "-z", "--full-tree", commit, "--", *named
            )
            for line in filter(None, told.split(b"\0")):
                facts, _, name = line.partition(b"\t")
                _, kind, blob = facts.decode().split(" ")
                if kind == "blob":
                    found[self.top / os.fsdecode(name)] = blob
        return found

    def _blobs(self, paths: Sequence[Path], *, keep: bool) -> dict[Path, str]:
        """The blob of each file as it lies there; written into the repository if they are to be kept."""
        found: dict[Path, str] = {}
        for some in _batches(paths):
            write = ("-w",) if keep else ()
            told = self._told("hash-object", *write, "--no-filters", "--", *map(str, some))
            found |= zip(some, told.decode().split(), strict=True)
        return found

    def _place(self, files: Mapping[Path, str], gone: Sequence[Path], extra: Mapping[str, str]) -> None:
        """Put these blobs into an index, and take out what is gone."""
        lines = [f"100644 {blob}\t{self._relative(path)}" for path, blob in files.items()]
        named = [self._relative(path) for path in gone]
        if lines:
            told = os.fsencode("\0".join(lines) + "\0")
            self._told("update-index", "-z", "--add", "--index-info", stdin=told, extra=extra)
        if named:
            told = os.fsencode("\0".join(named) + "\0")
            self._told("update-index", "-z", "--force-remove", "--stdin", stdin=told, extra=extra)

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.top).as_posix()

    def _told(self, *words: str, stdin: bytes = b"", extra: Mapping[str, str] | None = None) -> bytes:
        done = self._run(self.top, *words, stdin=stdin, extra=extra)
        if done.returncode:
            said = printable(done.stderr.decode(errors="replace").strip().replace("\n", " "))[:300]
            raise FacilityError(
                f"git could not commit in {self.top}: {said or f'exit status {done.returncode}'}",
                hint="the files themselves are written; run this again when git can, and it commits them",
            )
        return done.stdout

    @staticmethod
    def _run(
        at: Path, *words: str, stdin: bytes = b"", extra: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        settings = [word for setting in _OVERRIDES for word in ("-c", setting)]
        # A hook of somebody's git may have called us: its variables would lead us into its repository.
        environment = children.inherited(
            without=("GIT_",),
            but=_KEPT_VARIABLES,
            GIT_TERMINAL_PROMPT="0",
            LC_ALL="C",
            GIT_OPTIONAL_LOCKS="0",
        ) | dict(extra or {})
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


def _placed(path: Path) -> Path:
    """The path with its folder resolved, itself not: what a link there points to is not the file we speak of."""
    return path.parent.resolve() / path.name


def _batches(paths: Sequence[Path]) -> Iterable[Sequence[Path]]:
    """As many as surely fit into an argument list."""
    return (paths[start : start + _AT_ONCE] for start in range(0, len(paths), _AT_ONCE))
