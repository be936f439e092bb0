"""How far the journal of a site is to be believed."""

from collections.abc import Iterator

from linewright.journal.audit import Audit, judge
from linewright.journal.journal import Journal
from linewright.journal.merging import merge, unmerged
from linewright.journal.opening import heads, others
from linewright.model.objects import Record
from linewright.operate.workplace import Workplace


class Audited(Record, frozen=True):
    """What was found of each journal of a site: the one that counts, and the one kept while that was away.

    `told` is how people are told of it, `unmerged` how many records of the second the first does not hold, `unkept`
    why the head that was signed just now could not be kept somewhere.
    """

    audit: Audit
    told: str
    local: Audit | None = None
    unmerged: int = 0
    unkept: tuple[str, ...] = ()

    @property
    def altered(self) -> bool:
        """Whether anything was found that must not be."""
        return bool(self.audit.findings or (self.local and self.local.findings))


def audit(place: Workplace) -> Audited:
    """Follow the chain of every journal of a site and hold it against all heads; then sign the new head.

    Nothing is signed where something was found: that would vouch for it.

    Raises:
        FacilityError: a journal cannot be read.
        SecretError, DataError: the signing key or the list of signers cannot be.
    """
    journal = place.state.journal()
    try:
        local = place.state.local_journal()
        try:
            names = {journal.name, *others(place.state.folder, place.state.keeping)}
            found = _judged(place, journal, names)
            there = _judged(place, local, names) if local else None
            waiting = unmerged(local, journal) if local else 0
        finally:
            if local:
                local.close()
        if not found.findings:
            journal.keep_head()
        return Audited(audit=found, told=journal.told, local=there, unmerged=waiting, unkept=journal.unkept)
    finally:
        journal.close()


def not_brought_over(place: Workplace, journal: Journal) -> int:
    """How many records that were kept here while the shared journal was away it does not hold yet.

    Raises:
        FacilityError: one of the journals cannot be read.
    """
    local = place.state.local_journal()
    if local is None:
        return 0
    try:
        return unmerged(local, journal)
    finally:
        local.close()


def bring_over(place: Workplace) -> int:
    """Bring what was kept here while the shared journal was away into that one; how many records that were.

    Raises:
        FacilityError: one of the journals cannot be read or written; nothing was brought over.
        DataError: the one kept here was altered.
    """
    local = place.state.local_journal()
    if local is None:
        return 0
    try:
        journal = place.state.journal()
        try:
            return merge(local, journal)
        finally:
            journal.close()
    finally:
        local.close()


def _judged(place: Workplace, journal: Journal, names: set[str]) -> Audit:
    kept = heads(place.state.folder, place.state.keeping)
    looked = kept.look()
    wanted = {found.head.number for found in looked.found if found.head.journal == journal.name}
    return judge(
        journal.name,
        journal.walked(wanted),
        looked,
        believed=kept.believed(),
        beside=str(kept.own),
        known=names,
    )


def told(audited: Audited) -> Iterator[str]:
    """What was found, line by line, the verdict first."""
    yield from _lines(audited.audit, audited.told)
    if audited.local is not None:
        yield from _lines(audited.local, "the journal kept here while the shared one was away")
        if audited.unmerged:
            yield f"  {audited.unmerged} of its records are not in the shared journal yet: lw status --audit --merge"
    yield from (f"  not kept: {words}" for words in audited.unkept)


def _lines(audit: Audit, told: str) -> Iterator[str]:
    if audit.findings:
        yield f"ALTERED: {told}"
        yield from (f"  {words}" for words in audit.findings)
    yield f"{_certain(audit)}: {told}"
    if audit.certain and not audit.elsewhere:
        yield "  only heads beside the journal say so: name folders elsewhere in journal.heads"
    yield from (f"  {words}" for words in audit.notices)


def _certain(audit: Audit) -> str:
    if not audit.certain:
        return f"Certain of nothing yet ({audit.records} record{'s' * (audit.records != 1)}): no signed head is kept"
    when = audit.certain_time
    since = "none" if not audit.since else f"{audit.since} record{'s' if audit.since > 1 else ''}"
    return f"Certain up to record {audit.certain} of {when[11:13]}{when[14:16]}Z {when[:10]}, {since} since"
