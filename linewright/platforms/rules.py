"""The shape of a platform's data file (platforms/NAME.toml): everything about a platform that is not a program.

All patterns are Python regular expressions, matched at the start of a line without its indentation. `text` is the
whole stripped line. Places (sections) are named by the heads that lead to them, joined by " / ":
"router bgp 65001 / address-family ipv4 unicast"; the top level is the empty text.
"""

from typing import Literal

from linewright.model.objects import Record


class Closing(Record, frozen=True):
    """The word that leaves a section, for heads matching `head`."""

    head: str
    word: str


class Block(Record, frozen=True):
    """Verbatim text inside a configuration: from a line matching `start` up to and with one matching `end`."""

    start: str
    end: str


class Rewrite(Record, frozen=True):
    """A spelling the device accepts but shows differently: `match` (whole line) becomes `to` (re.sub's template)."""

    match: str
    to: str


class Removal(Record, frozen=True):
    """How a line is taken away where "no " before it does not do: `match` is replaced by `to` (re.sub's template)."""

    match: str
    to: str


class Subject(Record, frozen=True):
    """Something several lines of a section are about, such as a BGP neighbour.

    The first group of `match` is what "no" takes away, with all other lines about the same subject in the section
    and the sections inside it. A line that matches `creates` brings it into being; a place without `creates` only
    speaks of what a section around it created.
    """

    match: str
    creates: str = ""


class Place(Record, frozen=True):
    """How lines behave in the sections whose path matches `inside` (whole path); the first matching place counts.

    Attributes:
        inside: pattern of the path; "" is the top level.
        order: classes of lines; what a line refers to stands in an earlier class than the line. It is both the order
            of the canonical text and the order of creation (removal goes backwards). Other lines come last.
        single: of lines with equal groups (without groups: equal match) there is one; sending another replaces it.
        exclusive: the same, but the old one has to be removed before the new one is accepted.
        frozen: lines that can only be given to a new section: to change one, the section is removed and made again.
        networks: lines with a group `address` (address with prefix length): two in one network get in each other's
            way, so that the old one has to go first, and one that stays has to be set again.
        ordered: among lines with equal match the order means something; a new line goes to the end.
        final: lines that come into force after everything else and are taken away before everything else.
        subjects: what several lines are about.
        removals: how lines are taken away.
        sections: heads that open a section even when it is empty.
        permanent: sections that cannot be removed: they are emptied, and an empty one counts as absent.
        owned: kinds of top-level lines; a kind is ours when the intended text has a line with equal groups.
    """

    inside: str
    order: tuple[str, ...] = ()
    single: tuple[str, ...] = ()
    exclusive: tuple[str, ...] = ()
    frozen: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    ordered: tuple[str, ...] = ()
    final: tuple[str, ...] = ()
    subjects: tuple[Subject, ...] = ()
    removals: tuple[Removal, ...] = ()
    sections: tuple[str, ...] = ()
    permanent: tuple[str, ...] = ()
    owned: tuple[str, ...] = ()


class WayIn(Record, frozen=True):
    """Which lines decide whether we still get in: what an operator loses his own way by.

    In the patterns of `port`, `login`, `lists` and `vrfs`, "<name>" stands for the name in question.

    Attributes:
        port: the section of our own port.
        login: lines about our own login.
        always: top-level lines and heads of sections that matter wherever they stand.
        names_list: in a section above, a line that names an access list (group `name`).
        lists: top-level lines and heads of an access list that is named there.
        names_vrf: in the section of our own port, a line that names its VRF (group `name`).
        vrfs: top-level lines and heads of that VRF.
    """

    port: tuple[str, ...] = ()
    login: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    names_list: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    names_vrf: tuple[str, ...] = ()
    vrfs: tuple[str, ...] = ()


class Kind(Record, frozen=True):
    """Something that a configuration has many of, as people count them: `one` or `many`; `match` has its name (group 1)."""

    one: str
    many: str
    match: str


class Capabilities(Record, frozen=True):
    """What our adapter can do on a platform, as people are told.

    True is yes, False is no; a text stands where neither is the whole answer: the condition under which it is so, how
    it is done, or that it is not known. What a data file does not name is not promised.

    Attributes:
        merge: lines are added to what runs.
        replace: a whole configuration takes the place of what runs.
        device_diff: the device itself says what a candidate would change.
        timer: an unconfirmed change is taken back by the device.
        timer_survives_client: also when whoever sent it is gone or cut off.
        timer_survives_restart: also when the device, or its routing software, restarts inside the window.
        timer_survives_hang: also when a part of the device hangs or is dead at that moment.
        timer_survives_switchover: also when another supervisor of the device takes over.
        pending_visible: a change that waits for its confirmation can be seen by anybody.
        change_id: what waits carries our name for the change, so that nobody confirms another one's.
        lock: what keeps two writers apart, and where it is held.
        fence: what stops an applier that another job has overtaken: begins with "device" where the device itself
            refuses it, with "detected" where reading finds it; no where nothing does.
        foreign_visible: how it is seen that somebody else changed the device meanwhile.
        save: what happens to the startup configuration, and how it is proved.
        order: who orders the lines of a change: we ("sent"), the device ("atomic"), or when which.
        order_back: who orders what takes a change back, by the timer or when it is rolled back.
    """

    merge: bool | str = False
    replace: bool | str = False
    device_diff: bool | str = False
    timer: bool | str = False
    timer_survives_client: bool | str = False
    timer_survives_restart: bool | str = False
    timer_survives_hang: bool | str = False
    timer_survives_switchover: bool | str = False
    pending_visible: bool | str = False
    change_id: bool | str = False
    lock: bool | str = False
    fence: bool | str = False
    foreign_visible: bool | str = False
    save: bool | str = False
    order: bool | str = False
    order_back: bool | str = False


class CommandRule(Record, frozen=True):
    """A kind of command our adapter may send, so that AAA authorisation can be granted for exactly these.

    Attributes:
        pattern: matches the whole command (re.fullmatch), as the device receives it.
        why: what it is for, one line.
        when: "read" in every visit that reads, "change" only in a change job, "trust" before anything is trusted.
    """

    pattern: str
    why: str
    when: Literal["read", "change", "trust"]


class PlatformRules(Record, frozen=True):
    """What linewright knows about one network operating system.

    Attributes:
        name: our name for it.
        title: as people write it.
        slugs: platform slugs of the source of truth it serves.
        driver: NAPALM driver name.
        transport: how it is reached.
        port: default TCP port.
        order: "sent" where lines are executed as they are sent, "atomic" where a commit applies all at once.
        timer: whether the platform (or our script on it) takes an unconfirmed change back by itself.
        max_timer: longest time in seconds that such a timer can be set to.
        indent: spaces per level as the device prints them.
        comment: lines that say nothing to the device.
        volatile: header lines and time stamps, dropped before texts are compared; a closed list, because whatever
            is dropped here can be changed on a device without anybody noticing.
        exits: words that leave a section (they repeat what indentation says).
        leave: the word sent to leave a section.
        restore: what takes a line "no X" away is this and X; "" sends X itself.
        closings: sections left by another word.
        blocks: verbatim texts inside a configuration.
        rewrites: spellings the device shows differently.
        secrets: where a secret stands in a line (group `secret`).
        places: how lines behave, by section.
        way_in: which lines decide whether we still get in.
        kinds: what is counted by name where a change takes it away, what hurts most first.
        capabilities: what our adapter can do there.
        shown: by which test each capability that is claimed is shown (file::test, in the platform's test folder),
            by the capability's name.
        display: what a command asked for by a person (`collect --command`) may begin with; it only shows.
        commands: every command it may ever send; a closed list, held to what was really sent by the adapter's tests.
    """

    name: str
    title: str
    slugs: tuple[str, ...]
    driver: str
    transport: Literal["ssh", "eapi"]
    port: int
    order: Literal["sent", "atomic"]
    timer: bool
    max_timer: int
    indent: int
    comment: str
    volatile: tuple[str, ...]
    exits: tuple[str, ...]
    leave: str
    secrets: tuple[str, ...]
    places: tuple[Place, ...]
    restore: str = ""
    closings: tuple[Closing, ...] = ()
    blocks: tuple[Block, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    way_in: WayIn = WayIn()
    kinds: tuple[Kind, ...] = ()
    capabilities: Capabilities = Capabilities()
    shown: Capabilities = Capabilities()
    display: tuple[str, ...] = ()
    commands: tuple[CommandRule, ...] = ()
