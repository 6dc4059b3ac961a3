"""The models of peers, with the case's weights: (module, loss of tokens and targets)."""

import torch

import weight_files


def load_model(case, peer):
    if peer == "plain":
        return load_plain(case)
    import transformers
    transformers.utils.logging.set_verbosity_error()
    model = transformers.AutoModelForCausalLM.from_pretrained(
        case.weights, dtype=torch.float32, attn_implementation="sdpa").to(case.device)
    experts = peer.partition(":")[2]
    if experts:
        model.set_experts_implementation(experts)
    model.config.use_cache = False
    return model, lambda tokens, targets: model(input_ids=tokens, labels=targets, shift_labels=targets).loss


def load_plain(case):
    if case.table["config"]["model_type"] == "gpt2":
        from plain_gpt2 import PlainGpt2 as Plain
    else:
        from plain_llama import PlainLlama as Plain
    model = Plain(case.table["config"]).float()
    model.load_hf(weight_files.read(case.weights / "model.safetensors"))
    model.to(case.device)
    return model, model
