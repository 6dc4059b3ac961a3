#!/usr/bin/env python3
"""Encoding on one thread against the `tokenizers` package, interleaved in one run: prints MB/s of both and the median of
the ratios. The argument: the folder of a build that has tests/bench/encode/encode_bench."""

import gzip
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"
ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/golden/tokenizers"))
sys.dont_write_bytecode = True
from kinds import train  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

ROUNDS = 5
DOCUMENT = 10_000
SIZE = 4_000_000


def text_of_this_machine():
    dictionary = gzip.open("/usr/share/dictd/gcide.dict.dz").read(SIZE // 2).decode("utf-8", "replace")
    code = "".join(file.read_text() for file in sorted((ROOT / "lib").rglob("*.cpp")))
    return (dictionary + code)[:SIZE]


def documents_of(text):
    documents, at = [], 0
    while at < len(text):
        newline = text.find("\n", min(at + DOCUMENT, len(text)))
        end = len(text) if newline < 0 else newline + 1
        documents.append(text[at:end])
        at = end
    return documents


def ours(bench, tokenizer, file):
    done = subprocess.run([bench, tokenizer, file, "2"], check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout.splitlines()[-1].split()[0])


def main():
    bench = pathlib.Path(sys.argv[1]).resolve() / "tests/bench/encode/encode_bench"
    text = text_of_this_machine()
    documents = documents_of(text)
    size = len(text.encode()) / 1e6
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        (work / "text").write_text(text)
        for kind in ("gpt2", "llama3", "qwen2", "deepseek", "o200k"):
            content = train(kind, documents, 32000)
            (work / "t.json").write_text(content)
            theirs = Tokenizer.from_str(content)
            ratios, speeds = [], []
            for _ in range(ROUNDS):
                start = time.perf_counter()
                for document in documents:
                    theirs.encode(document, add_special_tokens=False)
                reference = size / (time.perf_counter() - start)
                speed, byte_speed = ours(bench, work / "t.json", work / "text"), ours(bench, "bytes", work / "text")
                speeds.append((speed, reference, byte_speed))
                ratios.append((speed / reference, byte_speed / reference))
            mine, reference, raw = (statistics.median(column) for column in zip(*speeds))
            bpe_ratio, byte_ratio = (statistics.median(column) for column in zip(*ratios))
            print(f"{kind:9} {mine:7.1f} MB/s, tokenizers {reference:6.2f} MB/s: {bpe_ratio:5.1f} times; "
                  f"bytes {raw:7.0f} MB/s: {byte_ratio:6.0f} times", flush=True)


if __name__ == "__main__":
    main()
