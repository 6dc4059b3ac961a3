#!/usr/bin/env python3
"""Times each product of a case by LibTorch's own paths and prints JSON: seconds per product and path, the rate of a
large square product, and the bandwidth of the optimizer's access pattern. Arguments: PRODUCTS.json DTYPE THREADS DEVICE."""

import json
import sys
import time

import torch

REPEATS = 5
ADAM_NUMBERS = 24_000_000
ADAM_BYTES = 28  # a number: weight, moments read and written, gradient read, all fp32
SQUARE = {"cpu": 2048, "cuda": 8192}
DEVICE = sys.argv[4]


def least_seconds(work):
    """The fastest of some runs: a floor must not be above what the machine can do. On a GPU by its events."""
    work()
    return min(by_events(work) if DEVICE == "cuda" else by_clock(work) for _ in range(REPEATS))


def by_clock(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def by_events(work):
    """Twice in a row, so that the host's way to the first launch is hidden behind the one before."""
    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    work()
    begin.record()
    work()
    end.record()
    end.synchronize()
    return begin.elapsed_time(end) / 1e3


def time_product(rows, inner, columns, groups, transposed, dtype):
    """Seconds of `groups` products [rows, inner] x [inner, columns]: one after the other, and as one batch."""
    left_shape = (groups, inner, rows) if transposed[0] else (groups, rows, inner)
    right_shape = (groups, columns, inner) if transposed[1] else (groups, inner, columns)
    left, right = (torch.randn(shape, device=DEVICE).to(dtype) for shape in (left_shape, right_shape))
    left = left.transpose(1, 2) if transposed[0] else left
    right = right.transpose(1, 2) if transposed[1] else right
    out = torch.empty((groups, rows, columns), dtype=dtype, device=DEVICE)

    def one_by_one():
        for group in range(groups):
            torch.mm(left[group], right[group], out=out[group])

    paths = {"mm": least_seconds(one_by_one)}
    if groups > 1:
        paths["bmm"] = least_seconds(lambda: torch.bmm(left, right, out=out))
    return paths


def time_linear(product, dtype):
    """Forward, gradient of the rows and gradient of the weight of one layer's product."""
    rows, inner, out, groups = (product[key] for key in ("rows", "in", "out", "groups"))
    return {"forward": time_product(rows, inner, out, groups, (False, True), dtype),
            "grad_rows": time_product(rows, out, inner, groups, (False, False), dtype),
            "grad_weight": time_product(out, rows, inner, groups, (True, False), dtype)}


def adam_bytes_per_second():
    tensors = [torch.randn(ADAM_NUMBERS, device=DEVICE) for _ in range(4)]
    tensors[3].abs_()
    step = torch.ones((), device=DEVICE)

    def update():
        torch._fused_adamw_([tensors[0]], [tensors[1]], [tensors[2]], [tensors[3]], [], [step], lr=1e-4, beta1=0.9,
                            beta2=0.95, weight_decay=0.1, eps=1e-8, amsgrad=False, maximize=False)

    return ADAM_NUMBERS * ADAM_BYTES / least_seconds(update)


def main():
    products = json.loads(open(sys.argv[1], encoding="ascii").read())
    dtype = {"fp32": torch.float32, "bf16": torch.bfloat16}[sys.argv[2]]
    torch.set_num_threads(int(sys.argv[3]))
    size = SQUARE[DEVICE]
    square = time_product(size, size, size, 1, (False, True), dtype)["mm"]
    print(json.dumps({"products": [time_linear(product, dtype) for product in products],
                      "square_flops_per_s": 2 * size ** 3 / square,
                      "adam_bytes_per_s": adam_bytes_per_second()}))


if __name__ == "__main__":
    main()
