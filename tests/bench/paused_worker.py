"""A training program that runs only while it is measured: stopped by SIGSTOP between blocks."""

import json
import os
import pathlib
import signal
import subprocess
import time

import energy_readings
import machine_load

# Of a block. On a GPU steps are told some steps late and in bursts, so a block is longer and has one mean.
MIN_STEPS, MIN_SECONDS = 2, 1.5
GPU_MIN_STEPS, GPU_MIN_SECONDS = 10, 3.0
# Ends told after a stop that are not of whole steps since: four steps that were queued, the one that was cut in its middle, whose
# first part the device did meanwhile; the sixth is a whole one.
GPU_SETTLE_STEPS, GPU_SETTLE_SECONDS = 6, 0.5
LAST_READING_SECONDS = 0.3


class WorkerError(Exception):
    """A program that ended or hung; the message has the end of its log."""


class PausedWorker:
    """Starts `command` at once. Its steps are lines of `steps_path`. `device` is a benchmark's device (bench_device)."""

    def __init__(self, name, command, steps_path, environment, log_path, device):
        self.name, self.steps_path, self.log_path = name, pathlib.Path(steps_path), pathlib.Path(log_path)
        self.device = device
        self.steps = []
        self.position = 0
        self.version = None  # what the program says of itself; a peer's is in the result's versions
        self.device_memory = None
        with self.log_path.open("w") as log:
            self.process = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log,
                                            env={**os.environ, **device.environment, **environment}, start_new_session=True)

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

    def wait_for(self, enough, timeout, meanwhile=lambda: None):
        deadline = time.monotonic() + timeout
        while not enough():
            ended = self.process.poll()
            if ended is not None or time.monotonic() > deadline:
                how = {None: "is too slow", -signal.SIGKILL: "was killed, most often for want of memory"}
                raise WorkerError(f"{self.name} {how.get(ended, f'ended with {ended}')}: "
                                  f"{self.log_path.read_text()[-1500:]}")
            meanwhile()
            time.sleep(0.02)
            self.read()

    def warm_up(self, steps, timeout):
        self.wait_for(lambda: len(self.steps) >= steps, timeout)
        self.stop()

    def stop(self):
        """What the GPU still has queued runs on; the next block begins when the device is idle."""
        self.device_memory = self.device.largest_memory(self.device_memory, self.process.pid)
        self.signal(signal.SIGSTOP)

    def block(self, timeout=120):
        """Runs on for a block of whole steps; what was cut by the stop before it does not count."""
        on_gpu = self.device.is_gpu
        idle = self.device.wait_until_idle()
        settle_steps, settle_seconds = (GPU_SETTLE_STEPS, GPU_SETTLE_SECONDS) if on_gpu else (1, 0.0)
        min_steps, min_seconds = (GPU_MIN_STEPS, GPU_MIN_SECONDS) if on_gpu else (MIN_STEPS, MIN_SECONDS)
        energy = energy_readings.EnergyReadings(self.device.energy_counter)
        self.read()
        first, resumed = len(self.steps), time.monotonic()
        self.signal(signal.SIGCONT)
        self.wait_for(lambda: len(self.steps) >= first + settle_steps and time.monotonic() - resumed >= settle_seconds,
                      timeout, energy.take)
        load, begin, start = machine_load.OtherLoad(self.process.pid), time.monotonic(), len(self.steps) - 1
        self.wait_for(lambda: len(self.steps) - 1 - start >= min_steps and time.monotonic() - begin >= min_seconds,
                      timeout, energy.take)
        share, host_share, clock = load.share(), load.own_share(), self.device.clock_mhz()
        timed = self.steps[start:]
        if self.device.energy_counter:
            deadline = time.monotonic() + LAST_READING_SECONDS
            self.wait_for(lambda: time.monotonic() > deadline, timeout, energy.take)
        self.stop()
        return {"other_cpu_share": round(share, 4), **idle, **({"sm_clock_mhz": clock} if clock else {}),
                **timing(timed, on_gpu), **energy_of(timed, energy), "host_cpu_share": round(host_share, 4),
                "phases_s": phases(timed[1:])}

    def peak_memory_bytes(self):
        return machine_load.peak_memory_bytes(pathlib.Path(f"/proc/{self.process.pid}/status").read_text())

    def losses(self, last_step):
        return {step["step"]: step["loss_nats"] for step in self.steps if step["step"] <= last_step}

    def end(self):
        if self.process.poll() is None:
            self.signal(signal.SIGKILL)
        self.process.wait()


def timing(timed, on_gpu):
    """Seconds of each step after the first of `timed`, by when its end was told. On a GPU, where ends are told in bursts, the
    mean alone, and beside it the mean by the device's own events."""
    times = [step["time_unix_s"] for step in timed]
    result = {"steps": [timed[1]["step"], timed[-1]["step"]], "num_steps": len(timed) - 1}
    if not on_gpu:
        return {**result, "step_s": [round(after - before, 6) for before, after in zip(times, times[1:])]}
    events = [step["wall_s"] for step in timed[1:]]
    return {**result, "step_s": [round((times[-1] - times[0]) / len(events), 7)],
            "event_s": round(sum(events) / len(events), 7)}


def energy_of(timed, energy):
    """Joules a step; nothing where no counter told them."""
    joules = energy.joules(timed[0]["time_unix_s"], timed[-1]["time_unix_s"])
    return {} if joules is None else {"joules_per_step": joules / (len(timed) - 1)}


def phases(steps):
    """Mean seconds of each phase that the program itself reports; none for peers."""
    with_phases = [step["phases_s"] for step in steps if "phases_s" in step]
    if not with_phases:
        return {}
    return {key: sum(item[key] for item in with_phases) / len(with_phases) for key in with_phases[0]}
