#pragma once

#include <ATen/ATen.h>

#include <memory>

#include "models/language_model.h"

namespace assay::testing {

/// The smallest language model with matrices and a vector: logits = E[token] W + b. Its loss turns
/// to NaN while `broken` is set.
class BigramModel : public LanguageModel {
 public:
  BigramModel(int64_t vocab, int64_t width) {
    const auto fill = [](at::IntArrayRef shape, double scale) {
      const int64_t size = c10::multiply_integers(shape);
      return at::cos(at::arange(size, at::kFloat) * 1.7).mul(scale).view(shape).clone();
    };
    embedding_ = register_parameter("embedding", fill({vocab, width}, 0.5));
    head_ = register_parameter("head", fill({width, vocab}, 0.3));
    bias_ = register_parameter("bias", at::zeros({vocab}));
  }

  LmOutput forward(const Batch& batch) override {
    const at::Tensor logits = logits_of(batch.tokens).flatten(0, 1);
    const at::Tensor targets = batch.targets.flatten();
    at::Tensor loss = at::cross_entropy_loss(logits, targets, {}, at::Reduction::Sum, -1);
    if (broken) loss = loss * std::numeric_limits<float>::quiet_NaN();
    LmOutput output{.loss_sum = loss, .num_targets = (targets >= 0).sum()};
    if (aux_weight > 0) output.aux_loss = aux_weight * bias_.pow(2).sum();
    return output;
  }

  at::Tensor decode(const at::Tensor& tokens, DecodeState& state) override {
    state.num_tokens += tokens.size(1);
    return logits_of(tokens);
  }

  bool broken = false;
  double aux_weight = 0.0;

 private:
  at::Tensor logits_of(const at::Tensor& tokens) {
    const at::Tensor hidden = at::embedding(embedding_, tokens);
    return (at::matmul(hidden, head_) + bias_).to(at::kFloat);
  }

  at::Tensor embedding_;
  at::Tensor head_;
  at::Tensor bias_;
};

}  // namespace assay::testing
