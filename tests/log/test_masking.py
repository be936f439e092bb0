"""No secret is ever in the log, however it got into a message."""

import base64
import json
import logging
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nornir.core import Nornir
from nornir.core.configuration import Config
from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
from nornir.core.state import GlobalState
from nornir.plugins.runners import SerialRunner

from linewright import log
from linewright.errors import DeviceError
from linewright.log.handling import line
from linewright.log.masking import Masker

_SECRETS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(
    lambda text: len("".join(text.split())) >= 6
)
_SPELLINGS = (
    lambda secret: secret,
    repr,
    json.dumps,
    lambda secret: quote(secret, safe=""),
    "\n".join,
    lambda secret: f"{secret[:3]}\n  {secret[3:]}",
    lambda secret: secret * 3,
)


@given(
    secret=_SECRETS,
    before=st.text(max_size=20),
    after=st.text(max_size=20),
    spell=st.sampled_from(_SPELLINGS),
)
def test_a_concealed_value_is_in_no_spelling_left(secret, before, after, spell):
    masker = Masker()
    masker.conceal(secret)
    left = "".join(masker.masked(before + spell(secret) + after).split())
    bare = "".join(secret.split())
    # What stands around may spell it again by chance: then it was not masked away but never there.
    assert bare not in left or bare in "".join((before + "***" + after).split())


@given(
    secret=st.binary(min_size=12, max_size=60).map(bytes.hex),
    before=st.binary(max_size=9),
    after=st.binary(max_size=9),
)
def test_nor_inside_a_longer_base64_text(secret, before, after):
    masker = Masker()
    masker.conceal(secret)
    text = base64.b64encode(before + secret.encode() + after).decode()
    assert "***" in masker.masked(f"Authorization: Basic {text}")


def test_a_text_that_holds_a_short_value_goes_whole():
    masker = Masker()
    masker.conceal("ab")
    assert masker.masked("tab") == "***"
    assert masker.masked("nothing of it") == "nothing of it"


def test_the_lines_of_a_private_key_and_the_half_of_a_token_count_alone():
    masker = Masker()
    masker.conceal("-----BEGIN-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n")
    masker.conceal("nbt_KEYKEYKEY.Gr8SecretSecret")
    assert "hkiG9w0" not in masker.masked("bad line: hkiG9w0BAQEFAASC")
    assert "Secret" not in masker.masked("token Gr8SecretSecret is refused")


@pytest.fixture
def lines(tmp_path: Path):
    path = tmp_path / "log" / "a.log"
    log.start(path, logging.DEBUG, size=1_000_000, keep=1)

    def read() -> list[dict]:
        problem = log.stop()
        assert not problem
        return [json.loads(line) for line in path.read_text().splitlines()]

    yield read
    log.stop()


@given(data=st.data())
def test_no_planted_secret_is_in_the_file_wherever_it_was_put(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("log") / "a.log"
    secret = data.draw(
        st.text("abcXYZ0189+/=$%&\"'\\é ", min_size=8, max_size=30).filter(lambda s: len(set(s)) > 4)
    )
    log.conceal(secret)
    cut = data.draw(st.integers(1, len(secret) - 1))
    log.start(path, logging.DEBUG, size=10_000_000, keep=1)
    ours, library = logging.getLogger("linewright.some"), logging.getLogger("paramiko.transport")
    log.note(secret, device=f"r1 {secret}", change=secret, detail={secret: [secret, {"deep": secret}]})
    log.note("pieces", parts=[secret[:cut], secret[cut:]])
    log.note("long", text="x" * (3999 - cut) + secret)
    ours.warning("login %s%s failed", secret[:cut], secret[cut:])
    library.error("it failed", exc_info=ValueError(secret))
    assert log.stop() == ""
    file = path.read_text()
    entries = [json.loads(line) for line in file.splitlines()]
    assert len(entries) == 5
    bare = "".join(secret.split())
    said = "".join(json.dumps(entries, ensure_ascii=False).split())
    assert bare not in said
    assert bare not in "".join(str(entries).split())
    assert json.dumps(secret)[1:-1] not in file


def test_libraries_are_heard_from_warning_on_and_once(lines):
    logging.getLogger("urllib3").info("chatter")
    logging.getLogger("urllib3").warning("retry")
    log.note("ours", device="r1", level=logging.INFO)
    assert [(entry.get("logger"), entry["event"]) for entry in lines()] == [
        ("urllib3", "retry"),
        (None, "ours"),
    ]


def test_what_a_device_said_to_a_library_is_not_kept(lines):
    """Nornir logs the whole traceback of a task: causes with them, which quote the device."""

    def fails(task):
        raise DeviceError("r1: not read") from ValueError(
            "% Invalid: neighbor 192.0.2.1 password DevSecret77"
        )

    inventory = Inventory(hosts=Hosts({"r1": Host("r1")}), groups=Groups(), defaults=Defaults())
    config = Config.from_dict(logging={"enabled": False}, inventory={"plugin": "x"})
    Nornir(inventory=inventory, runner=SerialRunner(), config=config, data=GlobalState()).run(
        task=fails, on_failed=True
    )
    logging.getLogger("pyeapi").error("it failed", exc_info=ValueError("password DevSecret77"))
    assert [(entry["logger"], entry["error"]) for entry in lines()] == [("pyeapi", "ValueError")]


def test_a_format_that_does_not_fit_its_arguments_is_still_written():
    record = logging.LogRecord("paramiko", logging.ERROR, "", 0, "port %d", ("abc-secret",), None)
    assert json.loads(line(record, Masker()))["event"] == "port %d"


def test_numbers_that_are_a_secret_are_masked_too(lines):
    log.conceal("73519204")
    log.note("pin", number=73519204, other=7)
    [entry] = lines()
    assert (entry["number"], entry["other"]) == ("***", 7)


def test_every_value_a_site_reveals_is_known_to_the_log(tmp_path: Path):
    from linewright.devices.secrets import SecretStore, add_values, make_key

    make_key(tmp_path / "key")
    add_values(tmp_path / "values", {"bgp/r1": "from-the-file"})
    (tmp_path / "login").touch(mode=0o600)
    (tmp_path / "login").write_text("from-its-own-file\n")
    variables = {"LINEWRIGHT_SECRET_A": "from-a-variable", "OTHER": "from-another"}
    store = SecretStore(tmp_path / "key", tmp_path / "values", variables, folder=tmp_path)
    revealed = [store.reveal("bgp/r1"), store.reveal("a"), store.credential("env:OTHER")]
    revealed += [store.credential("file:login"), store.key.hex()]
    assert [log.shown(f"it was {value}") for value in revealed] == ["it was ***"] * 5
