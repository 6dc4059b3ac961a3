#!/usr/bin/env python3
"""Tests of the order in which programs are started, measured and ended; needs no program and no LibTorch."""

import json
import pathlib
import tempfile
import types
import unittest

import bench_case
import bench_slice


class ScriptedWorker:
    """Tells `log` what is done with it. `loads` are the other CPU shares of its next blocks."""

    def __init__(self, name, log, loads=()):
        self.name, self.log, self.loads = name, log, list(loads)
        self.device = types.SimpleNamespace(kind="cpu")
        self.version, self.device_memory = None, 77 if name == "b" else None
        log.append(f"start {name}")

    def warm_up(self, steps, timeout):
        self.log.append(f"warm {self.name} {steps}")

    def block(self):
        self.log.append(f"block {self.name}")
        return {"other_cpu_share": self.loads.pop(0) if self.loads else 0.0, "step_s": [1.0], "phases_s": {}}

    def peak_memory_bytes(self):
        return 5

    def losses(self, last_step):
        return {1: 2.0}

    def end(self):
        self.log.append(f"end {self.name}")


class Order(unittest.TestCase):
    def measure(self, one_at_a_time, seconds=0.0, loads=()):
        log = []
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "samples.jsonl"
            case = types.SimpleNamespace(table={"one_at_a_time": one_at_a_time}, samples_path=path)
            makers = {name: lambda name=name: ScriptedWorker(name, log, loads if name == "a" else ()) for name in "ab"}
            rounds = bench_slice.measure(case, makers, seconds)
            samples = [json.loads(line) for line in path.read_text().splitlines()]
        return rounds, log, samples

    def test_all_are_started_first_and_take_blocks_in_turn(self):
        rounds, log, samples = self.measure(False)
        self.assertEqual((rounds, log), (1, ["start a", "warm a 2", "start b", "warm b 2", "block a", "block b", "end a", "end b"]))
        self.assertEqual([sample["kind"] for sample in samples], ["block", "block", "worker", "worker"])
        self.assertEqual([sample.get("device_memory_bytes") for sample in samples[2:]], [None, 77])

    def test_those_that_do_not_fit_together_run_one_at_a_time(self):
        _, log, samples = self.measure(True)
        self.assertEqual(log, ["start a", "warm a 2", "block a", "end a", "start b", "warm b 2", "block b", "end b"])
        self.assertEqual([sample["kind"] for sample in samples], ["block", "worker", "block", "worker"])

    def test_a_disturbed_block_is_taken_again(self):
        _, log, samples = self.measure(False, loads=[0.9])
        self.assertEqual(log.count("block a"), 1)  # not when the time is over
        self.assertEqual(samples[0]["other_cpu_share"], 0.9)
        worker = ScriptedWorker("a", [], [0.9, 0.01])
        self.assertEqual(bench_slice.undisturbed_block(worker, 3, float("inf"))["other_cpu_share"], 0.01)
        worker = ScriptedWorker("a", [], [0.9] * 9)
        bench_slice.undisturbed_block(worker, 3, float("inf"))
        self.assertEqual(worker.log.count("block a"), 3)


class Programs(unittest.TestCase):
    def started(self, case, name, sets=()):
        found = {}

        class Worker:
            def __init__(self, name, command, *_):
                found["command"] = [str(part) for part in command]

        original, bench_slice.PausedWorker = bench_slice.PausedWorker, Worker
        try:
            bench_slice.start_program(case, name, "/bin/echo", 2, None, sets)
        finally:
            bench_slice.PausedWorker = original
        return found["command"]

    def test_settings_of_the_case_and_of_the_variant_are_set(self):
        with tempfile.TemporaryDirectory() as folder:
            case = bench_case.Case("gpu_qwen2_5_7b", "bf16", folder)
            case.folder.mkdir(parents=True)
            self.assertIn("optimizer.moments=bf16", self.started(case, "assay"))
            self.assertNotIn("train.precision=fp8", self.started(case, "assay"))
            self.assertIn("train.precision=fp8", self.started(case, "own:fp8"))
            self.assertIn("profile.kineto=t", self.started(case, "assay", {"profile.kineto": "t"}))

    def test_a_gpu_case_is_of_its_device_and_its_files_are_its_own(self):
        case = bench_case.Case("gpu_qwen2_5_3b", "bf16", "/b")
        self.assertIn('device = "cuda"', case.program_config(2))
        self.assertIn("layers_every = 0", case.program_config(2))
        self.assertEqual(case.samples_path.name, "bf16.cuda.samples.jsonl")
        self.assertEqual(case.tokens_per_step, 4 * 8 * 1024)
        other = bench_case.Case("gpu_qwen2_5_3b", "bf16", "/b", "cpu")
        self.assertIn('device = "cpu"', other.program_config(2))

    def test_peers_are_full_names_or_eager_in_every_environment(self):
        self.assertEqual(bench_case.Case("small_12x64", "fp32", "/b").peers()[:2], ["plain/eager/shipped", "plain/eager/tuned"])
        self.assertEqual(bench_case.Case("gpu_qwen2_5_3b", "bf16", "/b").peers(), ["own:fp8"])


if __name__ == "__main__":
    unittest.main()
