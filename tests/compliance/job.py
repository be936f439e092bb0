"""pyats run job tests/compliance/job.py --testbed-file TESTBED.yaml   (lw check --testbed writes one)."""

from pathlib import Path

from pyats.easypy import run


def main(runtime):
    """One task over the whole testbed; the verdicts also lie beside its log as linewright-verdicts.json."""
    run(
        testscript=str(Path(__file__).with_name("network.py")),
        runtime=runtime,
        taskid="network",
        verdicts_file=str(Path(runtime.directory) / "linewright-verdicts.json"),
    )
