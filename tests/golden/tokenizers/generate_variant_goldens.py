#!/usr/bin/env python3
"""Writes variants.jsonl: changes to gpt2.json (RFC 7386 merge patches) that turn on one setting each, and the numbers that the
`tokenizers` package gives with them. Run with the packages of tests/parity/requirements.lock, after generate_tokenizer_goldens.py."""

import json
import pathlib

from tokenizers import Tokenizer

HERE = pathlib.Path(__file__).parent
TEXTS = ["", "plain words", " led by a space", "a  <X>  b <X>c", "<X>", "  <X>", "x<X>y", "12 and 345,6", "one,two,,three, ",
         ",", "é<X>é e\u0301", "日本\u3000<X>\u3000語", "tab\t<X>\tend\n"]
BYTES = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}


def added(**settings):
    token = {"id": 600, "content": "<X>", "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    first = json.loads((HERE / "gpt2.json").read_text())["added_tokens"]
    return {"added_tokens": first + [token | settings]}


def steps(*before):
    return {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [*before, BYTES]}}


def split(behavior, invert=False, pattern=None):
    return {"type": "Split", "pattern": pattern or {"Regex": ",+"}, "behavior": behavior, "invert": invert}


def variants():
    yield "prefix space", {"pre_tokenizer": BYTES | {"add_prefix_space": True}}
    yield "prefix space and an added token", {"pre_tokenizer": BYTES | {"add_prefix_space": True}} | added()
    yield "lstrip", added(lstrip=True)
    yield "rstrip", added(rstrip=True)
    yield "lstrip and rstrip", added(lstrip=True, rstrip=True)
    yield "normalized", added(normalized=True) | {"normalizer": {"type": "NFC"}}
    yield "not special", added(special=False)
    for behavior in ("Isolated", "Removed", "MergedWithPrevious", "MergedWithNext", "Contiguous"):
        yield f"split {behavior}", steps(split(behavior))
        yield f"split {behavior}, inverted", steps(split(behavior, invert=True, pattern={"Regex": "[a-z]+"}))
        yield f"split {behavior} at a string", steps(split(behavior, pattern={"String": ","}))
    yield "digits", steps({"type": "Digits", "individual_digits": True})
    yield "runs of digits", steps({"type": "Digits", "individual_digits": False})
    yield "ignore merges", {"model": {"ignore_merges": True}}
    yield "no regex", {"pre_tokenizer": BYTES | {"use_regex": False}}


def patched(base, patch):
    """RFC 7386."""
    if not isinstance(patch, dict):
        return patch
    base = dict(base) if isinstance(base, dict) else {}
    for key, value in patch.items():
        base[key] = patched(base.get(key), value)
    return base


def main():
    base = json.loads((HERE / "gpt2.json").read_text())
    lines = []
    for name, patch in variants():
        if "type" in patch.get("pre_tokenizer", {}) and patch["pre_tokenizer"]["type"] == "Sequence":
            patch = patch | {"pre_tokenizer": patch["pre_tokenizer"] | {"add_prefix_space": None, "trim_offsets": None, "use_regex": None}}
        full = patched(base, patch)
        if "pre_tokenizer" in patch:  # null removes a member in a merge patch
            full["pre_tokenizer"] = {key: value for key, value in full["pre_tokenizer"].items() if value is not None}
        tokenizer = Tokenizer.from_str(json.dumps(full))
        tokens = [tokenizer.encode(text, add_special_tokens=False).ids for text in TEXTS]
        lines.append(json.dumps({"name": name, "patch": patch, "texts": TEXTS, "tokens": tokens}, separators=(",", ":")))
    (HERE / "variants.jsonl").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
