"""References that name their source, who may name which, and what a person is asked."""

import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from linewright.devices.secrets import SecretStore, add_values
from linewright.errors import FacilityError, LinewrightError, NotGiven, SecretError

PLANTED = "hunter2-planted"


class InMemory(KeyringBackend):
    """A keyring for a test; the real one of whoever runs it is not touched."""

    priority = 1  # type: ignore[assignment]  # keyring's own way to rank

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False
        self.asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        if self.locked:
            raise KeyringLocked(f"{PLANTED} is what the backend says of itself")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> InMemory:
    found = InMemory()
    monkeypatch.setattr(keyring.core, "_keyring_backend", found)
    return found


def store(folder: Path, **more: object) -> SecretStore:
    return SecretStore(folder / "site.key", folder / "values.yaml", {"NAME": PLANTED}, folder=folder, **more)  # type: ignore[arg-type]  # test data


def private(path: Path, content: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_a_variable(tmp_path: Path) -> None:
    assert store(tmp_path).credential("env:NAME") == PLANTED
    with pytest.raises(SecretError, match="'env:OTHER'") as caught:
        store(tmp_path).credential("env:OTHER")
    assert "OTHER" in caught.value.hint


@pytest.mark.parametrize("content", [f"{PLANTED}\n", PLANTED, f"{PLANTED}\r\n"])
def test_a_file_is_its_text_without_the_last_line_end(tmp_path: Path, content: str) -> None:
    path = private(tmp_path / "pw", content.encode())
    assert store(tmp_path).credential("file:pw") == PLANTED
    assert store(tmp_path).credential(f"file:{path}") == PLANTED


@pytest.mark.parametrize(
    ("content", "mode", "words"),
    [
        (b"x", 0o644, "read by others"),
        (b"\xff\xfe", 0o600, "not UTF-8"),
        (b"x" * (2 << 20), 0o600, "reasonable size"),
    ],
)
def test_a_file_that_is_not_private_or_not_a_secret_is_refused(
    tmp_path: Path, content: bytes, mode: int, words: str
) -> None:
    private(tmp_path / "pw", content, mode)
    with pytest.raises(SecretError, match=words):
        store(tmp_path).credential("file:pw")


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("pipe", ".", "not-there", "a\x00b"):
        with pytest.raises(SecretError):
            store(tmp_path).credential(f"file:{name}")


def test_the_keyring_is_asked_once(tmp_path: Path, ring: InMemory) -> None:
    keyring.set_password("linewright/frr", "ops", PLANTED)
    found = store(tmp_path)
    assert found.credential("keyring:linewright/frr/ops") == PLANTED
    assert found.credential("keyring:linewright/frr/ops") == PLANTED
    assert ring.asked == 1


def test_what_the_keyring_does_not_give_is_named_and_its_words_are_not_repeated(
    tmp_path: Path, ring: InMemory
) -> None:
    with pytest.raises(SecretError, match="has no secret 'keyring:linewright/ops'") as caught:
        store(tmp_path).credential("keyring:linewright/ops")
    assert "keyring set linewright ops" in caught.value.hint
    with pytest.raises(SecretError, match="is no reference"):
        store(tmp_path).credential("keyring:ops")
    ring.locked = True
    with pytest.raises(SecretError, match="KeyringLocked") as caught:
        store(tmp_path).credential("keyring:linewright/ops")
    assert PLANTED not in "".join(traceback.format_exception(caught.value))


def test_without_the_library_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "keyring", None)
    with pytest.raises(FacilityError) as caught:
        store(tmp_path).credential("keyring:a/b")
    assert "linewright[keyring]" in caught.value.hint


def test_a_person_is_asked_once_a_run_whatever_number_of_devices_ask(tmp_path: Path) -> None:
    asked: list[str] = []
    inside = threading.Lock()

    def ask(label: str) -> str:
        assert inside.acquire(blocking=False), "two questions at once"
        asked.append(label)
        inside.release()
        return PLANTED

    found = store(tmp_path, ask=ask)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(found.credential, ["prompt:AAA password"] * 40)) == {PLANTED}
    assert asked == ["AAA password"]
    assert PLANTED not in repr(found)


def test_a_code_is_asked_for_each_time_and_never_two_at_once(tmp_path: Path) -> None:
    asked: list[str] = []
    inside = threading.Lock()

    def ask(label: str) -> str:
        assert inside.acquire(blocking=False), "two questions at once"
        asked.append(label)
        inside.release()
        return str(len(asked))

    found = store(tmp_path, ask=ask)
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(found.credential, ["code:ops on r1"] * 8))
    assert sorted(codes) == [str(number) for number in range(1, 9)]
    assert set(asked) == {"one-time code for ops on r1"}


def test_nobody_to_ask_is_said_with_the_other_sources(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="nobody is here to type AAA") as caught:
        store(tmp_path).credential("prompt:AAA")
    assert "vault:" in caught.value.hint


def test_a_question_that_is_not_answered_is_asked_again_the_next_time(tmp_path: Path) -> None:
    answers = iter([NotGiven("no"), PLANTED])

    def ask(_label: str) -> str:
        answer = next(answers)
        if isinstance(answer, str):
            return answer
        raise answer

    found = store(tmp_path, ask=ask)
    with pytest.raises(NotGiven):
        found.credential("prompt:x")
    assert found.credential("prompt:x") == PLANTED


# ---- what data may name

SCHEMES = (
    "env:NAME",
    "file:pw",
    "keyring:a/b",
    "vault:net/bgp#x",
    "prompt:your own password",
    "code:ops on r1",
)


@pytest.mark.parametrize("reference", SCHEMES)
def test_data_may_not_name_a_source(tmp_path: Path, reference: str) -> None:
    private(tmp_path / "pw", PLANTED.encode())
    with pytest.raises(SecretError, match="names its source, which data may not do") as caught:
        store(tmp_path, ask=lambda _label: pytest.fail("a person was asked")).reveal(reference)
    assert "secrets.allowed" in caught.value.hint


def test_data_may_name_what_the_site_lists_and_nothing_beside_it(tmp_path: Path, ring: InMemory) -> None:
    ring.set_password("linewright/bgp", "hq-r1", PLANTED)
    private(tmp_path / "pw", PLANTED.encode())
    found = store(tmp_path, allowed=("keyring:linewright/", "file:keys/", ""))
    assert found.reveal("keyring:linewright/bgp/hq-r1") == PLANTED
    for other in ("keyring:login/ops", "env:NAME", "file:keys/../pw", "file:pw"):
        with pytest.raises(SecretError, match="data may not do"):
            found.reveal(other)


def test_plain_names_are_as_ever(tmp_path: Path) -> None:
    add_values(tmp_path / "values.yaml", {"bgp/hq-r1": PLANTED, "odd:name": PLANTED})
    assert store(tmp_path).reveal("bgp/hq-r1") == PLANTED
    assert store(tmp_path).credential("bgp/hq-r1") == PLANTED
    assert store(tmp_path).reveal("odd:name") == PLANTED
    with pytest.raises(SecretError) as caught:
        store(tmp_path).credential("valut:net/bgp#x")
    assert "sources are env, file, keyring, vault, prompt" in caught.value.hint


@given(
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(SCHEMES).flatmap(
            lambda s: st.text(max_size=8).map(lambda t: s[: s.index(":") + 1] + t)
        ),
    )
)
def test_any_reference_from_data_is_refused_or_unknown_and_reaches_no_source(
    tmp_path_factory: pytest.TempPathFactory, reference: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    private(folder / "values.yaml", b"{}")
    with pytest.raises(LinewrightError):
        store(folder, ask=lambda _label: pytest.fail("a person was asked")).reveal(reference)
