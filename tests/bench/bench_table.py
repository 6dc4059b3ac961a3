"""Results as text: one line a worker, and the Markdown table of all cases."""

ENVIRONMENTS = ("shipped", "tuned")


def milliseconds(step):
    return f"{1e3 * step['median']:.1f} ({1e3 * step['min']:.1f} to {1e3 * step['max']:.1f}, n {step['n']})"


def line_by_line(result):
    lines = []
    for name, worker in result["workers"].items():
        gap = worker["loss_curve"]
        text = f"  {name:45} "
        if "refused" in worker:
            text += f"refused: {worker['refused']}"
        else:
            text += f"{milliseconds(worker['step_s'])} ms"
        if "peer_step_over_ours" in worker:
            ratio = worker["peer_step_over_ours"]
            text += f"; ratio {ratio['median']:.2f} ({ratio['min']:.2f} to {ratio['max']:.2f}, n {ratio['n']})"
        if gap["common_steps"]:
            text += f"; loss gap {gap['largest_gap_nats']:.1e} over {gap['common_steps']} steps"
        text += f"; blocks {worker['undisturbed_blocks']} of {worker['blocks']}"
        for share in ("share_of_floor", "share_of_roofline"):
            if share in worker:
                text += f"; {share} {worker[share]:.3f}"
        if "phases_s" in worker:
            text += "; ms: " + ", ".join(f"{key} {1e3 * value:.1f}" for key, value in worker["phases_s"].items())
        lines.append(text)
    return "\n".join(lines)


def best_ratio(result, environment):
    """The smallest ratio over the peers of one environment, and the peer's name."""
    found = [(worker["peer_step_over_ours"], name) for name, worker in result["workers"].items()
             if f"/{environment}" in name and "peer_step_over_ours" in worker]
    if not found:
        return "not measured"
    ratio, name = min(found, key=lambda pair: pair[0]["median"])
    peer, mode = name.split("/")[:2]
    precision = ", bf16 weights" if name.endswith("/bf16-weights") else ""
    return f"{ratio['median']:.2f} ({ratio['min']:.2f} to {ratio['max']:.2f}; {peer} {mode}{precision})"


def share(worker, key):
    return f"{100 * worker[key]:.0f} %" if key in worker else "not measured"


def row(result):
    ours = result["workers"]["assay"]
    if "refused" in ours:
        return f"| {result['case']} {result['dtype']} | refused: {ours['refused']} | | | | |"
    return (f"| {result['case']} {result['dtype']} | {1e3 * ours['step_s']['median']:.1f} | "
            f"{best_ratio(result, 'shipped')} | {best_ratio(result, 'tuned')} | {share(ours, 'share_of_floor')} | "
            f"{share(ours, 'share_of_roofline')} |")


def table(results):
    head = ["| case | ms a step | best peer as shipped | best peer in our environment | share of floor | of roofline |",
            "|---|---|---|---|---|---|"]
    return "\n".join(head + [row(result) for result in results])
