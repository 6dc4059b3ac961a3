"""Byte-level BPE tokenizers with the settings of published ones, trained on local text. Needs the `tokenizers` package."""

import copy
import json

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
LLAMA3 = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN2 = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
O200K = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+" + CONTRACTIONS +
         r"?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*" + CONTRACTIONS +
         r"?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
DEEPSEEK = (r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"""
            r"""| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+""")


def split(pattern):
    return pre_tokenizers.Split(Regex(pattern), "isolated")


def byte_level(**options):
    return pre_tokenizers.ByteLevel(add_prefix_space=False, **options)


def template(bos):
    return lambda tokenizer: processors.TemplateProcessing(
        single=f"{bos} $A", special_tokens=[(bos, tokenizer.token_to_id(bos))])


KINDS = {
    "gpt2": dict(pre=[byte_level()], specials=["<|endoftext|>"]),
    "llama3": dict(pre=[split(LLAMA3), byte_level(use_regex=False)], ignore_merges=True,
                   specials=["<|begin_of_text|>", "<|end_of_text|>"], post=template("<|begin_of_text|>")),
    "qwen2": dict(nfc=True, pre=[split(QWEN2), byte_level(use_regex=False)],
                  specials=["<|endoftext|>", "<|im_start|>", "<|im_end|>"]),
    "deepseek": dict(pre=[split(r"\p{N}{1,3}"), split("[一-龥\u3040-ゟ゠-ヿ]+"), split(DEEPSEEK), byte_level(use_regex=False)],
                     specials=["<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"],
                     post=template("<｜begin▁of▁sentence｜>")),
    "o200k": dict(pre=[split(O200K), byte_level(use_regex=False)], specials=["<|endoftext|>", "<|endofprompt|>"]),
    "digits": dict(pre=[pre_tokenizers.Digits(individual_digits=True), byte_level()], specials=["<s>", "</s>"]),
}


def train(kind, texts, vocab_size):
    """A trained tokenizer of one kind, as the text of its tokenizer.json."""
    settings = KINDS[kind]
    tokenizer = Tokenizer(models.BPE(ignore_merges=settings.get("ignore_merges", False)))
    if settings.get("nfc"):
        tokenizer.normalizer = normalizers.NFC()
    steps = settings["pre"]
    tokenizer.pre_tokenizer = steps[0] if len(steps) == 1 else pre_tokenizers.Sequence(copy.copy(steps))
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=vocab_size, special_tokens=settings["specials"], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.post_processor = settings["post"](tokenizer) if "post" in settings else processors.ByteLevel(trim_offsets=False)
    return json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":")) + "\n"
