"""NAPALM's own acceptance suite for a driver, our adapter against the twin, with configurations of our own."""

from pathlib import Path
from unittest import TestCase

from napalm.base.test.base import TestConfigNetworkDriver as Conformance

from linewright.devices.eos.driver import EosDriver
from linewright.lab.twin.box import Credentials
from linewright.lab.twin.fleet import Fleet, fleet

_FIXTURES = Path(__file__).parent / "conformance"


class TestEos(Conformance, TestCase):
    vendor = str(_FIXTURES)
    fleet: Fleet
    device: EosDriver

    @classmethod
    def setup_class(cls):
        """The suite's own hook for runners that do not call unittest's; ours does."""

    @classmethod
    def teardown_class(cls):
        """As above."""

    @classmethod
    def setUpClass(cls):
        config = (_FIXTURES / "initial.conf").read_text()
        cls.fleet = fleet([], {"harbour": config}, credentials=Credentials("netops", "conformance"))
        reach = cls.fleet.reach["harbour"]
        arguments = {"port": reach.port, "tls_pin": reach.pin}
        cls.device = EosDriver(reach.host, "netops", "conformance", 30, optional_args=arguments)
        cls.device.open()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        server, box = cls.fleet.servers["harbour"], cls.fleet.boxes["harbour"]
        cls.fleet.stop()
        assert server.connections == 1, "one handshake serves the whole suite"
        assert len(box.flash) <= 1, "there is one way back, not one file for every load"


# The imported suite is run through its child only.
del Conformance
