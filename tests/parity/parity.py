#!/usr/bin/env python3
"""Holds the program against transformers in both directions, on models with fresh random weights.
./dev parity runs it; the argument is the build folder.

In: fresh goldens are made as generate_model_goldens.py makes them, and the tests that hold the committed
ones read these: logits, loss, gradients, routing, three AdamW steps and 64 tokens generated greedily.
Out: the program trains one step from each of these folders, at a learning rate that changes no fp32
number, and exports its checkpoint in two layouts; transformers loads both, and its logits are the
golden's to 1e-5 (with the golden's selection biases, which a step moves), its special tokens too."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import torch
import transformers
from safetensors.torch import load_file

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/golden/models"))
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tests/golden/generation"))
import generate_generation_goldens  # noqa: E402
import generate_model_goldens  # noqa: E402
from deepseek_moe import DeepseekMoe  # noqa: E402

VOCAB = 256  # of the byte tokenizer, so that the program can train
TOLERANCE = 1e-5
LAYOUTS = {"apart": [], "stacked": ["--stacked-experts", "--max-shard-size", "50000 B"]}
CONFIG = """[data]
corpus = "text"
text_file = "{folder}/text.txt"
prepared_folder = "{folder}/data"
validation_share = 0.1

[train]
steps = 1
micro_batch = 2
seq_len = 32
device = "cpu"
eval_tokens = 64
final_eval_tokens = 64

[schedule]
lr = 1e-30
min_lr = 0
warmup_steps = 0

[sample]
tokens = 0

[metrics]
address = "off"
"""


def run(args, **environment):
    done = subprocess.run([str(arg) for arg in args], env={**os.environ, **environment}, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, args))}\n{done.stdout}")
    return done.stdout


def check_in(build, goldens, generation):
    for program, names in (("test_models", ["logits are*", "the loss is*", "every gradient*",
                                            "routers choose*"]),
                           ("test_train", ["three AdamW steps*"]),
                           ("generate/test_generate", ["greedy generation is transformers'*"])):
        for name in names:
            print(f"in   {program} {name}", run([build / "tests" / program, name],
                                               ASSAY_MODEL_GOLDENS=str(goldens),
                                               ASSAY_GENERATION_GOLDENS=str(generation))
                  .split("\n")[-3])


def export(assay, golden, work):
    run([assay, "train", "--config", work / "run.toml", "--out", work / "run", "--set",
         f"model.from={golden}"])
    for layout, options in LAYOUTS.items():
        run([assay, "export", "--hf", work / "run", work / layout, *options])


TOKENS = {"bos_token_id": 1, "eos_token_id": [2, 3], "pad_token_id": 0}


def name_tokens(golden):
    """Gives the golden's folder special tokens; what is exported must generate with them."""
    config = json.loads((golden / "config.json").read_text())
    (golden / "config.json").write_text(json.dumps({**config, **TOKENS}, indent=2))
    (golden / "generation_config.json").write_text(json.dumps({**TOKENS, "max_new_tokens": 7}))


def check_tokens(model, folder):
    found = {key: getattr(model.generation_config, key) for key in TOKENS}
    if found != TOKENS or model.generation_config.max_new_tokens != 7:
        sys.exit(f"{folder}: generation has lost its tokens: {found}")


def load(folder):
    if "DeepseekForCausalLM" in (folder / "config.json").read_text():
        model = DeepseekMoe(vocab=VOCAB)
        weights = {}
        for file in folder.glob("*.safetensors"):
            weights.update(load_file(file))
        model.load_state_dict(weights)
        return model.eval()
    model, report = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, output_loading_info=True)
    for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        if report.get(kind):
            sys.exit(f"{folder}: {kind}: {sorted(report[kind])[:5]}")
    check_tokens(model, folder)
    return model.eval()


def put_biases_back(model, golden):
    """The step moved each selection bias by bias_speed, whatever the learning rate."""
    weights = load_file(golden / "model.safetensors")
    with torch.no_grad():
        for name, bias in model.named_buffers():
            if name.endswith(generate_model_goldens.STORED_BUFFER):
                if (bias - weights[name]).abs().max().item() > 1.001e-3:
                    sys.exit(f"{golden.name}: {name} moved further than one step")
                bias.copy_(weights[name])
    return model


def check_out(assay, golden, work):
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    (work / "text.txt").write_text("".join(f"line {i * i % 97} of the assay\n" for i in range(400)))
    (work / "run.toml").write_text(CONFIG.format(folder=work))
    name_tokens(golden)
    export(assay, golden, work)
    expected = load_file(golden / "outputs.safetensors")
    for layout in LAYOUTS:
        if layout == "stacked" and golden.name == "deepseek_moe":
            continue  # the authors' files have experts one by one only
        model = put_biases_back(load(work / layout), golden)
        with torch.no_grad():
            logits = model(input_ids=expected["tokens"]).logits
        worst = (logits - expected["logits"]).abs().max().item()
        print(f"out  {golden.name:13} {layout:8} logits differ by at most {worst:.1e}")
        if not worst <= TOLERANCE:
            sys.exit(f"{golden.name}: {worst} > {TOLERANCE}")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    work = build / "parity"
    goldens = work / "goldens"
    shutil.rmtree(work, ignore_errors=True)
    goldens.mkdir(parents=True)
    transformers.utils.logging.set_verbosity_error()
    seed = int.from_bytes(os.urandom(4), "big")
    generate_model_goldens.write_all(goldens, seed=seed, vocab=VOCAB)
    generation = work / "generation"
    generation.mkdir()
    generate_generation_goldens.write_all(goldens, generation, seed=seed, vocab=VOCAB)
    check_in(build, goldens, generation)
    for golden in sorted(goldens.iterdir()):
        check_out(build / "app/assay", golden, work / golden.name)
    print("parity: all models")


if __name__ == "__main__":
    main()
