#include <ATen/ATen.h>
#include <ATen/record_function.h>
#include <torch/torch.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <set>

#include "config/config.h"
#include "models/model_family.h"
#include "specs/family.h"

// What every trainable family promises, on small models with random weights.

using assay::Batch;
using assay::DecodeState;
using assay::LmOutput;
using assay::ModelSpec;

namespace {

struct SmallModel {
  std::string name;
  std::string toml;
};

const std::vector<SmallModel>& small_models() {
  static const std::vector<SmallModel> kModels{
      {"gpt2", R"(family = "gpt2"
num_layers = 2
d_model = 64
num_heads = 4
d_ff = 160
vocab_size = 97
max_seq_len = 48)"},
      {"gpt2 without biases", R"(family = "gpt2"
num_layers = 3
d_model = 32
num_heads = 2
d_ff = 128
vocab_size = 65
max_seq_len = 40
bias = false)"},
      {"olmoe", R"(family = "olmoe"
num_layers = 2
d_model = 64
num_heads = 4
num_kv_heads = 4
num_experts = 8
top_k = 2
d_expert = 48
vocab_size = 97
max_seq_len = 48)"},
      {"olmoe with shared key heads, tied and renormalised", R"(family = "olmoe"
num_layers = 3
d_model = 32
num_heads = 4
num_kv_heads = 2
num_experts = 5
top_k = 3
d_expert = 16
vocab_size = 65
max_seq_len = 40
tie_embeddings = true
renormalize = true
aux_loss_weight = 0)"}};
  return kModels;
}

assay::TomlTable table_of(const SmallModel& model) {
  return assay::read_toml(model.toml, {.name = model.name});
}

std::shared_ptr<assay::LanguageModel> make(const SmallModel& model, uint64_t seed = 7) {
  return assay::make_model(table_of(model), seed);
}

ModelSpec spec_of(const SmallModel& model) {
  return assay::spec_from_table(table_of(model), model.name);
}

Batch random_batch(const ModelSpec& spec, int64_t batch, int64_t seq_len, uint64_t seed = 1) {
  at::Generator generator = at::detail::createCPUGenerator(seed);
  const at::Tensor tokens =
      at::randint(0, spec.vocab_size, {batch, seq_len + 1}, generator, at::kLong);
  return {.tokens = tokens.slice(1, 0, seq_len).contiguous(),
          .targets = tokens.slice(1, 1, seq_len + 1).contiguous()};
}

/// Logits of whole sequences, through the decode path with nothing held.
at::Tensor logits_of(assay::LanguageModel& model, const at::Tensor& tokens) {
  const at::NoGradGuard no_grad;
  DecodeState state;
  return model.decode(tokens, state);
}

/// Gives all weights a scale at which differences show.
void spread_weights(assay::LanguageModel& model) {
  const at::NoGradGuard no_grad;
  for (at::Tensor& parameter : model.parameters()) {
    if (parameter.dim() > 1) parameter.mul_(6);
  }
}

double largest_difference(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

/// Multiply-adds of matrix products seen by the dispatcher, times 2.
double observed_matmul_flops(const std::function<void()>& work) {
  static double flops;
  flops = 0;
  const auto handle = at::addThreadLocalCallback(
      at::RecordFunctionCallback([](const at::RecordFunction& fn)
                                     -> std::unique_ptr<at::ObserverContext> {
        const std::string_view name = fn.name();
        const size_t left = name == "aten::addmm" ? 1 : 0;
        if (left == 1 || name == "aten::mm" || name == "aten::bmm") {
          const at::Tensor a = fn.inputs()[left].toTensor();
          const at::Tensor b = fn.inputs()[left + 1].toTensor();
          flops += 2.0 * static_cast<double>(a.numel()) * static_cast<double>(b.size(-1));
        }
        return nullptr;
      })
          .needsInputs(true)
          .scopes({at::RecordScope::FUNCTION}));
  work();
  at::removeCallback(handle);
  return flops;
}

}  // namespace

TEST_CASE("the families with a module are the folders and the trainable specs") {
  std::set<std::string> modules;
  for (const auto& family : assay::model_families()) modules.emplace(family.name);
  std::set<std::string> folders;
  for (const auto& entry :
       std::filesystem::directory_iterator(ASSAY_SOURCE_DIR "/lib/models")) {
    if (exists(entry.path() / "model.h")) folders.insert(entry.path().filename().string());
  }
  std::set<std::string> covered;
  for (const SmallModel& model : small_models()) covered.insert(spec_of(model).family);
  CHECK(modules == folders);
  CHECK(covered == folders);
  for (const auto& family : assay::families()) {
    INFO(family.name);
    CHECK(modules.contains(std::string(family.name)) <= family.trainable);
  }
}

TEST_CASE("a module has as many parameters as its spec counts") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    CHECK(assay::num_parameters(*make(model)) == spec_of(model).parameters.total);
  }
}

TEST_CASE("the matrix products of a forward pass cost what the spec says") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const ModelSpec spec = spec_of(model);
    const Batch batch = random_batch(spec, 2, 24);
    const auto module = make(model);
    const double observed = observed_matmul_flops([&] {
      const at::NoGradGuard no_grad;
      module->forward(batch);
    });
    CHECK(observed == 2.0 * static_cast<double>(spec.parameters.matmul) * 48);
  }
}

TEST_CASE("the loss of fresh weights is near ln V") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const ModelSpec spec = spec_of(model);
    const LmOutput output = make(model)->forward(random_batch(spec, 4, 32));
    CHECK(output.num_targets.item<int64_t>() == 4 * 32);
    CHECK(output.loss_sum.scalar_type() == at::kFloat);
    const double mean = output.loss_sum.item<double>() / (4 * 32);
    CHECK(mean == Approx(std::log(static_cast<double>(spec.vocab_size))).epsilon(0.02));
  }
}

TEST_CASE("fresh weights depend on the seed only") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const auto first = make(model, 3)->parameters();
    const auto again = make(model, 3)->parameters();
    const auto other = make(model, 4)->parameters();
    for (size_t i = 0; i < first.size(); ++i) {
      CHECK(first[i].equal(again[i]));
      CHECK((first[i].dim() < 2) == first[i].equal(other[i]));
    }
  }
}

TEST_CASE("every parameter gets a finite gradient") {
  for (const SmallModel& model : small_models()) {
    const auto module = make(model);
    const LmOutput output = module->forward(random_batch(spec_of(model), 2, 24));
    at::Tensor loss = output.loss_sum;
    if (output.aux_loss.defined()) loss = loss + output.aux_loss;
    loss.backward();
    for (const auto& parameter : module->named_parameters()) {
      INFO(model.name << ": " << parameter.key());
      REQUIRE(parameter.value().grad().defined());
      CHECK(parameter.value().grad().isfinite().all().item<bool>());
      CHECK(parameter.value().grad().abs().sum().item<double>() > 0);
    }
  }
}

TEST_CASE("the gradient is the slope of the loss") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const auto module = make(model);
    spread_weights(*module);
    const Batch batch = random_batch(spec_of(model), 2, 24);
    module->forward(batch).loss_sum.backward();
    const at::NoGradGuard no_grad;
    double norm2 = 0;
    for (const at::Tensor& p : module->parameters()) norm2 += p.grad().square().sum().item<double>();
    const double step = 1e-3 / std::sqrt(norm2);
    const auto loss_at = [&](double distance) {
      for (at::Tensor& p : module->parameters()) p.add_(p.grad(), distance);
      const double loss = module->forward(batch).loss_sum.item<double>();
      for (at::Tensor& p : module->parameters()) p.sub_(p.grad(), distance);
      return loss;
    };
    CHECK((loss_at(step) - loss_at(-step)) / (2 * step) == Approx(norm2).epsilon(0.03));
  }
}

TEST_CASE("a future token does not change earlier logits") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const auto module = make(model);
    spread_weights(*module);
    at::Tensor tokens = random_batch(spec_of(model), 2, 24).tokens;
    const at::Tensor before = logits_of(*module, tokens);
    tokens.select(1, 15).add_(1).remainder_(65);
    const at::Tensor after = logits_of(*module, tokens);
    CHECK(largest_difference(before.slice(1, 0, 15), after.slice(1, 0, 15)) < 1e-5);
    CHECK(largest_difference(before.slice(1, 15), after.slice(1, 15)) > 1e-3);
  }
}

TEST_CASE("cached logits are the uncached ones, token by token and in pieces") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const auto module = make(model);
    const at::Tensor tokens = random_batch(spec_of(model), 3, 24).tokens;
    const at::Tensor whole = logits_of(*module, tokens);
    const at::NoGradGuard no_grad;
    for (const int64_t piece : {1, 5}) {
      DecodeState state;
      std::vector<at::Tensor> parts;
      for (int64_t at = 0; at < 24; at += piece) {
        parts.push_back(module->decode(tokens.slice(1, at, std::min<int64_t>(at + piece, 24)), state));
      }
      CHECK(state.num_tokens == 24);
      CHECK(largest_difference(at::cat(parts, 1), whole) < 1e-5);
    }
  }
}

TEST_CASE("the training loss is the cross-entropy of the decoded logits") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const auto module = make(model);
    spread_weights(*module);
    const Batch batch = random_batch(spec_of(model), 2, 24);
    const at::Tensor logits = logits_of(*module, batch.tokens);
    const at::Tensor expected =
        at::cross_entropy_loss(logits.flatten(0, 1), batch.targets.flatten(), {}, at::Reduction::Sum);
    CHECK(module->forward(batch).loss_sum.item<double>() ==
          Approx(expected.item<double>()).epsilon(1e-5));
  }
}

TEST_CASE("documents in one sequence do not see each other and start at position 0") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const auto module = make(model);
    spread_weights(*module);
    const Batch first = random_batch(spec_of(model), 2, 10, 1);
    const Batch second = random_batch(spec_of(model), 2, 14, 2);
    const auto packed_loss = [&](const Batch& head, const Batch& tail) {
      Batch packed{.tokens = at::cat({head.tokens, tail.tokens}, 1),
                   .targets = at::cat({head.targets, tail.targets}, 1)};
      // The third id repeats the first: a document is a run of equal ids.
      packed.document_ids = at::cat({at::full({2, 10}, 5, at::kLong), at::full({2, 7}, 3, at::kLong),
                                     at::full({2, 7}, 5, at::kLong)},
                                    1);
      return module->forward(packed).loss_sum.item<double>();
    };
    const auto alone = [&](const Batch& batch, int64_t begin, int64_t end) {
      return module
          ->forward({.tokens = batch.tokens.slice(1, begin, end),
                     .targets = batch.targets.slice(1, begin, end)})
          .loss_sum.item<double>();
    };
    CHECK(packed_loss(first, second) ==
          Approx(alone(first, 0, 10) + alone(second, 0, 7) + alone(second, 7, 14)).epsilon(1e-5));
  }
}

TEST_CASE("loss weights scale the loss and a weight of 0 does not count") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const auto module = make(model);
    Batch batch = random_batch(spec_of(model), 2, 24);
    const double plain = module->forward(batch).loss_sum.item<double>();
    batch.loss_weight = at::full({2, 24}, 0.5);
    const LmOutput halved = module->forward(batch);
    CHECK(halved.loss_sum.item<double>() == Approx(plain / 2).epsilon(1e-6));
    CHECK(halved.num_targets.item<int64_t>() == 48);
    batch.loss_weight->slice(1, 10).zero_();
    batch.targets.select(1, 0).fill_(-1);
    CHECK(module->forward(batch).num_targets.item<int64_t>() == 18);
  }
}

TEST_CASE("the gradients of micro-batches add up to those of the whole batch") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const Batch batch = random_batch(spec_of(model), 6, 24);
    const auto whole = make(model);
    const auto parts = make(model);
    whole->forward(batch).loss_sum.backward();
    for (int64_t at = 0; at < 6; at += 2) {
      parts
          ->forward({.tokens = batch.tokens.slice(0, at, at + 2),
                     .targets = batch.targets.slice(0, at, at + 2)})
          .loss_sum.backward();
    }
    for (size_t i = 0; i < whole->parameters().size(); ++i) {
      CHECK(at::allclose(whole->parameters()[i].grad(), parts->parameters()[i].grad(), 1e-4, 1e-5));
    }
  }
}

TEST_CASE("a model in bf16 runs, keeps its loss in fp32 and stays near the one in fp32") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const Batch batch = random_batch(spec_of(model), 2, 24);
    const double wide = make(model)->forward(batch).loss_sum.item<double>();
    const auto module = make(model);
    module->to(at::kBFloat16);
    const LmOutput output = module->forward(batch);
    CHECK(output.loss_sum.scalar_type() == at::kFloat);
    CHECK(output.loss_sum.item<double>() == Approx(wide).epsilon(0.01));
    output.loss_sum.backward();
    for (const auto& parameter : module->named_parameters()) {
      INFO(parameter.key());
      REQUIRE(parameter.value().grad().scalar_type() == at::kBFloat16);
      CHECK(parameter.value().grad().isfinite().all().item<bool>());
    }
    CHECK(logits_of(*module, batch.tokens).scalar_type() == at::kFloat);
  }
}

TEST_CASE("mixtures report how many tokens each expert had") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const ModelSpec spec = spec_of(model);
    const LmOutput output = make(model)->forward(random_batch(spec, 2, 24));
    REQUIRE(output.tokens_per_expert.defined() == (spec.num_experts > 0));
    if (spec.num_experts == 0) continue;
    CHECK(output.tokens_per_expert.sizes() == at::IntArrayRef({spec.num_layers, spec.num_experts}));
    CHECK(output.tokens_per_expert.scalar_type() == at::kLong);
    CHECK((output.tokens_per_expert.sum(1) == 48 * spec.top_k).all().item<bool>());
  }
}
