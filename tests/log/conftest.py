import pytest

from linewright import log
from linewright.log.masking import Masker


@pytest.fixture(autouse=True)
def nothing_known_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests concealed would mask what these look for."""
    monkeypatch.setattr(log, "_MASKER", Masker())
