#pragma once

#include "models/layers/decoder.h"
#include "models/layers/grouped_query_attention.h"
#include "specs/decoder_sizes.h"

/// What the families of the decoder kind share when they turn their config into layers.
namespace assay::models {

/// The decoder of these sizes, with norms before each sublayer and whole heads turned.
DecoderShape decoder_shape(const DecoderSizes& sizes);

/// Plain grouped-query attention of these sizes: no biases, no norms.
GroupedQueryShape grouped_query_shape(const DecoderSizes& sizes);

/// One such attention in every block.
MakeAttention every_block(const GroupedQueryShape& shape);

/// A SwiGLU MLP of this width in every block.
MakeFeedForward every_block_mlp(int64_t d_model, int64_t d_ff);

}  // namespace assay::models
