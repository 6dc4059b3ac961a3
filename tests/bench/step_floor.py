"""The least time of a step on a machine: each product by the fastest library path, and the optimizer's bytes."""

# Optimizer bytes a parameter: the gradient's norm (4), then weight, moments and gradient (28); with bf16 weights the
# gradient is 2 bytes twice and the weight is written once more (2).
OPTIMIZER_BYTES = {"fp32": 32, "bf16": 30}


SAME_INPUT = ({"q_proj", "k_proj", "v_proj"}, {"gate_proj", "up_proj"})


def joined(products):
    """Products of the same input are one wider product, as a program may compute them."""
    result = []
    for product in products:
        family = next((names for names in SAME_INPUT if product["name"].rpartition(".")[2] in names), set())
        last = result[-1] if result else None
        if last and last["name"].rpartition(".")[2].split("+")[-1] in family and last["in"] == product["in"]:
            last["name"] += "+" + product["name"].rpartition(".")[2]
            last["out"] += product["out"]
        else:
            result.append(dict(product))
    return result


def products_of(model, tokens, batches=1):
    """Rows, sizes, groups and count of each product of the program's `models show --json` at `batches` of `tokens` a step."""
    experts, top_k = model["shape"]["num_experts"], model["shape"]["top_k"]
    products = []
    for product in joined(model["products"]):
        count, rows, groups = product["per_token"], tokens, 1
        if product["kind"] == "experts":
            rows, groups, count = tokens * top_k // experts, experts, count / top_k
        products.append({"name": product["name"], "rows": rows, "in": product["in"], "out": product["out"],
                         "groups": groups, "count": count * batches})
    return products


def product_flops(products):
    """Of forward and backward."""
    return sum(6 * p["rows"] * p["in"] * p["out"] * p["groups"] * p["count"] for p in products)


def floor_seconds(products, timings, params, dtype):
    """`timings`: library_floor.py's results by environment. Which path won is in the second value."""
    total, winners = 0.0, []
    for index, product in enumerate(products):
        for part in ("forward", "grad_rows", "grad_weight"):
            seconds, path = min((seconds, f"{environment} {path}") for environment, timing in timings.items()
                                for path, seconds in timing["products"][index][part].items())
            total += seconds * product["count"]
            flops = 2 * product["rows"] * product["in"] * product["out"] * product["groups"]
            winners.append({"product": product["name"], "part": part, "path": path, "flops_per_s": flops / seconds})
    bandwidth = max(timing["adam_bytes_per_s"] for timing in timings.values())
    return total + params * OPTIMIZER_BYTES[dtype] / bandwidth, winners


def roofline_seconds(products, params, dtype, machine):
    """Products and optimizer bytes at the machine's best rates, whatever the shape."""
    rate = machine[f"{dtype}_flops_per_s"]
    return product_flops(products) / rate + params * OPTIMIZER_BYTES[dtype] / machine["adam_bytes_per_s"]
