#include "generate/window_loss.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <set>

#include "error/error.h"
#include "generate/evaluate.h"
#include "models/model_family.h"
#include "text/byte_tokenizer.h"

using assay::window_losses;
using assay::WindowLoss;
using assay::data::TokenDataset;

namespace {

/// Keeps which targets counted.
class TargetWatch : public assay::LanguageModel {
 public:
  assay::LmOutput forward(const assay::Batch& batch) override {
    const at::Tensor counts = batch.targets.ge(0);
    for (int64_t at = 0; at < batch.targets.size(1); ++at) {
      const auto target = batch.targets[0][at].item<int64_t>();
      if (target < 0) continue;
      fresh = fresh && seen.insert(target).second;
    }
    return {.loss_sum = batch.targets.clamp_min(0).sum().to(at::kFloat),
            .num_targets = counts.sum()};
  }
  at::Tensor decode(const at::Tensor& tokens, assay::DecodeState&) override { return tokens; }

  std::set<int64_t> seen;
  bool fresh = true;
};

TokenDataset counted(int64_t size) {
  std::vector<uint32_t> tokens;
  for (int64_t i = 0; i < size; ++i) tokens.push_back(static_cast<uint32_t>(i));
  return TokenDataset::from_tokens(tokens, 200);
}

}  // namespace

TEST_CASE("every token but the first is predicted in exactly one window, at any stride") {
  for (const int64_t size : {2, 9, 24, 100}) {
    for (const int64_t seq_len : {1, 4, 8, 200}) {
      for (int64_t stride = 1; stride <= std::min<int64_t>(seq_len, 8); ++stride) {
        INFO(size << " tokens, seq_len " << seq_len << ", stride " << stride);
        TargetWatch model;
        const auto losses = window_losses(
            model, counted(size), {.seq_len = seq_len, .stride = stride}, at::kCPU, nullptr);
        double sum = 0;
        int64_t num_targets = 0;
        for (const WindowLoss& loss : losses) {
          sum += loss.loss_sum;
          num_targets += loss.num_targets;
        }
        CHECK(model.fresh);
        CHECK(num_targets == size - 1);
        CHECK(sum == static_cast<double>(size * (size - 1)) / 2);
      }
    }
  }
}

TEST_CASE("a later window counts its last stride tokens alone") {
  TargetWatch later;
  const auto losses =
      window_losses(later, counted(40), {.seq_len = 16, .stride = 4}, at::kCPU, nullptr);
  CHECK(losses.front().num_targets == 16);
  for (size_t i = 1; i < losses.size(); ++i) CHECK(losses[i].num_targets <= 4);
  CHECK(losses.size() == 1 + (39 - 16 + 3) / 4);
}

TEST_CASE("windows without overlap give the loss of evaluate") {
  const auto table = assay::read_toml(R"(family = "llama"
d_head = 8
d_ff = 48
num_kv_heads = 2
num_layers = 2
d_model = 32
num_heads = 4
vocab_size = 256
max_seq_len = 16)",
                                      {.name = "small"});
  const auto model = assay::make_model(table, 3);
  const TokenDataset dataset = counted(90);
  const assay::ByteTokenizer tokenizer;
  double sum = 0;
  int64_t bytes = 0;
  for (const WindowLoss& loss :
       window_losses(*model, dataset, {.seq_len = 16, .stride = 16}, at::kCPU, &tokenizer)) {
    sum += loss.loss_sum;
    bytes += loss.num_bytes;
  }
  const assay::Evaluation whole =
      evaluate(*model, dataset, {.seq_len = 16, .batch_size = 2}, at::kCPU);
  CHECK(sum == Approx(whole.loss_sum).epsilon(1e-6));
  CHECK(bytes == 89);
}

TEST_CASE("windows stop after the one that reaches the limit") {
  TargetWatch model;
  const auto losses = window_losses(
      model, counted(100), {.seq_len = 8, .stride = 8, .max_tokens = 20}, at::kCPU, nullptr);
  CHECK(losses.size() == 3);
}

TEST_CASE("windows without size and texts without a target are errors") {
  TargetWatch model;
  const TokenDataset dataset = counted(10);
  CHECK_THROWS_AS(window_losses(model, dataset, {.seq_len = 0, .stride = 1}, at::kCPU, nullptr),
                  assay::ConfigError);
  CHECK_THROWS_AS(window_losses(model, dataset, {.seq_len = 4, .stride = 5}, at::kCPU, nullptr),
                  assay::ConfigError);
  CHECK_THROWS_AS(window_losses(model, counted(1), {.seq_len = 4, .stride = 4}, at::kCPU, nullptr),
                  assay::DataError);
}
