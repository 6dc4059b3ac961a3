#!/usr/bin/env python3
"""Tests of how blocks are taken on a GPU, with a scripted driver: load, memory, energy. Needs neither a GPU nor LibTorch."""

import os
import pathlib
import tempfile
import unittest

import bench_device
import bench_statistics
import energy_readings
import nvml
import paused_worker


class ScriptedNvml:
    """The functions of libnvidia-ml.so.1 that a newer driver has; processes come as {pid: bytes}."""

    def __init__(self, processes=(), busy=(0,), mig=0):
        self.processes, self.busy, self.mig = dict(processes), list(busy), mig

    def nvmlInit_v2(self):
        return 0

    def nvmlDeviceGetHandleByIndex_v2(self, index, handle):
        return 0 if index == 0 else 2

    def nvmlDeviceGetMigMode(self, handle, current, pending):
        current._obj.value = self.mig
        return 0

    def nvmlDeviceGetTotalEnergyConsumption(self, handle, millijoules):
        millijoules._obj.value = 2500
        return 0

    def nvmlDeviceGetUtilizationRates(self, handle, rates):
        rates._obj.gpu = self.busy.pop(0) if len(self.busy) > 1 else self.busy[0]
        return 0

    def nvmlDeviceGetClockInfo(self, handle, kind, value):
        value._obj.value = {nvml.SM_CLOCK: 1980, nvml.MEMORY_CLOCK: 2619}[kind]
        return 0

    def nvmlDeviceGetComputeRunningProcesses_v3(self, handle, count, found):
        if count._obj.value < len(self.processes):
            count._obj.value = len(self.processes)
            return nvml.INSUFFICIENT_SIZE
        for place, (pid, memory) in enumerate(self.processes.items()):
            found[place].pid, found[place].memory = pid, memory
        count._obj.value = len(self.processes)
        return 0


class Driver(unittest.TestCase):
    def test_figures_are_in_base_units(self):
        gpu = nvml.Gpu(library=ScriptedNvml({11: 5 << 30, 12: nvml.NOT_AVAILABLE}, busy=[40]))
        self.assertEqual((gpu.energy_j(), gpu.busy_share(), gpu.clock_mhz()), (2.5, 0.4, 1980))
        self.assertEqual(gpu.process_memory(), {11: 5 << 30, 12: None})

    def test_more_processes_than_there_was_room_for(self):
        self.assertEqual(len(nvml.Gpu(library=ScriptedNvml({pid: 1 for pid in range(100)})).process_memory()), 100)

    def test_no_such_device_no_library_and_a_cut_device_are_refused(self):
        for arguments in (("7", ScriptedNvml()), ("0", "no-such-library.so"), ("0", ScriptedNvml(mig=1))):
            with self.assertRaises(nvml.NvmlError):
                nvml.Gpu(*arguments)

    @unittest.skipUnless(os.path.exists(os.environ.get("BENCH_FAKE_NVML", "")), "the tests' libnvidia-ml.so.1 is not built")
    def test_a_real_library_answers_and_what_it_lacks_is_absent(self):
        with tempfile.NamedTemporaryFile("w") as script:
            script.write("gpu GPU-1 NVIDIA H100 80GB HBM3\nenergy 1000 !15\n")
            script.flush()
            # The library reads its own C environment, which os.environ writes.
            os.environ["ASSAY_FAKE_NVML"] = script.name
            gpu = nvml.Gpu("GPU-1", os.environ["BENCH_FAKE_NVML"])
            self.assertEqual((gpu.energy_j(), gpu.energy_j()), (1.0, None))
            self.assertEqual(gpu.facts(), {"name": "NVIDIA H100 80GB HBM3", "driver": "580.65.06", "power_limit_w": 700.0})
            self.assertEqual((gpu.busy_share(), gpu.process_memory()), (None, None))


class Device(unittest.TestCase):
    def device(self, **script):
        return bench_device.Cuda(nvml.Gpu(library=ScriptedNvml(**script)), sleep=lambda seconds: None)

    def test_a_block_waits_until_the_stopped_programs_have_drained(self):
        self.assertEqual(self.device(busy=[100, 30, 0, 90]).wait_until_idle(), {"gpu_busy_before": 0.0})

    def test_another_process_on_the_gpu_makes_a_block_not_count(self):
        idle = self.device(busy=[35]).wait_until_idle()
        self.assertFalse(bench_statistics.is_undisturbed({"other_cpu_share": 0.0, **idle}))
        self.assertTrue(bench_statistics.is_undisturbed({"other_cpu_share": 0.0, "gpu_busy_before": 0.0}))
        self.assertFalse(bench_statistics.is_undisturbed({"other_cpu_share": 0.5, "gpu_busy_before": 0.0}))

    def test_memory_is_the_largest_that_was_seen_and_absent_where_it_is_not_told(self):
        device = self.device(processes={11: 7})
        self.assertEqual(device.largest_memory(9, 11), 9)
        self.assertEqual(device.largest_memory(None, 11), 7)
        self.assertIsNone(device.largest_memory(None, 12))


class Energy(unittest.TestCase):
    def readings(self, pairs):
        values, times = [value for _, value in pairs], [time for time, _ in pairs]
        counter = type("Counter", (), {"energy_j": lambda self: values.pop(0)})()
        readings = energy_readings.EnergyReadings(counter, lambda: times.pop(0))
        for _ in pairs:
            readings.take()
        return readings

    def test_joules_are_read_between_the_ticks(self):
        readings = self.readings([(0.0, 0.0), (1.0, 100.0), (2.0, 300.0), (3.0, 400.0)])
        self.assertAlmostEqual(readings.joules(1.5, 2.5), 150.0)

    def test_before_the_first_tick_and_after_the_last_reading_nothing_is_known(self):
        readings = self.readings([(0.0, 0.0), (1.0, 100.0), (2.0, 300.0)])
        self.assertIsNone(readings.joules(0.5, 1.5))
        self.assertIsNone(readings.joules(1.5, 2.5))
        self.assertEqual(paused_worker.energy_of([{"time_unix_s": 0.5}, {"time_unix_s": 1.5}], readings), {})

    def test_without_a_counter_there_are_no_joules(self):
        readings = energy_readings.EnergyReadings(None)
        readings.take()
        self.assertIsNone(readings.joules(0, 1))

    def test_rapl_adds_packages_alone_and_follows_a_wrap(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            self.assertIsNone(energy_readings.rapl(root))
            for zone, name in (("intel-rapl:0", "package-0"), ("intel-rapl:0:0", "core")):
                (root / zone).mkdir()
                for key, text in (("name", name), ("energy_uj", "900000"), ("max_energy_range_uj", "1000000")):
                    (root / zone / key).write_text(text + "\n")
            counter = energy_readings.rapl(root)
            (root / "intel-rapl:0" / "energy_uj").write_text("400000\n")
            self.assertAlmostEqual(counter.energy_j(), 0.5)


class Blocks(unittest.TestCase):
    STEPS = [{"step": step, "time_unix_s": time, "wall_s": 0.9} for step, time in ((4, 10.0), (5, 10.1), (6, 12.0), (7, 13.0))]

    def test_on_a_gpu_a_block_has_one_mean_and_the_mean_of_events(self):
        self.assertEqual(paused_worker.timing(self.STEPS, True),
                         {"steps": [5, 7], "num_steps": 3, "step_s": [1.0], "event_s": 0.9})

    def test_on_a_cpu_every_step_counts(self):
        self.assertEqual(paused_worker.timing(self.STEPS, False)["step_s"], [0.1, 1.9, 1.0])


if __name__ == "__main__":
    unittest.main()
