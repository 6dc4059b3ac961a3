#!/usr/bin/env python3
"""Holds the program's tokenizers against the `tokenizers` package: vocabularies of 8 to 32 thousand are trained on local
text, and at least 10 MB of mixed text (English, code, many scripts, emoji, every code point, bytes that are not UTF-8)
must get the same numbers. The arguments: the program `assay`, and optionally the size of the text in MB and kinds."""

import json
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import gzip

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/golden/tokenizers"))
sys.dont_write_bytecode = True
os.environ["TOKENIZERS_PARALLELISM"] = "false"
from kinds import KINDS, train  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

VOCABS = {"gpt2": 32000, "llama3": 16000, "qwen2": 8000, "deepseek": 32000, "o200k": 16000, "digits": 8000}
SCRIPTS = [(0x3041, 0x3097), (0x30A1, 0x30FB), (0x4E00, 0x9FA6), (0x4E00, 0x5200), (0xAC00, 0xD7A4), (0x400, 0x530),
           (0x370, 0x400), (0x5D0, 0x5EB), (0x620, 0x660), (0x900, 0x980), (0xE01, 0xE5C), (0xC0, 0x250), (0x300, 0x370),
           (0x1F300, 0x1FB00), (0x2000, 0x2070), (0x20, 0x7F), (0x1D400, 0x1D800), (0x30000, 0x32400), (0xFE00, 0xFE10)]
JOINERS = [" ", "", "\n", "\t", "  ", "\r\n", "。", "、", "，", "\u3000", "\u00a0", "\u200d", "'s", "'LL ", "\n\n", ". "]


def local_texts(limit):
    """Files of this machine: the dictionary, sources, documentation, translations. Whatever is there."""
    texts = []
    dictionary = pathlib.Path("/usr/share/dictd/gcide.dict.dz")
    if dictionary.exists():
        texts.append(gzip.open(dictionary).read(limit // 3))
    places = [ROOT / "lib", ROOT / "docs", ROOT / "tests", pathlib.Path("/usr/include/c++"),
              pathlib.Path("/usr/share/i18n/locales"), pathlib.Path("/usr/share/perl"), pathlib.Path("/usr/share/doc"),
              pathlib.Path("/usr/share/locale/ja"), pathlib.Path("/usr/share/locale/zh_CN"), pathlib.Path("/usr/share/locale/ru")]
    share = limit // len(places)
    for place in places:
        size = 0
        for file in sorted(place.rglob("*")) if place.exists() else []:
            if size >= share or not file.is_file() or file.stat().st_size > 2_000_000:
                continue
            texts.append(file.read_bytes())  # compressed and compiled files among them: not UTF-8
            size += len(texts[-1])
    return texts


def made_text(generator, size):
    """Words of many scripts with all sorts of space between them."""
    parts = []
    length = 0
    while length < size:
        first, end = generator.choice(SCRIPTS)
        word = "".join(chr(generator.randrange(first, end)) for _ in range(generator.randrange(1, 12)))
        word = word if generator.random() < 0.9 else str(generator.randrange(10 ** generator.randrange(1, 9)))
        parts.append(word + generator.choice(JOINERS))
        length += len(parts[-1].encode())
    return "".join(parts).encode()


def broken_text(generator, size):
    text = bytearray(made_text(generator, size))
    for _ in range(size // 50):
        text[generator.randrange(len(text))] = generator.randrange(256)
    return bytes(text)


def every_code_point():
    points = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000]
    return ["".join(points).encode(), " ".join(points).encode(), "a1".join(points).encode(),
            "".join(c + "\u0301" for c in points[:0x3000]).encode()]


def read_shards(folder):
    manifest = json.loads((folder / "corpus.json").read_text())
    documents = []
    for shard in manifest["train"]["shards"]:
        data = (folder / shard["file"]).read_bytes()
        width = struct.unpack_from("<I", data, 12)[0]
        values = memoryview(data[128:]).cast({1: "B", 2: "H", 4: "I"}[width])
        starts_file = (folder / shard["file"]).with_suffix(".docs").read_bytes()
        starts = list(memoryview(starts_file[32:]).cast("Q")) + [len(values)]
        documents += [list(values[a:b]) for a, b in zip(starts, starts[1:])]
    return documents


def main():
    assay = pathlib.Path(sys.argv[1]).resolve()
    megabytes = int(sys.argv[2]) if len(sys.argv) > 2 else 12
    seed = int(os.environ.get("ASSAY_PARITY_SEED", "1"))
    generator = random.Random(seed)
    half = megabytes * 500_000
    documents = local_texts(half) + every_code_point() + [broken_text(generator, half // 8) for _ in range(2)]
    while sum(map(len, documents)) < megabytes * 1_000_000:
        documents.append(made_text(generator, 250_000))
    # The program decompresses what it knows; those two are tested by tests/text/prepare.
    documents = [document for document in documents if document and document[:2] != b"\x1f\x8b" and document[:4] != b"\x28\xb5\x2f\xfd"]
    total = sum(map(len, documents))
    training = [document.decode("utf-8", "replace") for document in documents[::2]]
    training = [text[:200_000] for text in training]
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        (work / "in").mkdir()
        for i, document in enumerate(documents):
            (work / f"in/{i:06}").write_bytes(document)
        for kind in sys.argv[3:] or KINDS:
            content = train(kind, training, VOCABS[kind])
            (work / f"{kind}.json").write_text(content)
            subprocess.run([assay, "prepare", work / "in", "--out", work / kind, "--tokenizer", work / f"{kind}.json",
                            "--validation-share", "0", "--json"], check=True, stdout=subprocess.PIPE)
            theirs = Tokenizer.from_str(content)
            ours = read_shards(work / kind)
            if len(ours) != len(documents):
                sys.exit(f"{kind}: {len(ours)} documents of {len(documents)}")
            count = 0
            for i, document in enumerate(documents):
                expected = theirs.encode(document.decode("utf-8", "replace"), add_special_tokens=False).ids
                count += len(expected)
                if ours[i] != expected:
                    at = next((k for k, (a, b) in enumerate(zip(ours[i], expected)) if a != b), min(len(ours[i]), len(expected)))
                    context = theirs.decode(expected[max(0, at - 5):at + 5], skip_special_tokens=False)
                    sys.exit(f"{kind}: document {i} differs at token {at}: {ours[i][at:at + 5]} is not {expected[at:at + 5]}: {context!r}")
            print(f"{kind:9} vocabulary {theirs.get_vocab_size()}: {count} tokens of {total} bytes are identical", flush=True)
    print(f"parity: tokenizers (seed {seed})")


if __name__ == "__main__":
    main()
