#include "specs/model_spec.h"

#include <algorithm>

#include "error/error.h"

namespace assay {
namespace {

double forward_attention_flops(const ModelSpec& spec, int64_t seq_len, bool causal) {
  double flops = 0;
  for (const AttentionProduct& attention : spec.attention) {
    const double per_key = 2.0 * static_cast<double>(attention.num_heads) *
                           static_cast<double>(attention.d_qk + attention.d_v);
    flops +=
        static_cast<double>(attention.num_layers) * per_key * mean_keys(attention, seq_len, causal);
  }
  return flops;
}

double forward_product_flops(const ModelSpec& spec, bool with_head) {
  double flops = 0;
  for (const MatrixProduct& product : spec.products) {
    if (!with_head && product.kind == LayerKind::kHead) continue;
    flops += 2.0 * static_cast<double>(product.in) * static_cast<double>(product.out) *
             product.per_token;
  }
  return flops;
}

}  // namespace

std::string_view to_string(LayerKind kind) {
  switch (kind) {
    case LayerKind::kEmbedding:
      return "embedding";
    case LayerKind::kAttention:
      return "attention";
    case LayerKind::kMlp:
      return "mlp";
    case LayerKind::kRouter:
      return "router";
    case LayerKind::kExperts:
      return "experts";
    case LayerKind::kSharedExperts:
      return "shared_experts";
    case LayerKind::kHead:
      return "head";
  }
  throw InternalError("[specs] layer kind without a name");
}

std::string_view to_string(FlopConvention convention) {
  switch (convention) {
    case FlopConvention::kSixNd:
      return "six_nd";
    case FlopConvention::kExactCausal:
      return "exact_causal";
    case FlopConvention::kExactFull:
      return "exact_full";
  }
  throw InternalError("[specs] FLOP convention without a name");
}

double mean_keys(const AttentionProduct& attention, int64_t seq_len, bool causal) {
  const auto length = static_cast<double>(seq_len);
  if (attention.is_linear) return static_cast<double>(attention.window.value_or(0));
  const double most =
      attention.window ? std::min(length, static_cast<double>(*attention.window)) : length;
  return causal ? most - most * most / (2 * length) : most;
}

Flops flops_per_token(const ModelSpec& spec, FlopConvention convention, int64_t seq_len) {
  if (convention == FlopConvention::kSixNd) {
    return Flops(6.0 * static_cast<double>(spec.parameters.active_a));
  }
  const double products = forward_product_flops(spec, /*with_head=*/true);
  const bool causal = convention == FlopConvention::kExactCausal;
  return Flops(3.0 * (products + forward_attention_flops(spec, seq_len, causal)));
}

std::string_view to_string(Recompute recompute) {
  switch (recompute) {
    case Recompute::kNone:
      return "none";
    case Recompute::kAttention:
      return "attention";
    case Recompute::kFull:
      return "full";
  }
  throw InternalError("[specs] recompute setting without a name");
}

std::optional<Recompute> recompute_named(std::string_view name) {
  for (const Recompute recompute : {Recompute::kNone, Recompute::kAttention, Recompute::kFull}) {
    if (to_string(recompute) == name) return recompute;
  }
  return std::nullopt;
}

Flops hardware_flops_per_token(const ModelSpec& spec, Recompute recompute, int64_t seq_len) {
  double again = 0;
  if (recompute != Recompute::kNone) again = forward_attention_flops(spec, seq_len, true);
  if (recompute == Recompute::kFull) again += forward_product_flops(spec, /*with_head=*/false);
  return flops_per_token(spec, FlopConvention::kExactCausal, seq_len) + Flops(again);
}

TrainingMemory training_memory(const ModelSpec& spec) {
  return {.weights = training_state_bytes(spec, 2),
          .gradients = training_state_bytes(spec, 2),
          .master_weights = training_state_bytes(spec, 4),
          .moments = training_state_bytes(spec, 8)};
}

namespace {

constexpr double kFp32 = 4;

// Bytes of the softmax of all attention layers.
double score_bytes(const ModelSpec& spec, int64_t seq_len, double bytes_per_element) {
  double bytes = 0;
  for (const AttentionProduct& attention : spec.attention) {
    bytes += static_cast<double>(attention.num_layers * attention.num_heads) *
             static_cast<double>(seq_len) * mean_keys(attention, seq_len, /*causal=*/false) *
             bytes_per_element;
  }
  return bytes;
}

// What the layers with sinks hold of their scores: see own_activation_memory.
double own_score_bytes(const ModelSpec& spec, int64_t seq_len) {
  const auto length = static_cast<double>(seq_len);
  double bytes = 0;
  for (const AttentionProduct& attention : spec.attention) {
    if (!attention.keeps_scores) continue;
    const double softmax = static_cast<double>(attention.num_heads) * (length + 1) * kFp32;
    bytes += static_cast<double>(attention.num_layers) * length * (softmax + length);
  }
  return bytes;
}

}  // namespace

ActivationMemory activation_memory(const ModelSpec& spec, Recompute recompute, int64_t seq_len,
                                   double bytes_per_element) {
  const auto tokens = static_cast<double>(seq_len);
  const auto width = static_cast<double>(spec.d_model);
  const Bytes head(tokens *
                   (2 * width * bytes_per_element + static_cast<double>(spec.vocab_size) * kFp32));
  if (recompute == Recompute::kFull) {
    return {
        .blocks = Bytes(tokens * static_cast<double>(spec.num_layers) * width * bytes_per_element),
        .head = head};
  }
  double bytes = tokens * (static_cast<double>(spec.kept.activations) * bytes_per_element +
                           static_cast<double>(spec.kept.fp32) * kFp32);
  if (bytes_per_element < kFp32)
    bytes += tokens * static_cast<double>(spec.kept.fp32_copies) * kFp32;
  if (recompute == Recompute::kNone) bytes += score_bytes(spec, seq_len, bytes_per_element);
  return {.blocks = Bytes(bytes), .head = head};
}

namespace {

// What this program's blocks make between the projections around attention's scores: in the dtype
// of the activations, and in fp32 the normalisers, or the scores where sinks take part.
double inside_attention_bytes(const ModelSpec& spec, int64_t seq_len, double bytes_per_element) {
  double normalisers = 0;
  for (const AttentionProduct& attention : spec.attention) {
    normalisers += static_cast<double>(attention.num_layers * attention.num_heads);
  }
  const auto tokens = static_cast<double>(seq_len);
  return tokens * (static_cast<double>(spec.kept.inside_attention) * bytes_per_element +
                   normalisers * kFp32) +
         own_score_bytes(spec, seq_len);
}

}  // namespace

ActivationMemory own_activation_memory(const ModelSpec& spec, Recompute recompute, int64_t seq_len,
                                       double bytes_per_element) {
  // Where nothing keeps its scores, this is what a fused attention keeps.
  ActivationMemory memory =
      activation_memory(spec, Recompute::kAttention, seq_len, bytes_per_element);
  const auto num_layers = static_cast<double>(std::max<int64_t>(1, spec.num_layers));
  const auto bytes_of = [&](int64_t elements) {
    return Bytes(static_cast<double>(seq_len * elements) * bytes_per_element);
  };
  memory.blocks += bytes_of(spec.kept.own);
  memory.blocks += Bytes(static_cast<double>(seq_len * spec.kept.own_fp32) * kFp32);
  memory.blocks += Bytes(own_score_bytes(spec, seq_len));
  if (recompute == Recompute::kAttention) {
    const Bytes inside(inside_attention_bytes(spec, seq_len, bytes_per_element));
    memory.blocks = memory.blocks - inside;
    memory.again = inside / num_layers;
  }
  if (recompute == Recompute::kFull) {
    const Bytes beside = bytes_of(spec.kept.beside_blocks);
    memory.again = (memory.blocks - beside) / num_layers;
    memory.blocks = bytes_of(spec.num_layers * spec.d_model) + beside;
  }
  return memory;
}

Bytes training_state_bytes(const ModelSpec& spec, double bytes_per_parameter) {
  return Bytes(static_cast<double>(spec.parameters.total) * bytes_per_parameter);
}

}  // namespace assay
