"""The shipped checks as AEtest testcases, one per check, once for each device of the testbed.

Run by `pyats run job tests/compliance/job.py --testbed-file FILE`, or by `lw check --pyats`. What is judged and how stands
in linewright.checks.compliance; here a verdict becomes a result of AEtest.
"""

from pathlib import Path

from pyats import aetest

from linewright.checks.compliance import CHECKS, judge
from linewright.operate.compliance import aetested, looking

#: Given by who runs the script: where the verdicts are written ("" for nowhere).
parameters = {"verdicts_file": ""}

_CHECKS = {check.name: check for check in CHECKS}


class CommonSetup(aetest.CommonSetup):
    """Look at every device once: now, or in the files that were collected."""

    @aetest.subsection
    def look(self, testbed):
        custom = testbed.custom["linewright"]
        if custom["collected"]:
            seen = looking.from_files(Path(custom["collected"]), testbed.devices)
        else:
            seen = aetested.visited(testbed)
        self.parent.parameters.update(seen=looking.look(custom, seen), verdicts=[])

    @aetest.subsection
    def every_device(self, testbed):
        for testcase in (Adjacencies, Cables, Uptime):
            aetest.loop.mark(testcase.judged, device=list(testbed.devices))


class Adjacencies(aetest.Testcase):
    """BGP and OSPF neighbours are up."""

    groups = ("routing",)

    @aetest.test
    def judged(self, device, seen, verdicts):
        told(self, "adjacencies", device, seen, verdicts)


class Cables(aetest.Testcase):
    """Cables lead where they are documented."""

    groups = ("cabling",)

    @aetest.test
    def judged(self, device, seen, verdicts):
        told(self, "cables", device, seen, verdicts)


class Uptime(aetest.Testcase):
    """Not started again lately."""

    groups = ("health",)

    @aetest.test
    def judged(self, device, seen, verdicts):
        told(self, "uptime", device, seen, verdicts)


class CommonCleanup(aetest.CommonCleanup):
    """Hand over what was judged."""

    @aetest.subsection
    def write(self, verdicts, verdicts_file):
        if verdicts_file:
            aetested.write(verdicts, Path(verdicts_file))


def told(testcase, name, device, seen, verdicts):
    """Judge, keep the verdict, and give it as AEtest's result."""
    (verdict,) = judge(seen, [_CHECKS[name]], [device])
    verdicts.append(verdict)
    getattr(testcase, aetested.RESULTS[verdict.outcome])(aetested.reason(verdict))
