"""A benchmark's case: a model, a batch and a dtype, as cases/*.toml and the command line give them."""

import json
import pathlib
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = pathlib.Path(__file__).parent / "cases"
SEED = 1234
TEXT_BYTES = 400_000
VALIDATION_SHARE = 0.1
OPTIMIZER = {"beta1": 0.9, "beta2": 0.95, "epsilon": 1e-8, "weight_decay": 0.1, "grad_clip": 1.0}
# Layers are timed in every 100th step, which on a GPU is a second graph, recorded in the middle of a measurement.
PROFILE = {"cpu": "", "cuda": "\n[profile]\nlayers_every = 0\n"}
# What "tuned" gives a peer is of the CPU alone.
ENVIRONMENTS = {"cpu": ("shipped", "tuned"), "cuda": ("shipped",)}
CASE_KEYS = {"about", "config", "batch", "seq_len", "learning_rate", "peers"}
# device: "cpu" where it is not there. grad_accum: batches of a step. program: config keys of the program alone, such as recomputation. one_at_a_time: the
# programs do not fit in memory together. weights_dtype: of the file that all load. decode: batches to decode with. target:
# what is to be reached and who says so.
MORE_KEYS = {"device", "grad_accum", "program", "one_at_a_time", "weights_dtype", "decode", "target"}
TARGET_KEYS = {"measure", "at_least", "source"}


def names():
    """Of all cases."""
    return sorted(path.stem for path in CASES.glob("*.toml"))


class Case:
    """One shape in one dtype on one device. `folder` holds its weights, text and runs."""

    def __init__(self, name, dtype, build, device=None):
        path = CASES / f"{name}.toml"
        with path.open("rb") as file:
            table = tomllib.load(file)
        if CASE_KEYS - set(table) or set(table) - CASE_KEYS - MORE_KEYS:
            raise SystemExit(f"{path}: keys are {sorted(CASE_KEYS)} and may be {sorted(MORE_KEYS)}: {sorted(table)}")
        for target in table.get("target", []):
            if TARGET_KEYS - set(target) or set(target) - TARGET_KEYS - {"peers", "batch"}:
                raise SystemExit(f"{path}: a target has {sorted(TARGET_KEYS)}, and may have batch and peers: {target}")
        self.name, self.dtype, self.table = name, dtype, table
        self.device = device or table.get("device", "cpu")
        self.folder = pathlib.Path(build) / "bench" / name
        self.weights = self.folder / "weights"
        self.text = self.folder / "text.txt"

    @property
    def grad_accum(self):
        return self.table.get("grad_accum", 1)

    @property
    def tokens_per_batch(self):
        return self.table["batch"] * self.table["seq_len"]

    @property
    def tokens_per_step(self):
        return self.tokens_per_batch * self.grad_accum

    @property
    def samples_path(self):
        return self.file("samples.jsonl")

    def file(self, what):
        """A file of this dtype and device."""
        return self.folder / (f"{self.dtype}.{what}" if self.device == "cpu" else f"{self.dtype}.{self.device}.{what}")

    def peers(self):
        """Full names: PEER alone is eager, and on the CPU as shipped and tuned."""
        environments = ENVIRONMENTS[self.device]
        return [name for peer in self.table["peers"] for name in (
            [peer] if "/" in peer or peer.startswith("own:") else [f"{peer}/eager/{kind}" for kind in environments])]

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
any_tokenizer = true
validation_share = {VALIDATION_SHARE}

[train]
steps = 1000000
micro_batch = {self.table["batch"]}
grad_accum = {self.grad_accum}
seq_len = {self.table["seq_len"]}
precision = "{self.dtype}"
device = "{self.device}"
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
{PROFILE[self.device]}"""
