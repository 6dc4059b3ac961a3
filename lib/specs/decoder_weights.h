#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "specs/decoder_sizes.h"
#include "specs/spec_builder.h"

/// Groups of weights that several families have, as lists of products.
namespace assay::specs {

/// Heads of keys and values that query heads share; output projection from all query heads.
struct GroupedQuery {
  std::string_view name = "self_attn";
  int64_t num_layers = 0;
  int64_t d_model = 0;
  int64_t num_heads = 0;
  int64_t num_kv_heads = 0;
  int64_t d_head = 0;
  std::optional<int64_t> window = std::nullopt;
  bool keeps_scores = false;
  bool norms_in_projection = false;  ///< of single heads, which are turned whole: one kernel

  [[nodiscard]] int64_t q_width() const { return num_heads * d_head; }
  [[nodiscard]] int64_t kv_width() const { return num_kv_heads * d_head; }
};

/// The attention of `num_layers` blocks of these sizes.
GroupedQuery grouped_query(const DecoderSizes& sizes);

/// Projections q, k, v and o and their attention products.
void add_grouped_query(SpecBuilder& build, const GroupedQuery& shape);

/// gate, up and down of SwiGLU MLPs.
void add_gated_mlp(SpecBuilder& build, std::string_view name, LayerKind kind, int64_t d_model,
                   int64_t d_ff, Copies copies);

/// Mixture layers of SwiGLU experts behind a router without bias.
struct Mixture {
  int64_t num_layers = 0;
  int64_t d_model = 0;
  int64_t num_experts = 0;
  int64_t top_k = 0;
  int64_t d_expert = 0;
  int64_t num_shared_experts = 0;  ///< as one MLP of width num_shared_experts x d_expert
};
void add_mixture(SpecBuilder& build, const Mixture& shape);

/// Two norms of the stream in each block and a last one, each of `size` numbers (the width; twice
/// that for LayerNorm with bias).
void add_block_norms(SpecBuilder& build, int64_t num_layers, int64_t size, int64_t d_model);

/// What norms of queries and keys keep beside what they give: their inputs.
void keep_qk_norms(SpecBuilder& build, const GroupedQuery& shape);

/// What a dense spec starts from.
ModelSpec spec_of(std::string_view family, const DecoderSizes& sizes);

}  // namespace assay::specs
