"""The device that a benchmark runs on: what must be idle before a block, and what meters it."""

import os
import re
import time

import energy_readings
import nvml

IDLE_TIMEOUT_SECONDS = 30
SAMPLING_SECONDS = 1.0  # the driver's utilisation is of up to a second before the reading


class Cpu:
    """Other processes' share of the processor is judged with each block (machine_load)."""

    kind, is_gpu = "cpu", False

    def __init__(self):
        self.energy_counter = energy_readings.rapl()
        self.energy_source = "rapl, processor packages" if self.energy_counter else None
        self.environment = {}

    def wait_until_idle(self):
        return {}

    def clock_mhz(self):
        return None

    def largest_memory(self, before, pid):
        return before

    def facts(self):
        return {}

    def label(self):
        return ""


class Cuda:
    """The first GPU that CUDA may use, by its driver. `gpu` and `sleep` are others in tests."""

    kind, is_gpu = "cuda", True

    def __init__(self, gpu=None, sleep=time.sleep):
        which = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0]
        self.gpu = gpu or nvml.Gpu(which)
        self.environment = {"CUDA_DEVICE_ORDER": "PCI_BUS_ID", "CUDA_VISIBLE_DEVICES": which}  # the driver's order
        self.sleep = sleep
        has_counter = self.gpu.energy_j() is not None
        self.energy_counter = self.gpu if has_counter else None
        self.energy_source = "nvml_counter, the whole board" if has_counter else None

    def wait_until_idle(self):
        """Once every program of the benchmark is stopped, nothing is queued and no other process keeps the device busy:
        what is still busy after a while is another's. None: the driver does not tell."""
        for _ in range(IDLE_TIMEOUT_SECONDS):
            self.sleep(SAMPLING_SECONDS)
            busy = self.gpu.busy_share()
            if not busy:
                break
        return {"gpu_busy_before": busy}

    def clock_mhz(self):
        return self.gpu.clock_mhz()

    def largest_memory(self, before, pid):
        """Device memory that the driver gives to this process: tensors, the allocator's reserve, context and kernels."""
        now = (self.gpu.process_memory() or {}).get(pid)
        return now if before is None else max(before, now or 0)

    def facts(self):
        return self.gpu.facts()

    def label(self):
        """For a file's name: nvidia-h100-80gb-hbm3."""
        return "." + re.sub(r"[^a-z0-9]+", "-", self.gpu.facts().get("name", "gpu").lower()).strip("-")


def make_device(kind):
    try:
        return {"cpu": Cpu, "cuda": Cuda}[kind]()
    except nvml.NvmlError as error:
        raise SystemExit(f"no GPU to measure on: {error}") from None
