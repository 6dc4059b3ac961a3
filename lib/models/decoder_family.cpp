#include "models/decoder_family.h"

#include "models/layers/gated_mlp.h"

namespace assay::models {

DecoderShape decoder_shape(const DecoderSizes& sizes) {
  return {
      .num_layers = sizes.num_layers,
      .d_model = sizes.d_model,
      .vocab_size = sizes.vocab_size,
      .max_seq_len = sizes.max_seq_len,
      .tie_embeddings = sizes.tie_embeddings,
      .norm_eps = sizes.norm_eps,
      .init_std = sizes.init_std,
      .rotary = {.width = sizes.d_head, .theta = sizes.rope_theta, .scaling = sizes.rope_scaling}};
}

GroupedQueryShape grouped_query_shape(const DecoderSizes& sizes) {
  return {.d_model = sizes.d_model,
          .num_heads = sizes.num_heads,
          .num_kv_heads = sizes.num_kv_heads,
          .d_head = sizes.d_head,
          .d_rotary = sizes.d_head,
          .norm_eps = sizes.norm_eps};
}

MakeAttention every_block(const GroupedQueryShape& shape) {
  return
      [shape](int64_t layer) { return std::make_shared<GroupedQueryAttentionImpl>(shape, layer); };
}

MakeFeedForward every_block_mlp(int64_t d_model, int64_t d_ff) {
  return [=](int64_t) { return std::make_shared<GatedMlpImpl>(d_model, d_ff); };
}

}  // namespace assay::models
