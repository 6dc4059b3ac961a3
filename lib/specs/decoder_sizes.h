#pragma once

#include <cstdint>
#include <optional>

#include "config/config.h"
#include "specs/rope_scaling.h"
#include "specs/shape_limits.h"

namespace assay {

/// The sizes that the relatives of Llama share: token embedding, blocks of grouped-query attention
/// and a feed-forward part, RMSNorm, rotary positions, a head. A family's config derives from it
/// and adds what is its own.
struct DecoderSizes {
  int64_t num_layers = 0;
  int64_t d_model = 0;
  int64_t num_heads = 0;
  int64_t num_kv_heads = 0;
  int64_t d_head = 0;
  int64_t vocab_size = 0;
  int64_t max_seq_len = 0;
  bool tie_embeddings = false;
  double rope_theta = 10000;
  std::optional<RopeScaling> rope_scaling;
  double norm_eps = 1e-6;
  double init_std = 0.02;

  template <class V>
  void fields(V& visit) {
    visit("num_layers", num_layers, "transformer blocks", required(), specs::layer_count());
    visit("d_model", d_model, "width of the residual stream", required(), specs::width());
    visit("num_heads", num_heads, "query heads", required(), specs::head_count());
    visit("num_kv_heads", num_kv_heads, "key and value heads", required(), specs::head_count());
    visit("d_head", d_head, "width of a head", required(), specs::head_width());
    visit("vocab_size", vocab_size, "rows of the embedding", required(), specs::vocabulary());
    visit("max_seq_len", max_seq_len, "longest context", required(), specs::context());
    visit("tie_embeddings", tie_embeddings, "head shares the embedding's weight");
    visit("rope_theta", rope_theta, "base of the rotary frequencies", above(0));
    visit("rope_scaling", rope_scaling, "stretch of rotary positions");
    visit("norm_eps", norm_eps, "epsilon of RMSNorm", above(0));
    visit("init_std", init_std, "standard deviation of fresh weights", above(0));
  }
  /// Throws: the document's kind of error where heads do not fit each other.
  void validate(const FieldPlaces& at) const;
};

}  // namespace assay
