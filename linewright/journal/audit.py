"""What the chain and the signed heads of a journal prove together, and up to where."""

from collections.abc import Collection, Iterable

from linewright.journal.chain import Walked
from linewright.journal.heads import Found, Looked
from linewright.model.objects import Record


class Audit(Record, frozen=True):
    """How far a journal is to be believed.

    `journal` is its name, `records` the number of its last record. `certain` is the last record that a believed head
    vouches for (0: none does), of time `certain_time` (UTC); `elsewhere` says whether one of those heads lies in a
    folder of journal.heads, and not beside the journal only. `findings` are alterations, each in words; `notices` what
    weakens the proof without being one.
    """

    journal: str
    records: int
    certain: int
    certain_time: str
    elsewhere: bool
    findings: tuple[str, ...]
    notices: tuple[str, ...]

    @property
    def since(self) -> int:
        """How many records came after the last one that is certain."""
        return max(0, self.records - self.certain)


def judge(
    name: str,
    walked: Walked,
    looked: Looked,
    *,
    believed: Collection[str],
    beside: str,
    known: Collection[str] = (),
) -> Audit:
    """Hold a journal against the heads that were found.

    Args:
        name: the journal's.
        walked: its chain, with the hashes of the records that heads speak of.
        looked: the heads of all places.
        believed: the public keys that may sign them.
        beside: the folder that lies beside the journal; its heads are the least proof.
        known: names of other journals of this site, which may have heads there too.
    """
    signed = [found for found in looked.found if found.key in believed]
    ours = sorted((f for f in signed if f.head.journal == name), key=lambda found: found.head.number)
    fitting = [f for f in ours if walked.hashes.get(f.head.number) == f.head.hash]
    last = fitting[-1].head if fitting else None
    findings = [*([walked.why] if walked.why else ()), *looked.altered]
    findings += _contradicted(ours, walked, last.number if last else 0)
    findings += _replaced(signed, name, known)
    return Audit(
        journal=name,
        records=walked.last,
        certain=last.number if last else 0,
        certain_time=last.time if last else "",
        elsewhere=any(f.head == last and not f.path.startswith(f"{beside}/") for f in fitting),
        findings=tuple(findings),
        notices=(*looked.away, *_unknown(looked.found, signed)),
    )


def _contradicted(ours: Iterable[Found], walked: Walked, good: int) -> list[str]:
    """What heads say that the chain does not."""
    cut: Found | None = None
    other: Found | None = None
    for found in ours:
        head = found.head
        if head.number > walked.last:
            cut = found
        elif walked.hashes.get(head.number) not in {head.hash, None} and other is None:
            other = found
    told = []
    if other is not None:
        since = f"; up to record {good} it is as it was" if good else ""
        told.append(
            f"it was written anew: record {other.head.number} is not the one of {other.head.time} that {other.path} vouches for{since}"
        )
    if cut is not None:
        told.append(
            f"its end was cut off: {cut.path} vouches for record {cut.head.number} of {cut.head.time}, the last one here is {walked.last}"
        )
    return told


def _replaced(signed: Iterable[Found], name: str, known: Collection[str]) -> list[str]:
    """Journals that our keys signed heads of and that are not here, each once, by its last head."""
    newest: dict[str, Found] = {}
    for found in signed:
        journal = found.head.journal
        if journal != name and journal not in known:
            former = newest.get(journal)
            if former is None or former.head.number < found.head.number:
                newest[journal] = found
    return [
        f"another journal was here: {found.path} vouches for record {found.head.number} of {found.head.time} "
        f"of journal {journal}, this one is {name}"
        for journal, found in sorted(newest.items())
    ]


def _unknown(found: Collection[Found], signed: Collection[Found]) -> list[str]:
    if strangers := len(found) - len(signed):
        return [f"{strangers} heads of keys that nobody here vouches for were not counted (journal.signers)"]
    return []
