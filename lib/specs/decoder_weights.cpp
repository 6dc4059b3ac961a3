#include "specs/decoder_weights.h"

#include <fmt/format.h>

namespace assay::specs {

GroupedQuery grouped_query(const DecoderSizes& sizes) {
  return {.num_layers = sizes.num_layers,
          .d_model = sizes.d_model,
          .num_heads = sizes.num_heads,
          .num_kv_heads = sizes.num_kv_heads,
          .d_head = sizes.d_head};
}

void add_grouped_query(SpecBuilder& build, const GroupedQuery& shape) {
  const Copies each = each_of(shape.num_layers);
  const auto add = [&](std::string_view part, int64_t in, int64_t out, Kept kept) {
    build.matrix(fmt::format("{}.{}_proj", shape.name, part), LayerKind::kAttention, in, out, each,
                 kept);
  };
  add("q", shape.d_model, shape.q_width(), {});
  add("k", shape.d_model, shape.kv_width(), kSharedInput);
  add("v", shape.d_model, shape.kv_width(), kSharedInput);
  add("o", shape.q_width(), shape.d_model, kIntoStream);
  // Values are a view of the joint projection, whose queries and keys live on with them beside the
  // rotated ones; shared heads are repeated instead, which copies both keys and values. Where heads
  // are normed in the projection, keep_qk_norms counts all of it, so that values that are a view
  // cost nothing more.
  const bool is_shared = shape.num_kv_heads < shape.num_heads;
  const int64_t own_of_view =
      shape.norms_in_projection ? -shape.kv_width() : shape.q_width() + shape.kv_width();
  const int64_t copies =
      shape.num_layers * (is_shared ? 2 * (shape.q_width() - shape.kv_width()) : own_of_view);
  build.keep_own(copies);
  build.inside_attention(copies);
  build.attention_inputs(shape.num_layers * (shape.q_width() + 2 * shape.kv_width()) + copies);
  build.attention({.name = std::string(shape.name),
                   .num_layers = shape.num_layers,
                   .num_heads = shape.num_heads,
                   .d_qk = shape.d_head,
                   .d_v = shape.d_head,
                   .window = shape.window,
                   .keeps_scores = shape.keeps_scores});
}

void add_gated_mlp(SpecBuilder& build, std::string_view name, LayerKind kind, int64_t d_model,
                   int64_t d_ff, Copies copies) {
  // The rows that experts give are weighted, which keeps them; an MLP's go into the stream.
  const Kept down = kind == LayerKind::kExperts ? Kept{} : kIntoStream;
  // Shared experts read what the router reads.
  const Kept gate = kind == LayerKind::kSharedExperts ? kSharedInput : Kept{};
  build.matrix(fmt::format("{}.gate_proj", name), kind, d_model, d_ff, copies, gate);
  build.matrix(fmt::format("{}.up_proj", name), kind, d_model, d_ff, copies, kSharedInput);
  build.matrix(fmt::format("{}.down_proj", name), kind, d_ff, d_model, copies, down);
}

void add_mixture(SpecBuilder& build, const Mixture& shape) {
  const Copies each = each_of(shape.num_layers);
  build.matrix("mlp.gate", LayerKind::kRouter, shape.d_model, shape.num_experts, each,
               {.input = false, .output = false});
  build.keep(shape.d_model * shape.num_layers);
  build.keep_fp32_copy(shape.d_model * shape.num_layers);
  build.keep_fp32(shape.num_experts * shape.num_layers);
  const bool has_shared = shape.num_shared_experts > 0;
  if (has_shared) {
    build.product_inputs(shape.d_model * shape.num_layers);
  } else {
    build.router_only(shape.d_model * shape.num_layers);
  }
  add_gated_mlp(build, "mlp.experts", LayerKind::kExperts, shape.d_model, shape.d_expert,
                {shape.num_layers * shape.num_experts, shape.num_layers * shape.top_k});
  if (has_shared) {
    add_gated_mlp(build, "mlp.shared_experts", LayerKind::kSharedExperts, shape.d_model,
                  shape.num_shared_experts * shape.d_expert, each);
  }
}

void add_block_norms(SpecBuilder& build, int64_t num_layers, int64_t size, int64_t d_model) {
  build.vector(2 * size, num_layers);
  build.vector(size, 1);
  build.keep(2 * d_model * num_layers);
}

void keep_qk_norms(SpecBuilder& build, const GroupedQuery& shape) {
  const int64_t inputs = (shape.q_width() + shape.kv_width()) * shape.num_layers;
  build.keep(inputs);
  build.inside_attention(inputs);
  if (!shape.norms_in_projection) return;
  const int64_t values = shape.kv_width() * shape.num_layers;  // lie between what is kept
  build.keep_own(values);
  build.inside_attention(values);
}

ModelSpec spec_of(std::string_view family, const DecoderSizes& sizes) {
  return {.family = std::string(family),
          .num_layers = sizes.num_layers,
          .d_model = sizes.d_model,
          .vocab_size = sizes.vocab_size,
          .max_seq_len = sizes.max_seq_len};
}

}  // namespace assay::specs
