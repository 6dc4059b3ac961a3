"""How busy other processes keep the machine, from /proc/stat."""

import os
import pathlib
import time

TICKS = os.sysconf("SC_CLK_TCK")


def busy_and_total(stat_text):
    """Seconds of CPU in use and seconds of all CPUs since the machine started. Time that a hypervisor took
    away counts as in use: it is not ours."""
    fields = [int(field) for field in stat_text.split("\n", 1)[0].split()[1:9]]
    total = sum(fields)
    return (total - fields[3] - fields[4]) / TICKS, total / TICKS


def process_seconds(stat_text):
    """CPU seconds of one process, all its threads, from the text of /proc/PID/stat."""
    fields = stat_text.rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def peak_memory_bytes(status_text):
    """The largest resident set, from the text of /proc/PID/status."""
    for line in status_text.split("\n"):
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise ValueError("no VmHWM in /proc/PID/status")


class OtherLoad:
    """What processes other than `pid`, and `pid` itself, used of the CPUs since this was made."""

    def __init__(self, pid):
        self.path = pathlib.Path(f"/proc/{pid}/stat")
        self.busy, self.total = busy_and_total(pathlib.Path("/proc/stat").read_text())
        self.own = process_seconds(self.path.read_text())
        self.begin = time.monotonic()

    def own_share(self):
        """CPU seconds of all threads of `pid` a second: 2 for two threads that never wait. A thread that waits for a GPU
        by spinning counts as busy."""
        return (process_seconds(self.path.read_text()) - self.own) / (time.monotonic() - self.begin)

    def share(self):
        """Of all CPUs, by other processes."""
        busy, total = busy_and_total(pathlib.Path("/proc/stat").read_text())
        own = process_seconds(self.path.read_text())
        passed = total - self.total
        if passed <= 0:
            return 0.0
        return max(0.0, (busy - self.busy - (own - self.own)) / passed)
