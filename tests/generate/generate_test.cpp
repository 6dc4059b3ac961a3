#include "generate/generate.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "error/error.h"
#include "models/model_family.h"

using assay::generate;
using assay::GenerateOptions;

namespace {

std::shared_ptr<assay::LanguageModel> small_model() {
  const auto table = assay::read_toml(R"(family = "gpt2"
num_layers = 2
d_model = 32
num_heads = 2
d_ff = 64
vocab_size = 50
max_seq_len = 16
init_std = 0.3)",
                                      {.name = "small"});
  return assay::make_model(table, 3);
}

}  // namespace

TEST_CASE("greedy generation is the argmax of the logits of the whole text") {
  const auto model = small_model();
  const std::vector<int64_t> prompt{3, 14, 15};
  const auto made =
      generate(*model, prompt, {.num_tokens = 9, .max_context = 16, .sampling = {.temperature = 0}},
               at::kCPU);
  REQUIRE(made.size() == 9);
  const at::NoGradGuard no_grad;
  std::vector<int64_t> text = prompt;
  for (const int64_t token : made) {
    assay::DecodeState state;
    const at::Tensor logits = model->decode(at::tensor(text, at::kLong).unsqueeze(0), state);
    CHECK(token == logits[0][-1].argmax().item<int64_t>());
    text.push_back(token);
  }
}

TEST_CASE("generation keeps below a limit of tokens, as of a tokenizer with fewer than the model") {
  const auto model = small_model();
  GenerateOptions options{.num_tokens = 60, .max_context = 16, .sampling = {.temperature = 5}};
  const std::vector<int64_t> prompt{3};
  const auto highest = [&] {
    const auto made = generate(*model, prompt, options, at::kCPU);
    return *std::max_element(made.begin(), made.end());
  };
  CHECK(highest() >= 20);
  options.vocab_limit = 20;
  CHECK(highest() < 20);
  options.vocab_limit = 500;
  CHECK(highest() >= 20);
}

TEST_CASE("generation goes on past the context from its newer half") {
  const auto model = small_model();
  std::vector<int64_t> streamed;
  const GenerateOptions options{.num_tokens = 60, .max_context = 16, .sampling = {.seed = 4}};
  const std::vector<int64_t> prompt{1, 2};
  const auto made = generate(*model, prompt, options, at::kCPU,
                             [&](int64_t token) { streamed.push_back(token); });
  CHECK(made.size() == 60);
  CHECK(streamed == made);
  CHECK(generate(*model, prompt, options, at::kCPU) == made);
}

TEST_CASE("a prompt longer than the context is cut to its newer half") {
  const auto model = small_model();
  const std::vector<int64_t> prompt(40, 7);
  const auto made =
      generate(*model, prompt, {.num_tokens = 3, .max_context = 16, .sampling = {.temperature = 0}},
               at::kCPU);
  const auto half =
      generate(*model, std::span(prompt).last(8),
               {.num_tokens = 3, .max_context = 16, .sampling = {.temperature = 0}}, at::kCPU);
  CHECK(made == half);
}

TEST_CASE("an empty prompt and sizes that are not positive are config errors") {
  const auto model = small_model();
  const std::vector<int64_t> prompt{1};
  CHECK_THROWS_AS(generate(*model, {}, {.num_tokens = 3, .max_context = 16}, at::kCPU),
                  assay::ConfigError);
  CHECK_THROWS_AS(generate(*model, prompt, {.num_tokens = 0, .max_context = 16}, at::kCPU),
                  assay::ConfigError);
}
