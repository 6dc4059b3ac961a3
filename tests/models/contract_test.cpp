#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "small_models.h"

// What every trainable family promises of its parameters, products, loss and gradients.

using namespace assay;

TEST_CASE("the families with a module are the folders and the trainable specs") {
  std::set<std::string> modules;
  for (const auto& family : assay::model_families()) modules.emplace(family.name);
  std::set<std::string> folders;
  for (const auto& entry : std::filesystem::directory_iterator(ASSAY_SOURCE_DIR "/lib/models")) {
    if (exists(entry.path() / "model.h")) folders.insert(entry.path().filename().string());
  }
  std::set<std::string> covered;
  for (const SmallModel& model : small_models()) covered.insert(spec_of(model).family);
  CHECK(modules == folders);
  CHECK(covered == folders);
  for (const auto& family : assay::families()) {
    INFO(family.name);
    CHECK(modules.contains(std::string(family.name)) == family.trainable);
  }
}

TEST_CASE("a module stores as many numbers as its spec counts") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    CHECK(assay::num_stored(*make(model)) == spec_of(model).parameters.total);
  }
}

TEST_CASE("a mixture layer's number is that of its block, whatever is dense before it") {
  auto models = small_models();
  models.push_back(multi_token_model());
  for (const SmallModel& model : models) {
    INFO(model.name);
    const auto module = make(model);
    const int64_t num_layers = spec_of(model).num_layers;
    std::vector<int64_t> expected;  // from "layers_2.feed_forward.router.weight"
    for (const auto& parameter : module->named_parameters()) {
      const std::string& name = parameter.key();
      if (!name.ends_with(".router.weight")) continue;
      const int64_t block = std::stoll(name.substr(name.find_first_of("0123456789")));
      expected.push_back(name.starts_with("layers_") ? block : num_layers + block);
    }
    CHECK(module->mixture_layers() == expected);
    const LmOutput output = module->forward(random_batch(spec_of(model), 1, 24));
    CHECK(output.tokens_per_expert.defined() == !expected.empty());
    if (!expected.empty()) {
      CHECK(output.tokens_per_expert.size(0) == static_cast<int64_t>(expected.size()));
    }
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
    const auto module = make(model, 3);
    const auto first = module->named_parameters();
    const auto again = make(model, 3)->parameters();
    const auto other = make(model, 4)->parameters();
    for (size_t i = 0; i < first.size(); ++i) {
      INFO(first[i].key());
      const at::Tensor& value = first[i].value();
      CHECK(value.equal(again[i]));
      const bool is_fixed = value.dim() < 2 || first[i].key().ends_with("_bias");
      CHECK(is_fixed == value.equal(other[i]));
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
    for (const at::Tensor& p : module->parameters())
      norm2 += p.grad().square().sum().item<double>();
    // Short, since a router's choice of experts jumps on the way now and then.
    const double step = 2e-4 / std::sqrt(norm2);
    const auto loss_at = [&](double distance) {
      for (at::Tensor& p : module->parameters()) p.add_(p.grad(), distance);
      const auto loss = module->forward(batch).loss_sum.item<double>();
      for (at::Tensor& p : module->parameters()) p.sub_(p.grad(), distance);
      return loss;
    };
    CHECK((loss_at(step) - loss_at(-step)) / (2 * step) == Approx(norm2).epsilon(0.03));
  }
}

TEST_CASE("a model in bf16 runs, keeps its loss in fp32 and stays near the one in fp32") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const Batch batch = random_batch(spec_of(model), 2, 24);
    const auto wide = make(model)->forward(batch).loss_sum.item<double>();
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
    CHECK(output.tokens_per_expert.sizes() ==
          at::IntArrayRef({num_mixture_layers(spec), spec.num_experts}));
    CHECK(output.tokens_per_expert.scalar_type() == at::kLong);
    CHECK((output.tokens_per_expert.sum(1) == 48 * spec.top_k).all().item<bool>());
  }
}
