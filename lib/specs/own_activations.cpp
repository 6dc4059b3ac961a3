#include <algorithm>

#include "specs/expert_dispatch.h"
#include "specs/expert_parameters.h"
#include "specs/training_peak.h"

// Shapes: N tokens of a micro-batch, T of a sequence.
namespace assay {
namespace {

constexpr double kFp8 = 1 + 4.0 / 128;  // a number in e4m3 and its share of a tile's scale

/// Up to so many keys LibTorch's attention on a CPU is given fp32 (models/layers/attention.cpp).
constexpr int64_t kShortContext = 128;

/// Of bf16 on a CPU an expert's rows are filled up to a multiple of this
/// (models/layers/mixture.cpp).
constexpr int64_t kRowMultiple = 32;
/// Rows that an expert so has more, on average.
constexpr double kFilledRows = 15.5;

/// Of a choice of an expert: its place among the rows and back, the choice and its weight.
constexpr double kChoiceBytes = 3 * 8 + 4;

/// Bytes of one token, of all blocks, on top of own_activation_memory.
struct TokenBytes {
  double inside_attention = 0;  ///< made between the projections around the scores
  double beside = 0;            ///< in the rest of the blocks
};

/// What attention without a fused kernel holds of one token: queries, keys and values side by side
/// and the softmax over all keys. The layers with sinks are so everywhere (their softmax is in
/// own_activation_memory), on a CPU those whose keys and values differ in width, in fp32.
double unfused_attention(const AttentionProduct& attention, const StepShape& step, bool is_short) {
  const auto heads = static_cast<double>(attention.num_heads);
  const auto inputs = static_cast<double>(2 * attention.d_qk + attention.d_v);
  const auto keys = static_cast<double>(step.seq_len);
  if (!attention.keeps_scores) return heads * (inputs + keys) * kFp32Bytes;
  if (is_short) return heads * inputs * kFp32Bytes;
  const double narrow_scores = step.element_bytes < kFp32Bytes ? keys * step.element_bytes : 0;
  return heads * (inputs * step.element_bytes + narrow_scores);
}

/// Queries, keys and values and the result, all in fp32.
double wide_attention(const AttentionProduct& attention) {
  return static_cast<double>(attention.num_heads * 2 * (attention.d_qk + attention.d_v)) *
         kFp32Bytes;
}

/// What attention keeps of one token otherwise than own_activation_memory says, in all layers.
double attention_bytes(const ModelSpec& spec, const StepShape& step) {
  const bool is_short = !step.on_gpu && step.element_bytes < kFp32Bytes &&
                        (step.seq_len <= kShortContext || step.documents_apart);
  double bytes = 0;
  double layers = 0;
  double all_layers = 0;
  for (const AttentionProduct& attention : spec.attention) {
    const auto count = static_cast<double>(attention.num_layers);
    all_layers += count;
    if (is_unfused(attention, step)) {
      bytes += count * unfused_attention(attention, step, is_short);
    } else if (is_short) {
      bytes += count * wide_attention(attention);
    } else {
      continue;
    }
    layers += count;
  }
  if (layers == 0) return 0;
  const double share = layers / all_layers;
  return bytes - share * static_cast<double>(spec.kept.attention_inputs) * step.element_bytes;
}

/// What keeping documents apart costs a token in all layers. On a GPU a mask; on a CPU each
/// document is attention of its own, and its result is kept beside that of all. Not known before
/// the run is how long documents are: in bf16 all are counted as short ones, in fp32.
double apart_bytes(const ModelSpec& spec, const StepShape& step) {
  if (step.on_gpu) {
    return static_cast<double>(spec.num_layers * step.seq_len) * step.element_bytes;
  }
  if (step.element_bytes < kFp32Bytes) return 0;
  double results = 0;
  for (const AttentionProduct& attention : spec.attention) {
    if (is_unfused(attention, step)) continue;
    results += static_cast<double>(attention.num_layers * attention.num_heads * attention.d_v);
  }
  return results * step.element_bytes;
}

TokenBytes further_bytes(const ModelSpec& spec, const StepShape& step) {
  const KeptElements& kept = spec.kept;
  const double bytes = step.element_bytes;
  TokenBytes more{.inside_attention = attention_bytes(spec, step)};
  if (step.documents_apart) more.inside_attention += apart_bytes(spec, step);
  const auto choices = static_cast<double>(num_mixture_layers(spec) * spec.top_k);
  more.beside += choices * kChoiceBytes;
  if (bytes >= kFp32Bytes) return more;
  more.beside += static_cast<double>(kept.widened) * (kFp32Bytes - bytes) -
                 static_cast<double>(kept.router_only) * bytes;
  if (step.fp8_products) {
    more.beside += static_cast<double>(kept.fp8_inputs) * kFp8 -
                   static_cast<double>(kept.product_inputs) * (bytes - kFp8);
  }
  return more;
}

/// Of the rows that experts hold beside one for each choice, in all layers of a micro-batch.
double further_row_bytes(const ModelSpec& spec, const StepShape& step) {
  if (spec.num_experts == 0) return 0;
  double in = 0;
  double out = 0;
  for (const MatrixProduct& product : spec.products) {
    if (product.kind != LayerKind::kExperts) continue;
    in += static_cast<double>(product.in);
    out += static_cast<double>(product.out);
  }
  in -= static_cast<double>(spec.d_model);  // gate and up read the same rows
  const double of_input = step.fp8_products ? kFp8 : step.element_bytes;
  const auto layers = static_cast<double>(num_mixture_layers(spec));
  const double wide_bytes =
      static_cast<double>(spec.kept.own_fp32) * kFp32Bytes +
      static_cast<double>(spec.kept.widened) * (kFp32Bytes - step.element_bytes);
  return further_expert_rows(spec, step) * (layers * (in * of_input + out * step.element_bytes) +
                                            wide_bytes / static_cast<double>(spec.top_k));
}

}  // namespace

double further_expert_rows(const ModelSpec& spec, const StepShape& step) {
  const auto experts = static_cast<double>(spec.num_experts);
  const bool fills_up = !step.on_gpu && step.element_bytes < kFp32Bytes;
  if (!step.capacity_factor) return fills_up ? experts * kFilledRows : 0;
  const int64_t tokens = step.micro_batch * step.seq_len;
  const int64_t capacity =
      expert_capacity(tokens, spec.top_k, spec.num_experts, *step.capacity_factor);
  const int64_t multiple = fills_up ? kRowMultiple : 1;
  // One row of a buffer stays empty (kernels/capacity_layout.h).
  const int64_t rows = (capacity + multiple) / multiple * multiple;
  return experts * static_cast<double>(rows) - static_cast<double>(tokens * spec.top_k);
}

bool is_unfused(const AttentionProduct& attention, const StepShape& step) {
  return attention.keeps_scores || step.plain_attention ||
         (!step.on_gpu && attention.d_qk != attention.d_v);
}

ActivationMemory own_activations(const ModelSpec& spec, const StepShape& step) {
  const auto of = [&](Recompute recompute) {
    return own_activation_memory(spec, recompute, step.seq_len, step.element_bytes);
  };
  const auto sequences = static_cast<double>(step.micro_batch);
  const double tokens = sequences * static_cast<double>(step.seq_len);
  const auto num_layers = static_cast<double>(std::max<int64_t>(1, spec.num_layers));
  const TokenBytes more = further_bytes(spec, step);
  const Bytes inside(tokens * more.inside_attention);
  const Bytes beside(tokens * more.beside + further_row_bytes(spec, step));
  const ActivationMemory plain = of(step.recompute);
  ActivationMemory memory{.blocks = sequences * plain.blocks,
                          .head = sequences * plain.head,
                          .again = sequences * plain.again};
  if (step.recompute == Recompute::kFull) {
    memory.again += (inside + beside) / num_layers;
    return memory;
  }
  memory.blocks += beside;
  if (step.recompute == Recompute::kAttention) {
    memory.again += inside / num_layers;
  } else {
    memory.blocks += inside;
  }
  return memory;
}

}  // namespace assay
