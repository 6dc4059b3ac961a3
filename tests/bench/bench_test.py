#!/usr/bin/env python3
"""Tests of the benchmark's own rules; needs no LibTorch and no quiet machine."""

import json
import pathlib
import tempfile
import unittest

import bench_case
import bench_result
import bench_statistics
import bench_table
import machine_load
import step_floor
import step_tokens

STAT = "cpu  100 10 50 800 40 1 2 7 0 0\ncpu0 1 2 3\n"


def block(worker_round, seconds, share=0.01, slice_id="1"):
    return {"slice": slice_id, "round": worker_round, "step_s": seconds, "other_cpu_share": share, "phases_s": {}}


def losses(start, count=8):
    return {step: start - 0.1 * step for step in range(1, count + 1)}


class Tokens(unittest.TestCase):
    def test_philox_gives_the_published_words(self):
        # Random123's kat_vectors, philox4x32 10 rounds.
        self.assertEqual(step_tokens.philox4x32([0] * 4, [0] * 2), [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8])
        self.assertEqual(step_tokens.philox4x32([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2),
                         [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD])

    def test_windows_stay_inside_and_differ_by_step(self):
        text = step_tokens.made_up_text(5000)
        first, second = (step_tokens.step_windows(text, 3, step, 4, 64) for step in (1, 2))
        self.assertEqual({len(window) for window in first + second}, {65})
        self.assertNotEqual(first, second)
        self.assertEqual(first, step_tokens.step_windows(text, 3, 1, 4, 64))


class Load(unittest.TestCase):
    def test_idle_and_waiting_are_not_in_use(self):
        busy, total = machine_load.busy_and_total(STAT)
        self.assertAlmostEqual(busy * machine_load.TICKS, 170)
        self.assertAlmostEqual(total * machine_load.TICKS, 1010)

    def test_a_name_with_brackets_does_not_move_the_fields(self):
        fields = " ".join(["S"] + ["0"] * 10 + ["300", "100"] + ["0"] * 10)
        self.assertAlmostEqual(machine_load.process_seconds(f"7 (a) b) {fields}") * machine_load.TICKS, 400)

    def test_peak_memory_is_in_bytes(self):
        self.assertEqual(machine_load.peak_memory_bytes("Name:\tx\nVmHWM:\t  2048 kB\n"), 2048 * 1024)
        with self.assertRaises(ValueError):
            machine_load.peak_memory_bytes("Name:\tx\n")


class Statistics(unittest.TestCase):
    def test_curves_that_part_are_refused(self):
        self.assertTrue(bench_statistics.agreement(losses(5), losses(5.001), "fp32")["agrees"])
        self.assertFalse(bench_statistics.agreement(losses(5), losses(5.004), "fp32")["agrees"])
        self.assertTrue(bench_statistics.agreement(losses(5), losses(5.01), "bf16")["agrees"])
        self.assertFalse(bench_statistics.agreement(losses(5), losses(5.03), "bf16")["agrees"])

    def test_one_step_apart_is_allowed_by_the_largest_gap_only(self):
        for gap, agrees in ((0.004, True), (0.006, False)):
            self.assertEqual(bench_statistics.agreement(losses(5), {**losses(5), 3: losses(5)[3] + gap}, "fp32")["agrees"],
                             agrees)

    def test_nan_and_too_few_common_steps_are_refused(self):
        self.assertFalse(bench_statistics.agreement(losses(5), {**losses(5), 3: float("nan")}, "bf16")["agrees"])
        self.assertFalse(bench_statistics.agreement(losses(5), losses(5, 3), "fp32")["agrees"])
        self.assertFalse(bench_statistics.agreement(losses(5), {}, "fp32")["agrees"])

    def test_a_disturbed_block_does_not_count(self):
        blocks = [block(0, [1.0, 1.2]), block(1, [9.0], share=0.5)]
        self.assertEqual(bench_statistics.step_seconds(bench_statistics.usable(blocks)),
                         {"median": 1.1, "min": 1.0, "max": 1.2, "n": 2})

    def test_ratios_pair_blocks_of_one_round_of_one_slice(self):
        ours = [block(0, [1.0]), block(1, [2.0]), block(0, [4.0], slice_id="2")]
        theirs = [block(0, [3.0]), block(1, [4.0]), block(5, [7.0], slice_id="2")]
        self.assertEqual(bench_statistics.round_ratios(ours, theirs), [3.0, 2.0])


class Results(unittest.TestCase):
    def worker(self, name, theirs):
        samples = bench_result.Samples(blocks={"assay": [block(0, [0.5])], name: [block(0, [1.0])]},
                                       losses={"assay": losses(5), name: theirs})
        return bench_result.worker_result(name, samples, "assay", "fp32", 256)

    def test_a_speed_stands_beside_its_ratio(self):
        result = self.worker("plain/eager/shipped", losses(5))
        self.assertEqual(result["peer_step_over_ours"]["median"], 2.0)
        self.assertEqual(result["tokens_per_s"], 256)

    def test_no_speed_without_agreement(self):
        result = self.worker("plain/eager/shipped", losses(6))
        self.assertIn("loss curves", result["refused"])
        self.assertNotIn("step_s", result)

    def test_the_table_takes_the_fastest_peer_of_each_environment(self):
        fast = self.worker("plain/eager/shipped", losses(5))
        slow = {**fast, "peer_step_over_ours": {"median": 4.0, "min": 3.9, "max": 4.1, "n": 3}}
        ours = self.worker("assay", losses(5))
        text = bench_table.table([{"case": "c", "dtype": "fp32", "workers": {
            "assay": ours, "plain/eager/shipped": fast, "other/compile/shipped": slow}}])
        self.assertIn("2.00 (2.00 to 2.00; plain eager)", text)
        self.assertIn("not measured", text)

    def test_samples_of_several_slices_are_one_curve(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "fp32.samples.jsonl"
            lines = [{"kind": "block", "worker": "assay", **block(0, [1.0])},
                     {"kind": "worker", "worker": "assay", "version": "1", "peak_memory_bytes": 5, "losses": {"1": 2.0}},
                     {"kind": "worker", "worker": "assay", "version": "2", "peak_memory_bytes": 3, "losses": {"2": 1.0}}]
            path.write_text("".join(json.dumps(line) + "\n" for line in lines))
            samples = bench_result.read_samples(path)
        self.assertEqual((len(samples.blocks["assay"]), samples.losses["assay"]), (1, {1: 2.0, 2: 1.0}))
        self.assertEqual((samples.memory, samples.device_memory), ({"assay": 5}, {}))
        self.assertEqual(samples.built, {"assay": {"1", "2"}})


class Floor(unittest.TestCase):
    MODEL = {"shape": {"num_experts": 4, "top_k": 2}, "products": [
        {"name": "attn.q_proj", "kind": "attention", "in": 8, "out": 8, "per_token": 3},
        {"name": "attn.k_proj", "kind": "attention", "in": 8, "out": 4, "per_token": 3},
        {"name": "mlp.experts.down_proj", "kind": "experts", "in": 16, "out": 8, "per_token": 6}]}

    def test_products_of_one_input_are_joined_and_experts_share_the_tokens(self):
        products = step_floor.products_of(self.MODEL, tokens=10)
        self.assertEqual([(p["rows"], p["out"], p["groups"], p["count"]) for p in products],
                         [(10, 12, 1, 3), (5, 8, 4, 3)])
        twice = step_floor.products_of(self.MODEL, tokens=10, batches=2)
        self.assertEqual([(p["rows"], p["count"]) for p in twice], [(10, 6), (5, 6)])
        by_hand = 6 * 10 * (8 * 12 * 3 + 16 * 8 * 6)
        self.assertEqual(step_floor.product_flops(products), by_hand)

    def test_the_floor_takes_the_fastest_path_of_each_product(self):
        products = step_floor.products_of(self.MODEL, tokens=10)
        slow = {"forward": {"mm": 2.0}, "grad_rows": {"mm": 2.0}, "grad_weight": {"mm": 2.0, "bmm": 1.0}}
        fast = {"forward": {"mm": 1.0}, "grad_rows": {"mm": 3.0}, "grad_weight": {"mm": 3.0}}
        timings = {"shipped": {"products": [slow, slow], "adam_bytes_per_s": 32.0},
                   "tuned": {"products": [fast, fast], "adam_bytes_per_s": 64.0}}
        seconds, winners = step_floor.floor_seconds(products, timings, 10, "fp32")
        self.assertEqual(seconds, 2 * 3 * (1 + 2 + 1) + 10 * 32 / 64)
        self.assertEqual([winner["path"] for winner in winners[:3]], ["tuned mm", "shipped mm", "shipped bmm"])


class Cases(unittest.TestCase):
    def test_every_case_has_all_keys_and_no_other(self):
        names = bench_case.names()
        self.assertGreaterEqual(len(names), 7)
        for name in names:
            self.assertGreater(bench_case.Case(name, "fp32", "/nowhere").tokens_per_step, 0)


if __name__ == "__main__":
    unittest.main()
