"""The tokens of each training step, as the program's batch stream draws them: sample i of step s starts at a
place that Philox4x32-10 draws from (seed, s, i). Source: lib/data/philox.h and lib/data/batch_stream.cpp."""

import random

MASK = 0xFFFFFFFF


def philox4x32(counter, key):
    """One block of four 32-bit words. Source: Salmon et al. 2011, section 4.3."""
    counter, key = list(counter), list(key)
    for _ in range(10):
        product0 = 0xD2511F53 * counter[0]
        product1 = 0xCD9E8D57 * counter[2]
        counter = [(product1 >> 32) ^ counter[1] ^ key[0], product1 & MASK,
                   (product0 >> 32) ^ counter[3] ^ key[1], product0 & MASK]
        key = [(key[0] + 0x9E3779B9) & MASK, (key[1] + 0xBB67AE85) & MASK]
    return counter


def window_begin(seed, step, sample, num_tokens, seq_len):
    """Where sample `sample` of `step` starts in a dataset of `num_tokens` tokens."""
    block = philox4x32([sample & MASK, sample >> 32, step & MASK, step >> 32], [seed & MASK, seed >> 32])
    return (((block[1] << 32) | block[0]) * (num_tokens - seq_len)) >> 64


def step_windows(tokens, seed, step, batch, seq_len):
    """`batch` windows of seq_len + 1 tokens (bytes objects) for one step."""
    begins = (window_begin(seed, step, sample, len(tokens), seq_len) for sample in range(batch))
    return [tokens[begin:begin + seq_len + 1] for begin in begins]


def made_up_text(num_bytes, seed=7):
    """English-like lines of words drawn from a fixed made-up vocabulary: the same on every machine."""
    draw = random.Random(seed)
    words = ["".join(draw.choice("etaoinshrdlucmfwyp") for _ in range(draw.randint(2, 9))) for _ in range(800)]
    lines, size = [], 0
    while size < num_bytes:
        line = " ".join(words[int(800 * draw.random() ** 3)] for _ in range(12)) + ".\n"
        lines.append(line)
        size += len(line)
    return "".join(lines).encode()
