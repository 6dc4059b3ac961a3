#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "models/language_model.h"
#include "models/layers/decoder_block.h"
#include "models/layers/embedding.h"
#include "models/layers/mixture_outputs.h"
#include "models/layers/multi_token.h"

namespace assay::models {

/// Makes the part of block `layer`; those of multi-token prediction follow the model's own.
using MakeAttention = std::function<std::shared_ptr<AttentionLayer>(int64_t layer)>;
using MakeFeedForward = std::function<std::shared_ptr<FeedForward>(int64_t layer)>;

/// Token embedding, blocks, a last RMSNorm and a head. The auxiliary loss is the mean over the
/// mixture layers, those of multi-token prediction included, plus that prediction's weighted loss:
/// lambda / depth x sum over depths of its cross-entropies / the targets (arXiv 2412.19437,
/// equations 24 and 25). Fresh weights: normal with init_std, norms 1, biases 0. Decoding leaves
/// multi-token prediction alone.
class Decoder : public LanguageModel {
 public:
  Decoder(const DecoderShape& shape, const MakeAttention& attention,
          const MakeFeedForward& feed_forward, uint64_t seed);

  LmOutput forward(const Batch& batch) override;
  at::Tensor decode(const at::Tensor& tokens, DecodeState& state) override;
  void after_step(const at::Tensor& tokens_per_expert) override;
  [[nodiscard]] std::vector<int64_t> mixture_layers() const override { return mixture_layers_; }
  [[nodiscard]] at::Tensor selection_bias() const override;

 private:
  void add_layers(const MakeAttention& attention, const MakeFeedForward& feed_forward);
  /// Rows of the token embedding [B x T, D].
  at::Tensor embedded(const at::Tensor& tokens);
  /// Hidden states after the last norm.
  at::Tensor hidden(const at::Tensor& tokens, const SequenceContext& context,
                    const kernels::RotaryAngles& angles, MixtureOutputs& mixtures);
  /// Weighted loss of multi-token prediction per target, after `hidden` of the same batch.
  at::Tensor multi_token_loss(const Batch& batch, const LmOutput& output, at::Tensor hidden,
                              const SequenceContext& context, const kernels::RotaryAngles& angles,
                              MixtureOutputs& mixtures);
  [[nodiscard]] const at::Tensor& head_weight() const;

  DecoderShape shape_;
  Embedding embed_tokens_{nullptr};
  std::vector<DecoderBlock> layers_;
  std::vector<MultiToken> multi_tokens_;
  std::vector<FeedForward*> mixtures_;  ///< of the modules above
  std::vector<int64_t> mixture_layers_;
  RmsNorm norm_{nullptr};
  Linear lm_head_{nullptr};  ///< empty where embeddings are tied
};

}  // namespace assay::models
