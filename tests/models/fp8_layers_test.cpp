#include "models/fp8_layers.h"

#include <catch2/catch.hpp>

#include <algorithm>

#include "error/error.h"
#include "small_models.h"

using assay::Fp8Layers;
using assay::LanguageModel;
using assay::LmOutput;
using assay::use_fp8;

namespace {

const assay::SmallModel& small_model(const std::string& name) {
  const auto& all = assay::small_models();
  return *std::find_if(all.begin(), all.end(), [&](const auto& m) { return m.name == name; });
}

std::vector<at::Tensor> loss_and_gradients(LanguageModel& model, const assay::Batch& batch) {
  for (at::Tensor& parameter : model.parameters()) parameter.mutable_grad() = at::Tensor();
  const LmOutput output = model.forward(batch);
  at::Tensor loss = output.loss_sum;
  if (output.aux_loss.defined()) loss = loss + output.aux_loss;
  loss.backward();
  std::vector<at::Tensor> all{output.loss_sum.detach()};
  for (const at::Tensor& parameter : model.parameters()) all.push_back(parameter.grad());
  return all;
}

double cosine(const at::Tensor& a, const at::Tensor& b) {
  const double norms = a.norm().item<double>() * b.norm().item<double>();
  return (a * b).sum().item<double>() / norms;
}

}  // namespace

TEST_CASE("fp8 takes linear layers and experts and leaves embedding, head and router alone") {
  const auto llama = assay::make(small_model("llama"));
  CHECK(use_fp8(*llama, {}).products ==
        std::vector<std::string>{"layers_*.attention.qkv", "layers_*.attention.out",
                                 "layers_*.feed_forward.gate_up", "layers_*.feed_forward.down"});
  const auto gpt2 = assay::make(small_model("gpt2"));
  CHECK(use_fp8(*gpt2, {}).products ==
        std::vector<std::string>{"h_*.c_attn", "h_*.c_proj", "h_*.mlp_c_fc", "h_*.mlp_c_proj"});
  const auto olmoe = assay::make(small_model("olmoe"));
  const Fp8Layers layers = use_fp8(*olmoe, {});
  CHECK(layers.products ==
        std::vector<std::string>{"layers_*.qkv", "layers_*.out", "layers_*.mixture.experts"});
  CHECK(layers.kept_in_bf16.empty());
}

TEST_CASE("layers can be kept out of fp8 by parts of their names") {
  const auto model = assay::make(small_model("llama"));
  const Fp8Layers layers = use_fp8(*model, {"layers_0.", "attention.out"});
  CHECK(layers.products == std::vector<std::string>{"layers_1.attention.qkv",
                                                    "layers_1.feed_forward.gate_up",
                                                    "layers_1.feed_forward.down"});
  CHECK(layers.kept_in_bf16 ==
        std::vector<std::string>{"layers_0.attention.qkv", "layers_*.attention.out",
                                 "layers_0.feed_forward.gate_up", "layers_0.feed_forward.down"});
}

TEST_CASE("a pattern as the manifest prints it names a layer of every block") {
  const auto model = assay::make(small_model("llama"));
  CHECK(use_fp8(*model, {"layers_*.attention.out"}).kept_in_bf16 ==
        std::vector<std::string>{"layers_*.attention.out"});
}

TEST_CASE("names that fit no layer, and models without one, are refused") {
  const auto model = assay::make(small_model("llama"));
  CHECK_THROWS_WITH(use_fp8(*model, {"attn"}),
                    Catch::Contains("\"attn\"") && Catch::Contains("layers_*.feed_forward.down"));
  CHECK_THROWS_WITH(use_fp8(*model, {"layers_"}), Catch::Contains("no layer is left"));
  CHECK_THROWS_AS(use_fp8(*model, {"layers_"}), assay::ConfigError);
}

TEST_CASE("a width that has no fp8 product on a GPU is refused by the layer's name") {
  const auto model = assay::make(small_model("mixtral"));  // experts of 48: fits
  CHECK_NOTHROW(use_fp8(*model, {}));
  const auto narrow = assay::make(small_model("qwen3_moe"));  // experts of 24
  CHECK_THROWS_WITH(use_fp8(*narrow, {}), Catch::Contains("layers_0.") &&
                                              Catch::Contains(".experts is 64 x 24") &&
                                              Catch::Contains("multiples of 16") &&
                                              Catch::Contains("\"feed_forward.experts\" keeps"));
  CHECK_NOTHROW(use_fp8(*narrow, {"feed_forward.experts"}));
  CHECK_THROWS_WITH(use_fp8(*narrow, {"attention"}), Catch::Contains("what is left"));
}

TEST_CASE("models in fp8 compute nearly what they compute without, and every family can") {
  for (const assay::SmallModel& small : assay::small_models()) {
    INFO(small.name);
    const auto plain = assay::make(small);
    const auto fp8 = assay::make(small);
    const assay::ModelSpec spec = assay::spec_of(small);
    try {
      use_fp8(*fp8, {});
    } catch (const assay::ConfigError& error) {
      CHECK_THAT(error.what(), Catch::Contains("multiples of 16"));
      continue;
    }
    const assay::Batch batch = assay::random_batch(spec, 2, 24);
    const auto expected = loss_and_gradients(*plain, batch);
    const auto actual = loss_and_gradients(*fp8, batch);
    CHECK(actual[0].item<double>() == Approx(expected[0].item<double>()).epsilon(5e-3));
    CHECK(actual[0].item<double>() != expected[0].item<double>());
    for (size_t i = 1; i < expected.size(); ++i) {
      if (!expected[i].defined() || expected[i].norm().item<double>() == 0) continue;
      REQUIRE(actual[i].defined());
      if (expected[i].dim() == 2) CHECK(cosine(actual[i], expected[i]) > 0.9);
    }
  }
}

TEST_CASE("what is computed again in fp8 changes no loss and no gradient") {
  for (const char* name : {"gpt2", "llama", "olmoe", "mixtral"}) {
    INFO(name);
    const auto plain = assay::make(small_model(name));
    const auto again = assay::make(small_model(name));
    use_fp8(*plain, {});
    use_fp8(*again, {});
    again->set_recompute(assay::Recompute::kFull);
    const assay::Batch batch = assay::random_batch(assay::spec_of(small_model(name)), 2, 24);
    const auto expected = loss_and_gradients(*plain, batch);
    const auto actual = loss_and_gradients(*again, batch);
    for (size_t i = 0; i < expected.size(); ++i) {
      if (expected[i].defined()) CHECK(actual[i].equal(expected[i]));
    }
  }
}
