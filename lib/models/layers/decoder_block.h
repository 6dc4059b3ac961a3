#pragma once

#include <memory>

#include "models/layers/attention_layer.h"
#include "models/layers/feed_forward.h"
#include "models/layers/linear.h"
#include "models/layers/rms_norm.h"
#include "models/layers/rotary_positions.h"

namespace assay::models {

/// Where a block's norms stand: before each sublayer, or on its output (OLMo 2).
enum class NormPlace { kBefore, kBehind };

/// What the relatives of Llama differ in, apart from their layers.
struct DecoderShape {
  int64_t num_layers = 0;
  int64_t d_model = 0;
  int64_t vocab_size = 0;
  int64_t max_seq_len = 0;
  bool tie_embeddings = false;
  double norm_eps = 1e-6;
  double init_std = 0.02;
  NormPlace norm_place = NormPlace::kBefore;
  RotaryShape rotary;
  double pooled_balance_weight = 0;  ///< of layers whose balance loss is pooled
  int64_t num_multi_token = 0;       ///< depths of multi-token prediction
  double multi_token_weight = 0;
};

/// One block: x + attention(norm(x)), then x + feed_forward(norm(x)); or with norms behind,
/// x + norm(attention(x)) and so on.
class DecoderBlockImpl : public torch::nn::Module {
 public:
  DecoderBlockImpl(const DecoderShape& shape, std::shared_ptr<AttentionLayer> attention,
                   std::shared_ptr<FeedForward> feed_forward);

  /// x [B x T, D]; `hidden` of the result has the same shape.
  FeedForwardOutput forward(const at::Tensor& x, const SequenceContext& context,
                            const kernels::RotaryAngles& angles);
  FeedForward& feed_forward() { return *feed_forward_; }

 private:
  FeedForwardOutput transform(const at::Tensor& x, const SequenceContext& context,
                              const kernels::RotaryAngles& angles);

  NormPlace norm_place_;
  RmsNorm attention_norm_{nullptr};
  std::shared_ptr<AttentionLayer> attention_;
  RmsNorm feed_forward_norm_{nullptr};
  std::shared_ptr<FeedForward> feed_forward_;
};
TORCH_MODULE(DecoderBlock);

}  // namespace assay::models
