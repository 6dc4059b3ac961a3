#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "models/language_model.h"
#include "models/layers/attention_layer.h"
#include "models/layers/embedding.h"
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
};

/// Makes the part of block `layer`.
using MakeAttention = std::function<std::shared_ptr<AttentionLayer>(int64_t layer)>;
using MakeFeedForward = std::function<std::shared_ptr<FeedForward>(int64_t layer)>;

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
  NormPlace norm_place_;
  RmsNorm attention_norm_{nullptr};
  std::shared_ptr<AttentionLayer> attention_;
  RmsNorm feed_forward_norm_{nullptr};
  std::shared_ptr<FeedForward> feed_forward_;
};
TORCH_MODULE(DecoderBlock);

/// Token embedding, blocks, a last RMSNorm and a head. The auxiliary loss is the mean over the
/// mixture layers. Fresh weights: normal with init_std, norms 1, biases 0.
class Decoder : public LanguageModel {
 public:
  Decoder(const DecoderShape& shape, const MakeAttention& attention,
          const MakeFeedForward& feed_forward, uint64_t seed);

  LmOutput forward(const Batch& batch) override;
  at::Tensor decode(const at::Tensor& tokens, DecodeState& state) override;
  void after_step(const at::Tensor& tokens_per_expert) override;

 private:
  /// Hidden states after the last norm; counts and losses of mixture layers go to the vectors.
  at::Tensor hidden(const at::Tensor& tokens, const SequenceContext& context,
                    std::vector<at::Tensor>& counts, std::vector<at::Tensor>& aux_losses);
  [[nodiscard]] const at::Tensor& head_weight() const;

  DecoderShape shape_;
  Embedding embed_tokens_{nullptr};
  std::vector<DecoderBlock> layers_;
  std::vector<int64_t> mixture_layers_;
  RmsNorm norm_{nullptr};
  Linear lm_head_{nullptr};  ///< empty where embeddings are tied
};

}  // namespace assay::models
