#!/usr/bin/env python3
"""Tests of results, targets and the plan of the benchmark on a GPU, and of the weights that it makes; needs no LibTorch."""

import json
import pathlib
import tempfile
import unittest

import bench_case
import bench_result
import bench_targets
import gpu_bench
import kineto_counts
import weight_shapes


class Beside(unittest.TestCase):
    def test_what_blocks_hold_is_reported_and_what_they_do_not_is_absent(self):
        result = {}
        bench_result.add_beside(result, [{"step_s": [2.0], "host_cpu_share": 0.5, "joules_per_step": 640.0}], 64)
        self.assertEqual((result["host_cpu_s_per_step"]["median"], result["joules_per_token"]["median"]), (1.0, 10.0))
        self.assertEqual(set(result), {"host_cpu_s_per_step", "joules_per_token"})

    def test_mfu_is_by_each_convention_and_of_every_worker_with_a_speed(self):
        result = {"workers": {"assay": {"tokens_per_s": 50.0}, "plain": {"refused": "x"}}}
        bench_result.add_mfu(result, {"flops_per_s": 1000.0}, {"seq_len": 64, "six_nd": 6, "exact_causal": 8})
        self.assertEqual(result["workers"]["assay"]["mfu"], {"six_nd": 0.3, "exact_causal": 0.4})
        self.assertNotIn("mfu", result["workers"]["plain"])


class Kineto(unittest.TestCase):
    @staticmethod
    def events(steps):
        """A first step that also records a graph, then `steps` of two operators (one inside) and one launch of two kernels."""
        spans = [("cpu_op", "aten::choose", 0, 1), ("cuda_runtime", "cudaLaunchKernel", 0, 1), ("kernel", "k", 0, 1)]
        for step in range(10, 10 * steps + 10, 10):
            spans += [("cpu_op", "aten::linear", step, 6), ("cpu_op", "aten::mm", step + 1, 2), ("cpu_op", "aten::add", step + 7, 1),
                      ("cuda_runtime", "cudaGraphLaunch", step, 1), ("cuda_runtime", "cudaEventRecord", step, 1),
                      ("kernel", "a", step, 1), ("kernel", "b", step, 1), ("gpu_memcpy", "c", step, 1)]
        return [{"ph": "X", "cat": cat, "name": name, "ts": ts, "dur": dur, "tid": 1} for cat, name, ts, dur in spans]

    def test_the_steps_that_the_longer_trace_has_more_are_counted(self):
        short, long = (kineto_counts.count(self.events(steps)) for steps in (2, 6))
        self.assertEqual(kineto_counts.per_step(short, long, 4), {
            "traced_steps": 4, "operators_per_step": 2, "kernel_launches_per_step": 1, "kernels_per_step": 2,
            "copies_per_step": 1})

    def test_a_trace_without_kernels_tells_no_launches_and_an_empty_one_is_refused(self):
        cpu = [event for event in self.events(1) if event["cat"] == "cpu_op"]
        self.assertEqual(kineto_counts.count(cpu), {"operators": 3})
        with self.assertRaises(ValueError):
            kineto_counts.count([])


class Targets(unittest.TestCase):
    def result(self, **workers):
        return {"case": "c", "device": {"name": "NVIDIA H100"}, "workers": {name.replace("_", "/"): worker
                                                                           for name, worker in workers.items()}}

    def verdict(self, target, *results):
        return bench_targets.row("c", {"source": "s", **target}, results).rsplit("|", 2)[1].strip()

    def test_reached_missed_and_not_run(self):
        target = {"measure": "tokens_per_s", "at_least": 100}
        self.assertEqual(self.verdict(target, self.result(assay={"tokens_per_s": 100.0})), "reached")
        self.assertEqual(self.verdict(target, self.result(assay={"tokens_per_s": 99.0})), "**missed**")
        self.assertEqual(self.verdict(target), "not run")
        self.assertEqual(self.verdict(target, self.result(assay={"refused": "no undisturbed block"})), "not run")

    def test_the_fastest_of_the_named_peers_counts(self):
        result = self.result(assay={}, plain_compile_shipped={"peer_step_over_ours": {"median": 1.1}},
                             plain_eager_shipped={"peer_step_over_ours": {"median": 0.5}},
                             transformers_compile_shipped={"peer_step_over_ours": {"median": 1.6}})
        target = {"measure": "step_ratio", "peers": ["plain/compile", "transformers/compile"]}
        self.assertEqual(bench_targets.measured(result, target), 1.1)
        variant = self.result(assay={}, **{"own:fp8": {"peer_step_over_ours": {"median": 0.5}}})
        self.assertEqual(bench_targets.measured(variant, {"measure": "own_over_variant", "peers": ["own:fp8"]}), 2.0)

    def test_every_gpu_case_states_its_targets_and_their_source(self):
        names = {path.stem for path in bench_targets.CASES.glob("gpu_*.toml")}
        self.assertEqual({case for case, _ in bench_targets.stated()}, names)
        for case, target in bench_targets.stated():
            bench_targets.measured({"workers": {}}, target)
            self.assertGreater(len(target["source"]), 10, case)


class Plan(unittest.TestCase):
    PLAN = [("run", "a", "none", 50, 60), ("run", "b", "none", 10, 20), ("run", "c", "none", 10, 20)]

    def next(self, left, done=(), failed=(), tried=()):
        item = gpu_bench.next_item(self.PLAN, {"done": list(done), "failed": dict.fromkeys(failed)}, left, set(tried))
        return item and item[1]

    def test_the_most_important_item_that_still_fits_is_next(self):
        self.assertEqual(self.next(100), "a")
        self.assertEqual(self.next(40), "b")
        self.assertIsNone(self.next(5))

    def test_a_second_call_goes_on_and_tries_failures_last(self):
        self.assertEqual(self.next(100, done=["run a none"]), "b")
        self.assertEqual(self.next(100, failed=["run a none", "run b none"]), "c")
        self.assertIsNone(self.next(100, done=["run b none", "run c none"], failed=["run a none"], tried=["run a none"]))

    def test_what_was_measured_goes_to_another_machine(self):
        state = gpu_bench.load_state(pathlib.Path("/no/such/file"))
        with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
            case = pathlib.Path(first) / "bench" / "c"
            (case / "weights").mkdir(parents=True)
            (case / "bf16.cuda.samples.jsonl").write_text("{}\n")
            (case / "text.txt").write_text("not kept")
            gpu_bench.pack_files(state, pathlib.Path(first))
            gpu_bench.unpack_files(json.loads(json.dumps(state)), pathlib.Path(second))
            found = [str(path.relative_to(second)) for path in pathlib.Path(second).rglob("*.*")]
        self.assertEqual(found, ["bench/c/bf16.cuda.samples.jsonl"])

    def test_every_item_is_of_a_case_that_there_is(self):
        for verb, case, _, least, most in gpu_bench.GPU_PLAN + gpu_bench.CPU_PLAN:
            table = bench_case.Case(case, "bf16", "/nowhere").table
            self.assertLess(least, most + 1)
            self.assertTrue(verb != "decode" or (table["decode"] and table.get("config")["model_type"]))


class Weights(unittest.TestCase):
    def count(self, case):
        shapes = weight_shapes.shapes_of(bench_case.Case(case, "bf16", "/nowhere").table["config"])
        total = 0
        for shape in shapes.values():
            size = 1
            for length in shape:
                size *= length
            total += size
        return total, shapes

    def test_models_have_their_published_sizes(self):
        for case, published in (("gpu_gpt2_124m", 124_439_808), ("gpu_qwen2_5_0_5b", 494_032_768),
                                ("gpu_qwen2_5_3b", 3_085_938_688), ("gpu_qwen2_5_7b", 7_615_616_512)):
            self.assertEqual(self.count(case)[0], published)

    def test_slices_are_their_layers_and_what_is_around_them(self):
        total, _ = self.count("gpu_olmoe_6_layers")
        around = 2 * 50304 * 2048 + 2048  # of OLMoE-1B-7B's 6,919,161,856
        self.assertEqual(total, (6_919_161_856 - around) * 6 // 16 + around)
        self.assertIn("model.layers.1.mlp.experts.31.down_proj.weight", self.count("gpu_deepseek_v3_slice")[1])

    def test_norms_are_ones_and_biases_zeros(self):
        kinds = {name: weight_shapes.fill_of(name) for name in self.count("gpu_qwen2_5_0_5b")[1]}
        self.assertEqual(kinds["model.layers.0.self_attn.q_proj.bias"], "zeros")
        self.assertEqual(kinds["model.layers.0.input_layernorm.weight"], "ones")
        self.assertEqual(kinds["model.embed_tokens.weight"], "normal")
        self.assertEqual(weight_shapes.fill_of("transformer.h.0.ln_1.weight"), "ones")


if __name__ == "__main__":
    unittest.main()
