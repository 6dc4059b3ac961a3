#include "train/model_tensors.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <limits>

#include "config/config.h"
#include "error/error.h"
#include "models/model_family.h"

using namespace assay;

namespace {

/// Two parameters of three numbers.
struct TwoWeights : torch::nn::Module {
  TwoWeights() {
    first = register_parameter("first", at::ones({3}));
    second = register_parameter("second", at::full({3}, -2.0));
  }
  void set(const at::Tensor& parameter, int64_t i, float value) const {
    const at::NoGradGuard no_grad;
    parameter[i].fill_(value);
  }
  at::Tensor first;
  at::Tensor second;
};

constexpr float kLargest = std::numeric_limits<float>::max();  // rounds to infinity in bf16

}  // namespace

TEST_CASE("all weights with numbers too large for bf16 are named") {
  TwoWeights weights;
  weights.set(weights.first, 1, kLargest);
  weights.set(weights.second, 0, -kLargest);
  weights.set(weights.second, 2, kLargest);
  CHECK_THROWS_AS(place_model(weights, at::kCPU, Precision::kBf16), DataError);
  TwoWeights again;
  again.set(again.first, 1, kLargest);
  again.set(again.second, 0, -kLargest);
  again.set(again.second, 2, kLargest);
  CHECK_THROWS_WITH(
      place_model(again, at::kCPU, Precision::kBf16),
      "[train] 2 weights are too large for bf16: first in 1 of 3 numbers, second in 2 "
      "of 3 numbers");
}

TEST_CASE("embeddings' tables are those of look-ups, tied heads' among them") {
  const auto names = [](const std::string& toml) {
    return embedding_names(*make_model(read_toml(toml, {.name = "model"}), 1));
  };
  const std::string sizes =
      "num_layers = 1\nd_model = 8\nnum_heads = 1\nvocab_size = 10\n"
      "max_seq_len = 4\nd_ff = 8\n";
  CHECK(names("family = \"gpt2\"\n" + sizes) == std::set<std::string>{"wte.weight", "wpe.weight"});
  const std::string llama = "family = \"llama\"\nnum_kv_heads = 1\nd_head = 8\n" + sizes;
  CHECK(names(llama) == std::set<std::string>{"embed_tokens.weight"});
  CHECK(names(llama + "tie_embeddings = true\n") == std::set<std::string>{"embed_tokens.weight"});
}

TEST_CASE("weights that fit are cast, and fp32 is left alone") {
  TwoWeights weights;
  weights.set(weights.first, 1, kLargest);
  place_model(weights, at::kCPU, Precision::kFp32);
  CHECK(weights.first[1].item<float>() == kLargest);
  weights.set(weights.first, 1, 3e38F);
  place_model(weights, at::kCPU, Precision::kBf16);
  CHECK(weights.first.scalar_type() == at::kBFloat16);
  CHECK(weights.first.isfinite().all().item<bool>());
}
