"""Joules between two moments, from readings of a counter: NVML's of a GPU, else RAPL's of the processor packages."""

import pathlib
import time

POWERCAP = pathlib.Path("/sys/class/powercap")


class RaplCounter:
    """Joules of all processor packages since this was made. Wraps are followed while it is read often enough."""

    def __init__(self, root=POWERCAP):
        self.zones = [zone for zone in sorted(root.glob("intel-rapl:*"))
                      if (zone / "name").read_text().startswith("package")]
        self.last = [self._read(zone, "energy_uj") for zone in self.zones]
        self.total_uj = 0

    @staticmethod
    def _read(zone, name):
        return int((zone / name).read_text())

    def energy_j(self):
        for index, zone in enumerate(self.zones):
            now = self._read(zone, "energy_uj")
            passed = now - self.last[index]
            self.total_uj += passed if passed >= 0 else passed + self._read(zone, "max_energy_range_uj")
            self.last[index] = now
        return self.total_uj / 1e6


def rapl(root=POWERCAP):
    """The counter, or None where no package zone can be read (virtual machines hide them)."""
    try:
        counter = RaplCounter(root)
    except (OSError, ValueError):
        return None
    return counter if counter.zones else None


class EnergyReadings:
    """Readings of `counter` (energy_j(), or None for none at all) with the time of each."""

    def __init__(self, counter, clock=time.time):
        self.counter, self.clock = counter, clock
        self.readings = []

    def take(self):
        value = self.counter.energy_j() if self.counter else None
        if value is not None and (not self.readings or value != self.readings[-1][1]):
            self.readings.append((self.clock(), value))  # a counter is told in ticks: only its changes have a time

    def joules(self, begin, end):
        """Between two moments inside the readings, on straight lines between them; else None."""
        first, last = self._at(begin), self._at(end)
        if first is None or last is None or last <= first:
            return None
        return last - first

    def _at(self, moment):
        known = self.readings[1:]  # when the value of the first one began is not known
        for (t0, j0), (t1, j1) in zip(known, known[1:]):
            if t0 <= moment <= t1 and t1 > t0:
                return j0 + (j1 - j0) * (moment - t0) / (t1 - t0)
        return None
