"""A training program that runs only while it is measured: stopped by SIGSTOP between blocks."""

import json
import os
import pathlib
import signal
import subprocess
import time

import machine_load

MIN_STEPS, MIN_SECONDS = 2, 1.5


class WorkerError(Exception):
    """A program that ended or hung; the message has the end of its log."""


class PausedWorker:
    """Starts `command` at once. Its steps are lines of `steps_path`."""

    def __init__(self, name, command, steps_path, environment, log_path):
        self.name, self.steps_path, self.log_path = name, pathlib.Path(steps_path), pathlib.Path(log_path)
        self.steps = []
        self.position = 0
        self.version = None  # what the program says of itself; a peer's is in the result's versions
        with self.log_path.open("w") as log:
            self.process = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log,
                                            env={**os.environ, **environment}, start_new_session=True)

    def signal(self, number):
        os.killpg(self.process.pid, number)

    def read(self):
        """Takes in whole lines that were written since the last call."""
        if not self.steps_path.exists():
            return
        with self.steps_path.open("rb") as file:
            file.seek(self.position)
            text = file.read()
        whole = text[:text.rfind(b"\n") + 1]
        self.position += len(whole)
        self.steps += [json.loads(line) for line in whole.splitlines()]

    def wait_for(self, enough, timeout):
        deadline = time.monotonic() + timeout
        while not enough():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise WorkerError(f"{self.name} {'ended' if self.process.poll() is not None else 'is too slow'}: "
                                  f"{self.log_path.read_text()[-1500:]}")
            time.sleep(0.02)
            self.read()

    def warm_up(self, steps, timeout):
        self.wait_for(lambda: len(self.steps) >= steps, timeout)
        self.signal(signal.SIGSTOP)

    def block(self, timeout=120):
        """Runs on for a block of whole steps; the step that was stopped in the middle does not count."""
        first = len(self.steps)
        self.signal(signal.SIGCONT)
        self.wait_for(lambda: len(self.steps) > first, timeout)
        load = machine_load.OtherLoad(self.process.pid)
        begin = time.monotonic()
        start = len(self.steps) - 1
        self.wait_for(lambda: len(self.steps) - 1 - start >= MIN_STEPS and time.monotonic() - begin >= MIN_SECONDS,
                      timeout)
        share = load.share()
        self.signal(signal.SIGSTOP)
        timed = self.steps[start:]
        times = [step["time_unix_s"] for step in timed]
        return {"other_cpu_share": round(share, 4), "steps": [timed[1]["step"], timed[-1]["step"]],
                "step_s": [round(after - before, 6) for before, after in zip(times, times[1:])],
                "phases_s": phases(timed[1:])}

    def peak_memory_bytes(self):
        return machine_load.peak_memory_bytes(pathlib.Path(f"/proc/{self.process.pid}/status").read_text())

    def losses(self, last_step):
        return {step["step"]: step["loss_nats"] for step in self.steps if step["step"] <= last_step}

    def end(self):
        if self.process.poll() is None:
            self.signal(signal.SIGKILL)
        self.process.wait()


def phases(steps):
    """Mean seconds of each phase that the program itself reports; none for peers."""
    with_phases = [step["phases_s"] for step in steps if "phases_s" in step]
    if not with_phases:
        return {}
    return {key: sum(item[key] for item in with_phases) / len(with_phases) for key in with_phases[0]}
