#include "generate/generation.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "error/error.h"
#include "generate/generate.h"
#include "models/model_family.h"
#include "text/byte_tokenizer.h"

using assay::Completion;
using assay::FinishReason;
using assay::generate_completions;
using assay::Generation;
using assay::GenerationOptions;
using assay::GenerationRequest;

namespace {

constexpr int64_t kContext = 32;
const assay::ByteTokenizer kTokenizer;

std::shared_ptr<assay::LanguageModel> text_model() {
  const auto table = assay::read_toml(R"(family = "qwen3"
d_head = 8
d_ff = 48
num_kv_heads = 2
num_layers = 2
d_model = 32
num_heads = 4
vocab_size = 256
max_seq_len = 32
init_std = 0.4)",
                                      {.name = "small"});
  return assay::make_model(table, 3);
}

GenerationRequest request(std::vector<int64_t> prompt, int64_t max_tokens, double temperature = 0) {
  return {.prompt = std::move(prompt),
          .max_tokens = max_tokens,
          .sampling = {.temperature = temperature, .seed = 5}};
}

GenerationOptions plain() { return {.max_context = kContext}; }

std::vector<Completion> completed(assay::LanguageModel& model,
                                  const std::vector<GenerationRequest>& requests,
                                  const GenerationOptions& options = plain()) {
  return generate_completions(model, requests, options).completions;
}

}  // namespace

TEST_CASE("a batch of ragged requests gives the tokens of one by one") {
  const auto model = text_model();
  std::vector<GenerationRequest> requests{request({1, 2, 3}, 12), request({9}, 5, 0.8),
                                          request({7, 7, 7, 7, 7, 7, 7, 7, 7}, 20, 1.5),
                                          request({200, 100}, 30)};
  requests[1].num_samples = 3;
  const auto together = completed(*model, requests);
  REQUIRE(together.size() == 6);
  GenerationOptions small = plain();
  small.max_sequences = 2;
  const auto in_batches = completed(*model, requests, small);
  size_t at = 0;
  for (size_t i = 0; i < requests.size(); ++i) {
    for (const Completion& alone : completed(*model, {requests[i]})) {
      INFO("request " << i << " sample " << alone.sample);
      CHECK(together[at].tokens == alone.tokens);
      CHECK(in_batches[at].tokens == alone.tokens);
      CHECK(together[at].request == i);
      CHECK(together[at].sample == alone.sample);
      ++at;
    }
  }
}

TEST_CASE("greedy completions are those of the loop for one text") {
  const auto model = text_model();
  const std::vector<int64_t> prompt{3, 14, 15};
  const auto plain_loop = generate(
      *model, prompt, {.num_tokens = 20, .max_context = kContext, .sampling = {.temperature = 0}},
      at::kCPU);
  CHECK(completed(*model, {request(prompt, 20)})[0].tokens == plain_loop);
}

TEST_CASE("samples share the pass over the prompt and differ by their seeds alone") {
  const auto model = text_model();
  GenerationRequest many = request({1, 2, 3, 4}, 10, 1.2);
  many.num_samples = 4;
  const Generation generation = generate_completions(*model, std::vector{many}, plain());
  REQUIRE(generation.completions.size() == 4);
  CHECK(generation.completions[0].tokens != generation.completions[1].tokens);
  CHECK(generation.completions[1].tokens != generation.completions[2].tokens);
  const assay::InferenceRecord& record = generation.batches.at(0);
  CHECK(record.prompt_tokens.value() == 4);
  CHECK(record.num_prompts == 1);
  CHECK(record.num_sequences == 4);
  GenerationRequest third = request({1, 2, 3, 4}, 10, 1.2);
  third.sampling.seed = assay::seed_of_sample(5, 2);
  CHECK(completed(*model, {third})[0].tokens == generation.completions[2].tokens);
}

TEST_CASE("more samples than a batch holds are dealt out over batches and stay what they are") {
  const auto model = text_model();
  GenerationRequest many = request({1, 2, 3, 4}, 10, 1.2);
  many.num_samples = 5;
  const auto together = completed(*model, {many});
  GenerationOptions small = plain();
  small.max_sequences = 2;
  const Generation dealt = generate_completions(*model, std::vector{many}, small);
  REQUIRE(dealt.completions.size() == together.size());
  for (size_t i = 0; i < together.size(); ++i) {
    CHECK(dealt.completions[i].tokens == together[i].tokens);
    CHECK(dealt.completions[i].sample == static_cast<int64_t>(i));
  }
  REQUIRE(dealt.batches.size() == 3);
  CHECK(dealt.batches[0].num_sequences == 2);
  CHECK(dealt.batches[2].num_sequences == 1);
  CHECK(dealt.batches[1].prompt_tokens.value() == 4);  // each batch passes over the prompt again
}

TEST_CASE("a batch is handed out before the next one begins") {
  const auto model = text_model();
  GenerationOptions options = plain();
  options.max_sequences = 1;
  std::vector<std::string> story;
  options.on_token = [&](const assay::TokenEvent& event) {
    if (event.last) story.push_back("last token of " + std::to_string(event.request));
  };
  const std::vector<GenerationRequest> requests{request({1, 2}, 4), request({3}, 3)};
  generate_batches(*model, requests, options, [&](const assay::GeneratedBatch& batch) {
    REQUIRE(batch.completions.size() == 1);
    CHECK(batch.record.num_sequences == 1);
    story.push_back("batch of " + std::to_string(batch.completions[0].request));
  });
  CHECK(story ==
        std::vector<std::string>{"last token of 0", "batch of 0", "last token of 1", "batch of 1"});
}

TEST_CASE("a completion ends at a stop token, which is not part of it") {
  const auto model = text_model();
  const auto whole = completed(*model, {request({1, 2}, 20)})[0].tokens;
  GenerationRequest stopping = request({1, 2}, 20);
  stopping.stop_tokens = {whole[4]};
  const Completion cut = completed(*model, {stopping})[0];
  const auto first = std::find(whole.begin(), whole.end(), whole[4]);
  CHECK(cut.tokens == std::vector<int64_t>(whole.begin(), first));
  CHECK(cut.finish == FinishReason::kStopToken);
}

TEST_CASE("a completion ends at a stop text, which is not part of its text") {
  const auto model = text_model();
  GenerationOptions options = plain();
  options.tokenizer = &kTokenizer;
  const Completion whole = completed(*model, {request({1, 2}, 12)}, options)[0];
  REQUIRE(whole.text.size() == 12);
  GenerationRequest stopping = request({1, 2}, 12);
  stopping.stop_texts = {whole.text.substr(5, 2)};
  const Completion cut = completed(*model, {stopping}, options)[0];
  CHECK(cut.text == whole.text.substr(0, whole.text.find(stopping.stop_texts[0])));
  CHECK(cut.finish == FinishReason::kStopText);
}

TEST_CASE("a completion ends where the context is full") {
  const auto model = text_model();
  const Completion full = completed(*model, {request(std::vector<int64_t>(30, 9), 100)})[0];
  CHECK(full.tokens.size() == 2);
  CHECK(full.finish == FinishReason::kContext);
  const Completion last = completed(*model, {request(std::vector<int64_t>(31, 9), 1)})[0];
  CHECK(last.finish == FinishReason::kLength);
}

TEST_CASE("log-probabilities are those of the logits as the model gave them") {
  const auto model = text_model();
  GenerationOptions options = plain();
  options.logprobs = true;
  const GenerationRequest asked = request({1, 2, 3}, 6, 0.7);
  const Completion made = completed(*model, {asked}, options)[0];
  REQUIRE(made.logprobs.size() == made.tokens.size());
  std::vector<int64_t> text = asked.prompt;
  text.insert(text.end(), made.tokens.begin(), made.tokens.end());
  const at::NoGradGuard no_grad;
  assay::DecodeState state;
  const at::Tensor logits = model->decode(at::tensor(text, at::kLong).unsqueeze(0), state)[0];
  const at::Tensor logprobs = logits.to(at::kDouble).log_softmax(-1);
  for (size_t i = 0; i < made.tokens.size(); ++i) {
    const auto expected = logprobs[static_cast<int64_t>(i + 2)][made.tokens[i]].item<double>();
    CHECK(made.logprobs[i] == Approx(expected).margin(1e-4));
  }
}

TEST_CASE("tokens stream in order, and their text adds up to the completion's") {
  const auto model = text_model();
  GenerationOptions options = plain();
  options.tokenizer = &kTokenizer;
  std::map<std::pair<size_t, int64_t>, std::string> text;
  std::map<std::pair<size_t, int64_t>, int> ends;
  options.on_token = [&](const assay::TokenEvent& event) {
    text[{event.request, event.sample}] += event.text;
    ends[{event.request, event.sample}] += event.last ? 1 : 0;
  };
  const auto made =
      completed(*model, {request({1, 2}, 12, 1), request({3}, 7), request({4, 4, 4}, 9)}, options);
  for (const Completion& completion : made) {
    CHECK(text[std::pair(completion.request, completion.sample)] == completion.text);
    CHECK(ends[std::pair(completion.request, completion.sample)] == 1);
  }
}

TEST_CASE("only tokens below the limit are chosen") {
  const auto model = text_model();
  GenerationOptions options = plain();
  options.vocab_limit = 20;
  const Completion made = completed(*model, {request({1}, 25, 2.0)}, options)[0];
  REQUIRE(made.tokens.size() == 25);
  for (const int64_t token : made.tokens) CHECK(token < 20);
}

TEST_CASE("a batch says what it took") {
  const auto model = text_model();
  const Generation generation =
      generate_completions(*model, std::vector{request({1, 2, 3}, 8), request({4}, 5)}, plain());
  const assay::InferenceRecord& record = generation.batches.at(0);
  CHECK(record.prompt_tokens.value() == 4);
  CHECK(record.generated_tokens.value() == 13);
  CHECK(record.decode_tokens.value() == 11);
  CHECK(record.prefill > assay::Seconds(0));
  CHECK(record.decode > assay::Seconds(0));
  CHECK(record.first_token >= record.prefill);
  // Layers x keys and values x heads of keys x width x columns x 4 bytes.
  CHECK(record.kv_per_sequence.value() == 2 * 2 * 2 * 8 * (3 + 8 - 1) * 4);
  CHECK(record.kv_cache.value() == 2 * record.kv_per_sequence.value());
  CHECK(!record.energy);
}

TEST_CASE("generation that is told to stop keeps what it has") {
  const auto model = text_model();
  GenerationOptions options = plain();
  int steps = 0;
  options.stop = [&] { return ++steps > 4; };
  const auto made = completed(*model, {request({1}, 25)}, options);
  CHECK(made.at(0).tokens.size() == 4);
  CHECK(made.at(0).finish == FinishReason::kInterrupted);
}

TEST_CASE("requests that cannot be met are config errors") {
  const auto model = text_model();
  CHECK_THROWS_AS(completed(*model, {request({}, 3)}), assay::ConfigError);
  CHECK_THROWS_AS(completed(*model, {request({1}, 0)}), assay::ConfigError);
  CHECK_THROWS_WITH(completed(*model, {request(std::vector<int64_t>(32, 1), 3)}),
                    Catch::Contains("no room in the model's context: 32 tokens, context 32"));
  GenerationRequest same = request({1}, 3);
  same.num_samples = 2;
  CHECK_THROWS_WITH(completed(*model, {same}), Catch::Contains("temperature 0"));
  GenerationRequest unreadable = request({1}, 3);
  unreadable.stop_texts = {"x"};
  CHECK_THROWS_AS(completed(*model, {unreadable}), assay::ConfigError);
  GenerationRequest wild = request({1}, 3, 1);
  wild.sampling.top_p = 0;
  CHECK_THROWS_AS(completed(*model, {wild}), assay::ConfigError);
}
