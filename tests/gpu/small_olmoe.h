#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <string>

#include "data/batch.h"

namespace assay::testing {

/// [model] of a mixture of two layers of eight experts.
inline std::string small_olmoe(int64_t d_model = 64) {
  return "family = \"olmoe\"\nd_model = " + std::to_string(d_model) + R"(
num_layers = 2
num_heads = 2
num_kv_heads = 2
num_experts = 8
top_k = 2
d_expert = 64
vocab_size = 256
max_seq_len = 64
)";
}

/// Four sequences as long as its context.
inline Batch batch_on(at::Device device) {
  const at::Tensor places = at::arange(4 * 64, at::kLong).view({4, 64});
  return {.tokens = (places * 7 % 251).to(device), .targets = (places * 11 % 241).to(device)};
}

}  // namespace assay::testing
