"""kill -9 at random while 1,000 messages a second flow: five rounds of each kind.
bench/kill.py says how it is counted, and plays the two hundred."""

import sys

import pytest

from harness import influxdb
from harness.process import ROOT

sys.path.insert(0, str(ROOT / "bench"))
import kill  # noqa: E402


@pytest.mark.bench
@pytest.mark.timeout(240)
@pytest.mark.parametrize("victims", ["gateway", "store", "all"])
def test_the_same_with_influxdb_as_the_store(release, tmp_path, victims):
    if not influxdb.available():
        pytest.skip(influxdb.MISSING)
    played = list(kill.rounds(victims, 4, build=release, folder=tmp_path, per_home=2,
                              store="influxdb"))
    for line in played:
        print(line)
    total = kill.summary(played)[0]
    assert total["lost"] == 0 and total["doubled"] == 0, played
    assert total["gateway_acknowledged"] > 4 * 2000, played
    assert total["stored"] >= total["gateway_acknowledged"]


@pytest.mark.bench
@pytest.mark.timeout(240)
@pytest.mark.parametrize("victims", ["gateway", "both"])
def test_nothing_acknowledged_is_lost_and_nothing_stored_twice(release, tmp_path, victims):
    played = list(kill.rounds(victims, 5, build=release, folder=tmp_path, per_home=3))
    for line in played:
        print(line)
    total = kill.summary(played)[0]
    assert total["lost"] == 0 and total["doubled"] == 0, played
    # The rounds were real: messages flowed, and each kill met some of them.
    assert total["gateway_acknowledged"] > 5 * 2000, played
    assert total["stored"] >= total["gateway_acknowledged"]
