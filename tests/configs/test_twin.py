"""EOS cases on the simulated switch, whose grammar was written by somebody else from Arista's manual.

Where a case folder has a file no-twin.txt, it says why the simulated switch cannot tell.
"""

from linewright.configs import commands, normalise
from linewright.lab.twin.config import Config
from linewright.platforms import rules

EOS = rules("eos")


def test_the_switch_goes_there_and_back(eos_case):
    before, after = eos_case.text("before"), eos_case.text("after")
    switch = Config([f"Ethernet{number}" for number in range(1, 50)]).load(before)
    assert normalise("\n".join(switch.render()), EOS) == normalise(before, EOS)

    switch.load(eos_case.text("commands"))
    assert normalise("\n".join(switch.render()), EOS) == normalise(after, EOS)

    switch.load(eos_case.text("back"))
    assert normalise("\n".join(switch.render()), EOS) == normalise(before, EOS)


def test_the_switch_shows_what_we_would_send_it_from_nothing(eos_case):
    switch = Config([f"Ethernet{number}" for number in range(1, 50)])
    switch.load("\n".join(commands("\n".join(switch.render()), eos_case.text("after"), EOS)))
    assert normalise("\n".join(switch.render()), EOS) == normalise(eos_case.text("after"), EOS)
