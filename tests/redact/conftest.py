import pytest

from linewright.platforms import rules


@pytest.fixture
def key() -> bytes:
    return bytes(range(32))


@pytest.fixture(params=("frr", "eos"))
def platform(request):
    return rules(request.param)
