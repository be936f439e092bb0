"""Before a plan is carried out: does the newest snapshot kept here still want it? NetBox itself is not asked."""

from linewright import log
from linewright.errors import Moved
from linewright.operate.causes import causes
from linewright.operate.outdated import Standing, judged_by, outdated
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import ChangePlan
from linewright.seal.canonical import code

_SHOWN = 3


def still_current(place: Workplace, plan: ChangePlan) -> str:
    """One line that says by which snapshot a plan is current; "" where none is newer than the plan's own, or none is kept.

    A change elsewhere is no obstacle; one out-of-date device is, because the plan is one change.

    Raises:
        Moved: a planned device is out of date; devices and fields are named.
        DataError: the newest snapshot cannot be read.
    """
    if place.state.newest() is None:
        return ""  # then the plan's own snapshot is not here either, which is refused where plans are proved
    newest = judged_by(place, plan)
    if newest.digest == plan.snapshot:
        return ""
    standings = outdated(place, plan, newest)
    late = [one for one in standings if not one.current]
    log.note("still current", plan=plan.code, snapshot=newest.code, out_of_date=len(late))
    if not late:
        return (
            f"Current by snapshot {newest.code} too, which is newer: nothing this plan is made from changed"
        )
    found = causes(late[:_SHOWN], place.snapshot(code(plan.snapshot)), newest)
    told = [
        f"{one.device}: {_why(one, [cause.text for cause in found.get(one.device, ())])}"
        for one in late[:_SHOWN]
    ]
    more = f"\nand {len(late) - _SHOWN} more" if len(late) > _SHOWN else ""
    raise Moved(
        f"{len(late)} of {len(standings)} devices of plan {plan.code} are out of date by snapshot {newest.code}\n"
        + "\n".join(told)
        + more,
        hint="lw plan status tells all of it; lw plan refresh makes the same change anew",
    )


def _why(standing: Standing, changes: list[str]) -> str:
    shown = changes[:_SHOWN] or [reason.told for reason in standing.reasons[:_SHOWN]]
    more = len(changes) - _SHOWN
    return "; ".join(shown) + f"; and {more} more" * (more > 0)
