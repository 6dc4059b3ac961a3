#include "generate/decode_stepper.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <utility>
#include <vector>

#include "generate/generation.h"
#include "generate/graph_recorder.h"
#include "models/model_family.h"

using assay::DecodeState;
using assay::DecodeStepper;
using assay::Generation;
using assay::GenerationOptions;
using assay::GenerationRequest;
using assay::LanguageModel;
using assay::StepCounts;
using assay::WorkRecorder;

namespace {

constexpr int64_t kRoom = 16;

/// Grouped heads, a window shorter than what is decoded, sinks and a mixture.
std::shared_ptr<LanguageModel> windowed_model() {
  const auto table = assay::read_toml(R"(family = "gpt_oss"
num_layers = 2
d_model = 32
d_head = 8
num_heads = 4
num_kv_heads = 2
num_experts = 4
top_k = 2
d_expert = 16
window = 4
vocab_size = 64
max_seq_len = 32
init_std = 0.4)",
                                      {.name = "small"});
  return assay::make_model(table, 3);
}

/// As a graph does: recording does no work, and a replay sees the host's numbers of that time. The
/// work itself is done by the CPU again.
struct FakeGraphs {
  DecodeState* state = nullptr;
  int recorded = 0;

  WorkRecorder recorder() {
    return [this](const std::function<void()>& work) -> std::function<void()> {
      ++recorded;
      const int64_t num_tokens = state->num_tokens;
      return [this, work, num_tokens] {
        state->num_tokens = num_tokens;
        work();
      };
    };
  }
};

at::Tensor prompt() { return at::arange(12, at::kLong).view({3, 4}); }

at::Tensor tokens_at(int64_t step, int64_t rows) {
  return (at::arange(rows, at::kLong) * 7 + step * 11).remainder(64).unsqueeze(1);
}

DecodeState prompted(LanguageModel& model) {
  DecodeState state{.capacity = kRoom, .starts = {2, 0, 1}, .last_logits_only = true};
  model.decode(prompt(), state);
  return state;
}

/// Logits of steps without a recorder.
std::vector<at::Tensor> eager_steps(LanguageModel& model, int64_t from, int64_t to,
                                    DecodeState& state, int64_t rows) {
  std::vector<at::Tensor> all;
  for (int64_t step = from; step < to; ++step) {
    all.push_back(model.decode(tokens_at(step, rows), state).select(1, 0));
  }
  return all;
}

double furthest(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

}  // namespace

TEST_CASE("the second step of a set of rows is recorded, and those after it are replayed") {
  const at::NoGradGuard no_grad;
  const auto model = windowed_model();
  DecodeState plain = prompted(*model);
  const auto expected = eager_steps(*model, 0, 8, plain, 3);
  DecodeState state = prompted(*model);
  FakeGraphs graphs{.state = &state};
  DecodeStepper stepper(*model, state, at::kCPU, graphs.recorder());
  for (int64_t step = 0; step < 8; ++step) {
    INFO("step " << step);
    CHECK(furthest(stepper.step(tokens_at(step, 3)), expected[static_cast<size_t>(step)]) < 1e-5);
    CHECK(state.num_tokens == 5 + step);
    CHECK(graphs.recorded == (step == 0 ? 0 : 1));
  }
  CHECK(stepper.counts().eager == 1);
  CHECK(stepper.counts().recorded == 1);
  CHECK(stepper.counts().replayed == 7);
}

TEST_CASE("a CPU has no graphs: its steps are done operator by operator") {
  CHECK_FALSE(assay::graph_recorder(at::kCPU));
  const at::NoGradGuard no_grad;
  const auto model = windowed_model();
  DecodeState state = prompted(*model);
  DecodeStepper stepper(*model, state, at::kCPU, assay::graph_recorder(at::kCPU));
  CHECK_FALSE(stepper.records());
  for (int64_t step = 0; step < 3; ++step) stepper.step(tokens_at(step, 3));
  CHECK(stepper.counts().eager == 3);
  CHECK(stepper.counts().fallback.empty());
}

TEST_CASE("other rows are recorded anew") {
  const at::NoGradGuard no_grad;
  const auto model = windowed_model();
  const std::vector<int64_t> kept{2, 0};
  DecodeState plain = prompted(*model);
  eager_steps(*model, 0, 3, plain, 3);
  plain.keep(kept);
  const auto expected = eager_steps(*model, 3, 6, plain, 2);
  DecodeState state = prompted(*model);
  FakeGraphs graphs{.state = &state};
  DecodeStepper stepper(*model, state, at::kCPU, graphs.recorder());
  for (int64_t step = 0; step < 3; ++step) stepper.step(tokens_at(step, 3));
  state.keep(kept);
  stepper.change_rows();
  for (int64_t step = 3; step < 6; ++step) {
    INFO("step " << step);
    CHECK(furthest(stepper.step(tokens_at(step, 2)), expected[static_cast<size_t>(step - 3)]) <
          1e-5);
  }
  CHECK(stepper.counts().recorded == 2);
  CHECK(stepper.counts().eager == 2);
  CHECK(stepper.counts().replayed == 4);
}

TEST_CASE("a step that cannot be recorded is done without, and the reason is kept") {
  const at::NoGradGuard no_grad;
  const auto model = windowed_model();
  DecodeState plain = prompted(*model);
  const auto expected = eager_steps(*model, 0, 5, plain, 3);
  DecodeState state = prompted(*model);
  int tries = 0;
  const WorkRecorder broken = [&](const std::function<void()>& work) -> std::function<void()> {
    ++tries;
    work();  // the host's part of a recording is done before it breaks off
    TORCH_CHECK(false, "operation not permitted when stream is capturing\nmore lines");
  };
  DecodeStepper stepper(*model, state, at::kCPU, broken);
  CHECK(stepper.records());
  for (int64_t step = 0; step < 5; ++step) {
    INFO("step " << step);
    CHECK(furthest(stepper.step(tokens_at(step, 3)), expected[static_cast<size_t>(step)]) < 1e-5);
    CHECK(state.num_tokens == 5 + step);
  }
  CHECK(tries == 1);
  CHECK_FALSE(stepper.records());
  CHECK(stepper.counts().fallback == "operation not permitted when stream is capturing");
  CHECK(stepper.counts().eager == 5);
  CHECK(stepper.counts().replayed == 0);
}

TEST_CASE("completions by recorded steps are those of plain ones, whenever sequences end") {
  const auto model = windowed_model();
  std::vector<GenerationRequest> requests;
  // The second ends soon; its rows stay until they would outgrow the context, 12 steps on.
  const std::vector<std::pair<size_t, int64_t>> lengths{{1, 25}, {20, 3}, {3, 24}, {2, 22}};
  for (const auto& [length, max_tokens] : lengths) {
    requests.push_back({.prompt = std::vector<int64_t>(length, 7),
                        .max_tokens = max_tokens,
                        .sampling = {.temperature = 0.9, .seed = length}});
    requests.back().num_samples = 2;
  }
  GenerationOptions options{.max_context = 32};
  const Generation plain = generate_completions(*model, requests, options);
  int recordings = 0;
  options.recorder = [&](const std::function<void()>& work) -> std::function<void()> {
    ++recordings;
    return work;
  };
  const Generation recorded = generate_completions(*model, requests, options);
  REQUIRE(recorded.completions.size() == plain.completions.size());
  for (size_t i = 0; i < plain.completions.size(); ++i) {
    INFO("completion " << i);
    CHECK(recorded.completions[i].tokens == plain.completions[i].tokens);
    CHECK(recorded.completions[i].finish == plain.completions[i].finish);
  }
  CHECK(plain.steps.recorded == 0);
  CHECK(plain.steps.replayed == 0);
  CHECK(recorded.steps.recorded == recordings);
  CHECK(recordings >= 2);
  CHECK(recordings <= 3);  // of 8 rows, of the 6 that the context leaves, of 2
  CHECK(recorded.steps.replayed > 10);
  CHECK(recorded.batches.front().generated_tokens == plain.batches.front().generated_tokens);
}

TEST_CASE("after a batch that could not be recorded no other tries") {
  const auto model = windowed_model();
  GenerationRequest request{.prompt = {1, 2}, .max_tokens = 5, .sampling = {.temperature = 0}};
  int tries = 0;
  GenerationOptions options{.max_context = 32, .max_sequences = 1};
  options.recorder = [&](const std::function<void()>&) -> std::function<void()> {
    ++tries;
    TORCH_CHECK(false, "no graphs here");
  };
  const Generation generation =
      generate_completions(*model, std::vector{request, request}, options);
  CHECK(tries == 1);
  CHECK(generation.steps.fallback == "no graphs here");
  CHECK(generation.completions[0].tokens == generation.completions[1].tokens);
}
