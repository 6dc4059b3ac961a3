#include <ATen/ATen.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "config/toml_reader.h"
#include "generate/generation.h"
#include "generate/graph_recorder.h"
#include "models/model_family.h"

namespace {

using assay::Generation;
using assay::GenerationOptions;
using assay::GenerationRequest;

constexpr const char* kQwen3 = R"(family = "qwen3"
num_layers = 2
d_model = 128
d_head = 32
d_ff = 256
num_heads = 4
num_kv_heads = 2
vocab_size = 512
max_seq_len = 128
init_std = 0.2
)";
constexpr const char* kGptOss = R"(family = "gpt_oss"
num_layers = 2
d_model = 128
d_head = 32
num_heads = 4
num_kv_heads = 2
num_experts = 8
top_k = 2
d_expert = 64
window = 8
vocab_size = 512
max_seq_len = 128
init_std = 0.2
)";

std::vector<GenerationRequest> ragged_requests() {
  std::vector<GenerationRequest> requests;
  for (const int64_t length : {3, 11, 6, 1}) {
    requests.push_back({.prompt = std::vector<int64_t>(static_cast<size_t>(length), 5 + length),
                        .max_tokens = 10 + 9 * length,
                        .sampling = {.temperature = 0}});
  }
  return requests;
}

TEST_CASE("steps by a CUDA graph give the greedy tokens of steps without") {
  const at::Device device(at::kCUDA, 0);
  for (const char* const text : {kQwen3, kGptOss}) {
    INFO(text);
    const auto model = assay::make_model(assay::read_toml(text, {.name = "test"}), 3);
    model->to(device, at::kBFloat16);
    GenerationOptions options{.device = device, .max_context = 128};
    const Generation plain = generate_completions(*model, ragged_requests(), options);
    options.recorder = assay::graph_recorder(device);
    REQUIRE(options.recorder);
    const Generation recorded = generate_completions(*model, ragged_requests(), options);
    CHECK(recorded.steps.fallback == "");
    CHECK(recorded.steps.recorded >= 1);
    CHECK(recorded.steps.replayed > recorded.steps.eager);
    for (size_t i = 0; i < plain.completions.size(); ++i) {
      // Masked and cut keys may differ in the last bit of bf16: the begin must agree.
      const auto& expected = plain.completions[i].tokens;
      const auto& tokens = recorded.completions[i].tokens;
      REQUIRE(tokens.size() == expected.size());
      CHECK(std::equal(tokens.begin(), tokens.begin() + 4, expected.begin()));
    }
  }
}

TEST_CASE("work that waits for the device cannot be recorded, and the stream goes on") {
  const at::Device device(at::kCUDA, 0);
  const at::Tensor ones = at::ones({8}, at::TensorOptions(device));
  const auto recorder = assay::graph_recorder(device);
  CHECK_THROWS_AS(recorder([&] { static_cast<void>(ones.sum().item<float>()); }), c10::Error);
  at::Tensor sum;
  const auto replay = recorder([&] { sum = ones.sum(); });
  ones.fill_(2);
  replay();
  CHECK(sum.item<float>() == 16);
}

}  // namespace
