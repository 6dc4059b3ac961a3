#!/usr/bin/env python3
"""Writes <kind>.json (small tokenizers trained on the samples and this repository's texts) and samples.jsonl (texts with
the numbers that the `tokenizers` package gives) beside this file. Run with the packages of tests/parity/requirements.lock."""

import json
import pathlib

from kinds import KINDS, train
from tokenizers import Tokenizer

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[2]
VOCAB = 600
SAMPLES = [
    "", " ", "\n", "a", "Hello, world!", "  leading and trailing  ", "It's they'RE we'LL I'D don't DON'T",
    "tabs\tand\r\nlines\n\n\n  indented\n", "x = {'a': [1, 22, 333, 4444, 55555]}; // C++ \\ `~", "1234567890 3.14 ½ ٣٤٥ Ⅷ",
    "日本語のテキスト。カタカナ、ひらがな、漢字。", "中文文本：你好，世界！", "한국어 텍스트", "naïve café e\u0301 A\u030a \u1112\u1161\u11ab",
    "emoji 👍🏽 👨‍👩‍👧‍👦 🇯🇵 ☃️", "Привет, мир! Ελληνικά עברית العربية हिन्दी ไทย", "\u00a0\u2003\u3000\u200b\u180e\ufeff x", "nul\0nul",
    "<|endoftext|>", "a<|endoftext|> b <|im_start|>user\n<|im_end|>", "<s>x</s> <｜begin▁of▁sentence｜>", "\u017fs 'ſ 'S",
    "\ufffd\ufffd", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \U000323AF \u1c89 \ua7cb \U0001fae8", "a" * 100, " " * 50 + "x", "=" * 60 + "\n", "🦀" * 30,
]


def main():
    texts = SAMPLES + [(ROOT / name).read_text() for name in ("README.md", "CONTRIBUTING.md", "docs/parity.md")]
    expected = {}
    for kind in KINDS:
        content = train(kind, texts, VOCAB)
        (HERE / f"{kind}.json").write_text(content)
        tokenizer = Tokenizer.from_str(content)
        expected[kind] = [tokenizer.encode(text, add_special_tokens=False).ids for text in SAMPLES]
    lines = [json.dumps({"text": text, "tokens": {kind: ids[i] for kind, ids in expected.items()}}, separators=(",", ":"))
             for i, text in enumerate(SAMPLES)]
    (HERE / "samples.jsonl").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
