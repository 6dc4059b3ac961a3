#include "generate/task_scores.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "error/error.h"
#include "models/model_family.h"
#include "text/byte_tokenizer.h"

using assay::ChoiceItem;
using assay::ChoiceScore;
using assay::ExactItem;

namespace {

const assay::ByteTokenizer kTaskTokenizer;

std::shared_ptr<assay::LanguageModel> task_model() {
  const auto table = assay::read_toml(R"(family = "gpt2"
num_layers = 2
d_model = 32
num_heads = 2
d_ff = 64
vocab_size = 256
max_seq_len = 24
init_std = 0.3)",
                                      {.name = "small"});
  return assay::make_model(table, 3);
}

/// ln p of `choice` after `context` by the logits of the whole text.
double whole_text_logprob(assay::LanguageModel& model, const std::string& context,
                          const std::string& choice) {
  const at::NoGradGuard no_grad;
  std::vector<int64_t> tokens;
  for (const uint32_t token : kTaskTokenizer.encode(context + choice)) tokens.push_back(token);
  assay::DecodeState state;
  const at::Tensor logprobs = model.decode(at::tensor(tokens, at::kLong).unsqueeze(0), state)[0]
                                  .to(at::kDouble)
                                  .log_softmax(-1);
  double sum = 0;
  for (size_t at = context.size(); at < tokens.size(); ++at) {
    sum += logprobs[static_cast<int64_t>(at) - 1][tokens[at]].item<double>();
  }
  return sum;
}

}  // namespace

TEST_CASE("a choice scores the log-probability of its tokens after the context") {
  const auto model = task_model();
  const assay::Examinee examinee{*model, kTaskTokenizer, 24, 256};
  ChoiceItem item{.context = "one and ", .choices = {"two", "a", "three more"}, .where = "x:1"};
  const ChoiceScore score = score_choices(examinee, item);
  REQUIRE(score.logprobs.size() == 3);
  size_t best = 0;
  size_t best_by_byte = 0;
  const auto by_byte = [&](size_t i) {
    return score.logprobs[i] / static_cast<double>(item.choices[i].size());
  };
  for (size_t i = 0; i < 3; ++i) {
    CHECK(score.logprobs[i] ==
          Approx(whole_text_logprob(*model, item.context, item.choices[i])).margin(1e-4));
    if (score.logprobs[i] > score.logprobs[best]) best = i;
    if (by_byte(i) > by_byte(best_by_byte)) best_by_byte = i;
  }
  item.answer = best;
  CHECK(score_choices(examinee, item).right);
  item.answer = best_by_byte;
  CHECK(score_choices(examinee, item).right_by_byte);
  item.answer = (best + 1) % 3;
  CHECK(!score_choices(examinee, item).right);
}

TEST_CASE("an item that does not fit in the context is an error at its line") {
  const auto model = task_model();
  const assay::Examinee examinee{*model, kTaskTokenizer, 24, 256};
  const ChoiceItem item{
      .context = std::string(20, 'a'), .choices = {"b", "ccccc"}, .where = "items.jsonl:7"};
  CHECK_THROWS_WITH(score_choices(examinee, item),
                    Catch::Contains("items.jsonl:7") && Catch::Contains("25 > 24"));
  ExactItem exact;
  exact.prompt = std::string(24, 'a');
  exact.answers = {"x"};
  exact.where = "items.jsonl:8";
  CHECK_THROWS_AS(score_exact(examinee, {exact}), assay::DataError);
}
