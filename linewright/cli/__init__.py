"""The command line. Commands import what they need when they run, so that help and completion stay quick."""

import sys
from collections.abc import Sequence

from linewright.cli.root import root


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `linewright` and exit with the documented status (DESIGN section 4)."""
    from linewright.cli.ending import ended
    from linewright.cli.outlet import lasting

    with lasting():
        code = ended(root, list(sys.argv[1:] if arguments is None else arguments))
    sys.exit(code)
