"""A benchmark's case: a model, a batch and a dtype, as cases/*.toml and the command line give them."""

import json
import pathlib
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEED = 1234
TEXT_BYTES = 400_000
VALIDATION_SHARE = 0.1
OPTIMIZER = {"beta1": 0.9, "beta2": 0.95, "epsilon": 1e-8, "weight_decay": 0.1, "grad_clip": 1.0}
CASE_KEYS = {"about", "config", "batch", "seq_len", "learning_rate", "peers"}


class Case:
    """One shape in one dtype. `folder` holds its weights, text and runs."""

    def __init__(self, name, dtype, build):
        path = pathlib.Path(__file__).parent / "cases" / f"{name}.toml"
        with path.open("rb") as file:
            table = tomllib.load(file)
        if set(table) != CASE_KEYS:
            raise SystemExit(f"{path}: keys differ from {sorted(CASE_KEYS)}: {sorted(set(table) ^ CASE_KEYS)}")
        self.name, self.dtype, self.table = name, dtype, table
        self.folder = pathlib.Path(build) / "bench" / name
        self.weights = self.folder / "weights"
        self.text = self.folder / "text.txt"

    @property
    def tokens_per_step(self):
        return self.table["batch"] * self.table["seq_len"]

    @property
    def samples_path(self):
        return self.folder / f"{self.dtype}.samples.jsonl"

    def train_tokens(self):
        """The bytes that the program trains on: all but the validation share at the end of the text."""
        text = self.text.read_bytes()
        folder = self.folder / "data" / f"text-{self.text.stem}"
        corpus = json.loads((folder / "corpus.json").read_text())
        return text[:corpus["train_tokens"]]

    def program_config(self, threads):
        """The run config that trains this case with the program."""
        optimizer = "\n".join(f"{key} = {value!r}" for key, value in OPTIMIZER.items())
        return f"""[model]
from = "{self.weights}"

[data]
corpus = "text"
text_file = "{self.text}"
prepared_folder = "{self.folder / 'data'}"
validation_share = {VALIDATION_SHARE}

[train]
steps = 1000000
micro_batch = {self.table["batch"]}
seq_len = {self.table["seq_len"]}
precision = "{self.dtype}"
device = "cpu"
threads = {threads}
seed = {SEED}
eval_tokens = 64
final_eval_tokens = 64

[optimizer]
{optimizer}

[schedule]
lr = {self.table["learning_rate"]}
min_lr = {self.table["learning_rate"]}
warmup_steps = 0

[sample]
tokens = 0

[metrics]
address = "off"
"""
