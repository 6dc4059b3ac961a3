#pragma once

#include "models/layers/decoder_block.h"
#include "models/layers/embedding.h"

namespace assay::models {

/// One depth of multi-token prediction: block(eh_proj([norm(embedding); norm(hidden)])), then the
/// norm before the head, which is the model's own, as is the embedding. The paper writes the pair
/// the other way round; the released weights have the embedding first (a permutation of eh_proj's
/// columns). `hidden` is what the head saw one depth before.
/// Source: DeepSeek-V3, arXiv 2412.19437, equations 21 to 23.
class MultiTokenImpl : public torch::nn::Module {
 public:
  MultiTokenImpl(const DecoderShape& shape, std::shared_ptr<AttentionLayer> attention,
                 std::shared_ptr<FeedForward> feed_forward);

  /// embedded and hidden [B x T, D]; `hidden` of the result is normalised for the head.
  FeedForwardOutput forward(const at::Tensor& embedded, const at::Tensor& hidden,
                            const SequenceContext& context, const kernels::RotaryAngles& angles);
  FeedForward& feed_forward() { return block_->feed_forward(); }

 private:
  RmsNorm embedding_norm_{nullptr};
  RmsNorm hidden_norm_{nullptr};
  Linear eh_proj_{nullptr};
  DecoderBlock block_{nullptr};
  RmsNorm norm_{nullptr};
};
TORCH_MODULE(MultiToken);

/// The batch of depth `depth`: position i has token i + depth and the target one place after it.
/// Positions without such a target, or whose target belongs to another document, do not count.
Batch multi_token_batch(const Batch& batch, int64_t depth);

}  // namespace assay::models
