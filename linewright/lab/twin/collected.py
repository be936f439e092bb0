"""A site in a folder whose devices were collected and are not there: what can be planned without them.

As `served`, but nothing listens: in the place of each device its last observation lies in the state folder.
"""

import time
from pathlib import Path

from linewright.errors import FacilityError
from linewright.files import private_folder
from linewright.journal.state import State
from linewright.lab.twin.box import Box, Credentials
from linewright.lab.twin.fleet import Reach
from linewright.lab.twin.generated import by_hand, generated_site
from linewright.lab.twin.served import made_store, note_applied, rendered, write_site
from linewright.model.observation import Observation, now_text
from linewright.model.snapshot import Snapshot
from linewright.platforms import rules
from linewright.redact import restore, tokenise


def collected_site(folder: Path, boxes: int, drifted: int) -> tuple[Snapshot, dict[str, Box]]:
    """A generated site of `boxes` switches in a folder, collected after `drifted` of them were changed by hand.

    Raises:
        UsageError: the numbers make no sense.
        FacilityError: the folder is in use.
    """
    snapshot = generated_site(boxes)
    if folder.is_dir() and any(folder.iterdir()):
        raise FacilityError(f"{folder} is not empty", hint="name a folder that is, or a new one")
    private_folder(folder)
    store = made_store(folder)
    texts = rendered(snapshot, store)
    switches = {
        name: Box(name, restore(one.text, one.slots, store.key, store.reveal), Credentials("nobody", ""))
        for name, one in texts.items()
    }
    # A port nobody listens on (RFC 6335 section 6 reserves 0, 1 is tcpmux), and pins of no certificate.
    write_site(
        folder, {name: Reach("127.0.0.1", 1, f"{number:064x}") for number, name in enumerate(switches)}
    )
    note_applied(folder, snapshot, texts)
    by_hand(switches, drifted)
    collect(folder, switches, store.key)
    return snapshot, switches


def collect(folder: Path, switches: dict[str, Box], key: bytes) -> None:
    """Note what runs on each of them now as what was last seen there."""
    state, known = State(folder / ".linewright"), rules("eos")
    now = now_text(time.time())
    for name, box in switches.items():
        text = box.text(box.running, "show running-config")
        state.note_seen(
            Observation(device=name, platform="eos", seen=now, running=tokenise(text, known, key, name))
        )
