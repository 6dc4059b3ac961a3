#include "models/decode_state.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <limits>

#include "small_models.h"

// What every trainable family promises of decoding in batches, and what its state holds.

using namespace assay;

namespace {

/// The small models, and one whose window is shorter than what is decoded here.
std::vector<SmallModel> decoding_models() {
  std::vector<SmallModel> models = small_models();
  models.push_back({"gpt_oss with a short window", decoder_toml("gpt_oss", R"(num_experts = 6
top_k = 2
d_expert = 24
window = 4)")});
  return models;
}

/// Prompts of lengths 3, 9 and 6 and how they go on, by two tokens each.
struct Ragged {
  std::vector<int64_t> lengths{3, 9, 6};
  at::Tensor tokens_BT;  // [3, 11], each row its own text

  explicit Ragged(const ModelSpec& spec) : tokens_BT(random_batch(spec, 3, 11, 5).tokens) {}

  [[nodiscard]] at::Tensor one_by_one(LanguageModel& model, int64_t row) const {
    const int64_t length = lengths[static_cast<size_t>(row)];
    DecodeState state{.capacity = length + 2, .last_logits_only = true};
    const at::Tensor text = tokens_BT.narrow(0, row, 1);
    const at::Tensor prompt = model.decode(text.narrow(1, 0, length), state);
    const at::Tensor next = model.decode(text.narrow(1, length, 1), state);
    return at::cat({prompt, next, model.decode(text.narrow(1, length + 1, 1), state)}, 1)[0];
  }

  [[nodiscard]] at::Tensor together(LanguageModel& model) const {
    DecodeState state{.capacity = 11, .starts = {6, 0, 3}, .last_logits_only = true};
    at::Tensor padded = at::zeros({3, 9}, at::kLong);
    at::Tensor next = at::zeros({3, 2}, at::kLong);
    for (int64_t row = 0; row < 3; ++row) {
      const int64_t length = lengths[static_cast<size_t>(row)];
      padded[row].narrow(0, 9 - length, length).copy_(tokens_BT[row].narrow(0, 0, length));
      next[row].copy_(tokens_BT[row].narrow(0, length, 2));
    }
    const at::Tensor first = model.decode(padded, state);
    const at::Tensor second = model.decode(next.narrow(1, 0, 1), state);
    return at::cat({first, second, model.decode(next.narrow(1, 1, 1), state)}, 1);
  }
};

}  // namespace

TEST_CASE("a batch of ragged prompts gives the logits of one by one") {
  const at::NoGradGuard no_grad;
  for (const SmallModel& model : decoding_models()) {
    INFO(model.name);
    const auto module = make(model);
    spread_weights(*module);
    const Ragged ragged(spec_of(model));
    const at::Tensor together = ragged.together(*module);
    for (int64_t row = 0; row < 3; ++row) {
      INFO("prompt " << row);
      const at::Tensor alone = ragged.one_by_one(*module, row);
      const double scale = std::max(1.0, alone.abs().max().item<double>());
      CHECK(largest_difference(together[row], alone) < 1e-5 * scale);
    }
  }
}

TEST_CASE("sequences that are kept, repeated or put in another order go on as they were") {
  const at::NoGradGuard no_grad;
  for (const SmallModel& model : decoding_models()) {
    INFO(model.name);
    const auto module = make(model);
    const at::Tensor tokens = random_batch(spec_of(model), 3, 10).tokens;
    DecodeState state{.capacity = 10};
    module->decode(tokens.narrow(1, 0, 9), state);
    const std::vector<int64_t> kept{2, 0, 2};
    state.keep(kept);
    const at::Tensor rows = at::tensor(kept, at::kLong);
    const at::Tensor next =
        module->decode(tokens.index_select(0, rows).narrow(1, 9, 1), state).select(1, 0);
    const at::Tensor whole = logits_of(*module, tokens).select(1, 9).index_select(0, rows);
    CHECK(largest_difference(next, whole) < 1e-5);
  }
}

TEST_CASE("a state that was told its size has that room from the start and no more") {
  const at::NoGradGuard no_grad;
  for (const SmallModel& model : decoding_models()) {
    INFO(model.name);
    const auto module = make(model);
    const at::Tensor tokens = random_batch(spec_of(model), 2, 20).tokens;
    DecodeState state{.capacity = 20};
    module->decode(tokens.narrow(1, 0, 4), state);
    const int64_t bytes = state.num_bytes();
    const void* memory = state.layers.front().keys.const_data_ptr();
    for (int64_t at = 4; at < 20; ++at) module->decode(tokens.narrow(1, at, 1), state);
    CHECK(state.num_bytes() == bytes);
    CHECK(state.layers.front().keys.const_data_ptr() == memory);
    for (const LayerCache& cache : state.layers) CHECK(cache.keys.size(2) == 20);
  }
}

TEST_CASE("heads of keys are held once, and of latents only what is compressed") {
  const at::NoGradGuard no_grad;
  const auto bytes_per_token = [](const std::string& name) {
    for (const SmallModel& model : small_models()) {
      if (model.name != name) continue;
      DecodeState state{.capacity = 8};
      make(model)->decode(at::zeros({1, 8}, at::kLong), state);
      return state.num_bytes() / 8;
    }
    return int64_t{-1};
  };
  // Layers x (keys and values) x heads of keys x width x 4 bytes.
  CHECK(bytes_per_token("llama") == 2 * 2 * 2 * 16 * 4);
  CHECK(bytes_per_token("gpt2") == 2 * 2 * 4 * 16 * 4);
  // Layers x (kv_lora_rank + d_rope) x 4 bytes, whatever the number of heads.
  CHECK(bytes_per_token("deepseek like V3") == 3 * (16 + 8) * 4);
}

TEST_CASE("the last logits alone are those of the last column of all") {
  const at::NoGradGuard no_grad;
  for (const SmallModel& model : decoding_models()) {
    INFO(model.name);
    const auto module = make(model);
    const at::Tensor tokens = random_batch(spec_of(model), 2, 12).tokens;
    DecodeState state{.last_logits_only = true};
    const at::Tensor last = module->decode(tokens, state);
    REQUIRE(last.size(1) == 1);
    CHECK(largest_difference(last.select(1, 0), logits_of(*module, tokens).select(1, 11)) < 1e-6);
  }
}

TEST_CASE("steps at a place that the device knows give the logits of a growing state") {
  const at::NoGradGuard no_grad;
  for (const SmallModel& model : decoding_models()) {
    for (const std::vector<int64_t>& starts : {std::vector<int64_t>{}, {3, 0, 5}}) {
      INFO(model.name << ", " << (starts.empty() ? "even" : "ragged"));
      const auto module = make(model);
      spread_weights(*module);
      const at::Tensor tokens = random_batch(spec_of(model), 3, 14).tokens;
      DecodeState growing{.capacity = 14, .starts = starts, .last_logits_only = true};
      DecodeState fixed = growing;
      module->decode(tokens.narrow(1, 0, 8), growing);
      module->decode(tokens.narrow(1, 0, 8), fixed);
      for (LayerCache& cache : fixed.layers) {  // as memory that another program left
        cache.keys.narrow(2, 8, 6).fill_(std::numeric_limits<float>::quiet_NaN());
        if (cache.values.defined()) {
          cache.values.narrow(2, 8, 6).fill_(std::numeric_limits<float>::quiet_NaN());
        }
      }
      fixed.fix_place(3, at::kCPU);
      for (int64_t column = 8; column < 14; ++column) {
        const at::Tensor next = tokens.narrow(1, column, 1);
        const at::Tensor expected = module->decode(next, growing);
        const at::Tensor logits = module->decode(next, fixed);
        fixed.place->column.add_(1);
        const double scale = std::max(1.0, expected.abs().max().item<double>());
        CHECK(largest_difference(logits, expected) < 1e-5 * scale);
      }
      CHECK_THROWS_AS(module->decode(tokens.narrow(1, 0, 1), fixed), c10::Error);
    }
  }
}

TEST_CASE("rows that change are at no fixed place") {
  const at::NoGradGuard no_grad;
  const SmallModel model = small_models().front();
  const auto module = make(model);
  DecodeState state{.capacity = 8};
  module->decode(random_batch(spec_of(model), 2, 4).tokens, state);
  state.fix_place(2, at::kCPU);
  state.keep(std::vector<int64_t>{1});
  CHECK_FALSE(state.place);
}
