"""Results of every case that was measured, one JSON document each."""

import datetime
import json
import pathlib
import subprocess
import tomllib

import bench_case
import bench_result

OURS = "assay"
HERE = pathlib.Path(__file__).parent


def model_of(case, chosen):
    shown = subprocess.run([chosen.assay, "models", "show", "--hf", case.weights / "config.json", "--json", "--seq-len",
                            str(case.table["seq_len"])], check=True, capture_output=True, text=True)
    return json.loads(shown.stdout)


def machine_entry():
    """This machine's line of roofline.toml, if it has one."""
    here = bench_result.processor()
    with (HERE / "roofline.toml").open("rb") as file:
        for machine in tomllib.load(file)["machine"]:
            if all(machine[key] == here[key] for key in ("cpu_model", "cpu_family", "cores")):
                return machine
    return None


def floor_of(case, chosen):
    floor = bench_result.floor_result(case, model_of(case, chosen), json.loads(case.file("floor.json").read_text()),
                                      machine_entry())
    return {key: value for key, value in floor.items() if key != "products"}


def published_peak(chosen, name, dtype):
    """FLOP/s that the registry has for the device of this name, with its id and source; None where it has none."""
    shown = subprocess.run([chosen.assay, "devices", "list", "--json"], check=True, capture_output=True, text=True)
    for device in json.loads(shown.stdout)["devices"]:
        peak = device["peak_flops"].get(dtype)
        if name in device["match_names"] and peak:
            return {"flops_per_s": peak["value"], "device": device["id"], "source": peak["source"]["key"]}
    return None


def result_of(case, chosen):
    samples = bench_result.read_samples(case.samples_path)
    model = model_of(case, chosen)
    result = {"case": case.name, "dtype": case.dtype, "about": case.table["about"], "config": case.table["config"],
              "tokens_per_step": case.tokens_per_step, "optimizer": bench_case.OPTIMIZER,
              "program_settings": case.table.get("program", {}), "targets": case.table.get("target", []),
              "workers": {name: bench_result.worker_result(name, samples, OURS, case.dtype, case.tokens_per_step)
                          for name in samples.blocks}}
    if case.file("floor.json").exists():
        result["floor"] = bench_result.floor_result(case, model, json.loads(case.file("floor.json").read_text()),
                                                    machine_entry())
        bench_result.add_shares(result, OURS, result["floor"], model["flops_per_token"])
    if case.file("counts.json").exists():
        bench_result.add_counts(result, json.loads(case.file("counts.json").read_text()))
    if case.file("decode.json").exists():
        result["decode"] = json.loads(case.file("decode.json").read_text())
    command = case.file("command.json")
    if command.exists():
        result |= json.loads(command.read_text())
        peak = published_peak(chosen, result["device"]["name"], case.dtype) if "name" in result["device"] else None
        if peak:
            bench_result.add_mfu(result, peak, model["flops_per_token"])
    return result


def cases_with_samples(build):
    """(case, dtype, device) of what was measured below `build`."""
    for path in sorted((pathlib.Path(build) / "bench").glob("*/*.samples.jsonl")):
        dtype, *device = path.name.removesuffix(".samples.jsonl").split(".")
        yield path.parent.name, dtype, device[0] if device else "cpu"


def all_results(chosen):
    common = {"schema_version": 1, "processor": bench_result.processor(),
              "versions": bench_result.versions(chosen.assay, chosen.python),
              "made": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")}
    return [{**common, **result_of(bench_case.Case(name, dtype, chosen.build, device), chosen)}
            for name, dtype, device in cases_with_samples(chosen.build)]


def write(results, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for result in results:
        name = f"{result['case']}.{result['dtype']}{result.get('device_label', '')}.json"
        (folder / name).write_text(json.dumps(result, indent=1) + "\n")
