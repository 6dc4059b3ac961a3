#include <ATen/ATen.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "error/error.h"
#include "formats/safetensors_reader.h"
#include "models/model_family.h"
#include "small_models.h"
#include "specs/family.h"
#include "specs/hf_config.h"

// Holds every trainable family against Hugging Face transformers (DeepSeek-MoE, which it lacks,
// against a model in Python written from the paper): the values in tests/golden/models, made by
// generate_model_goldens.py there.

using assay::largest_difference;
using assay::SafetensorsReader;

namespace {

struct Golden {
  explicit Golden(const std::string& family)
      : folder(std::filesystem::path(ASSAY_SOURCE_DIR "/tests/golden/models") / family),
        table(assay::read_hf_config(folder / "config.json")),
        outputs(folder / "outputs.safetensors") {}

  /// A model whose parameters are the tensors of one of the golden's files.
  [[nodiscard]] std::shared_ptr<assay::LanguageModel> model_of(const std::string& file) const {
    const SafetensorsReader reader(folder / file);
    auto model = assay::make_model(table, 1);
    const auto map = assay::model_family_of(table).hf_weights(
        table, [&](std::string_view name) { return reader.contains(name); });
    assay::load_hf_weights(*model, map, reader);
    return model;
  }

  [[nodiscard]] at::Tensor output(const std::string& name, at::ScalarType dtype) const {
    const assay::TensorView& view = outputs.tensor(name);
    return at::from_blob(const_cast<std::byte*>(view.data.data()), view.shape,
                         at::TensorOptions(dtype))
        .clone();
  }

  [[nodiscard]] assay::Batch batch() const {
    return {.tokens = output("tokens", at::kLong), .targets = output("targets", at::kLong)};
  }

  std::filesystem::path folder;
  assay::TomlTable table;
  SafetensorsReader outputs;
};

/// The folders with a golden: each family, and further variants of some.
std::vector<std::string> goldens() {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(ASSAY_SOURCE_DIR "/tests/golden/models")) {
    if (exists(entry.path() / "config.json")) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

TEST_CASE("every family with a module has a golden of Hugging Face's values") {
  std::set<std::string_view> covered;
  for (const std::string& name : goldens()) {
    covered.insert(assay::family_of(Golden(name).table).name);
  }
  for (const auto& family : assay::model_families()) {
    INFO(family.name);
    CHECK(covered.contains(family.name));
  }
}

TEST_CASE("logits are Hugging Face's to 1e-5") {
  for (const std::string& name : goldens()) {
    INFO(name);
    const Golden golden(name);
    const auto model = golden.model_of("model.safetensors");
    const at::NoGradGuard no_grad;
    assay::DecodeState state;
    const at::Tensor logits = model->decode(golden.batch().tokens, state);
    const at::Tensor expected = golden.output("logits", at::kFloat);
    REQUIRE(expected.abs().max().item<double>() > 0.5);
    CHECK(largest_difference(logits, expected) < 1e-5);
  }
}

TEST_CASE("the loss is Hugging Face's") {
  for (const std::string& name : goldens()) {
    INFO(name);
    const Golden golden(name);
    const auto output = golden.model_of("model.safetensors")->forward(golden.batch());
    CHECK(output.loss_sum.item<double>() ==
          Approx(golden.output("loss_sum", at::kFloat).item<double>()).epsilon(1e-6));
  }
}

TEST_CASE("every gradient is Hugging Face's to 1e-4 of its largest element") {
  for (const std::string& name : goldens()) {
    const Golden golden(name);
    const auto model = golden.model_of("model.safetensors");
    const auto expected = golden.model_of("gradients.safetensors");
    model->forward(golden.batch()).loss_sum.backward();
    const auto gradients = expected->named_parameters();
    for (const auto& parameter : model->named_parameters()) {
      INFO(name << ": " << parameter.key());
      const at::Tensor reference = gradients[parameter.key()].detach();
      const auto scale = reference.abs().max().item<double>();
      REQUIRE(scale > 0);
      CHECK(largest_difference(parameter.value().grad(), reference) < 1e-4 * scale);
    }
  }
}

TEST_CASE("weights of another shape or a missing weight are data errors that name the tensor") {
  const Golden golden("gpt2");
  const SafetensorsReader reader(golden.folder / "model.safetensors");
  const auto model = assay::make_model(golden.table, 1);
  auto map = assay::model_family_of(golden.table).hf_weights(golden.table, [&](auto name) {
    return reader.contains(name);
  });
  SECTION("missing") {
    map.weights[0].pieces[0].hf_name = "transformer.wte.scale";
    CHECK_THROWS_AS(assay::load_hf_weights(*model, map, reader), assay::DataError);
    CHECK_THROWS_WITH(assay::load_hf_weights(*model, map, reader),
                      Catch::Contains("transformer.wte.scale"));
  }
  SECTION("another shape") {
    map.weights[0].pieces[0].hf_name = "transformer.wpe.weight";
    CHECK_THROWS_AS(assay::load_hf_weights(*model, map, reader), assay::DataError);
    CHECK_THROWS_WITH(
        assay::load_hf_weights(*model, map, reader),
        Catch::Contains("transformer.wpe.weight is [32, 32], the config says [96, 32]"));
  }
  SECTION("a weight that the model does not have") {
    map.weights.pop_back();
    CHECK_THROWS_WITH(assay::load_hf_weights(*model, map, reader),
                      Catch::Contains("transformer.ln_f.bias"));
  }
}

TEST_CASE("experts are found one by one under their published names") {
  const Golden golden("olmoe");
  const auto map =
      assay::model_family_of(golden.table).hf_weights(golden.table, [](auto) { return false; });
  const auto gate_up = std::find_if(map.weights.begin(), map.weights.end(), [](const auto& weight) {
    return weight.name == "layers_1.mixture.gate_up";
  });
  REQUIRE(gate_up != map.weights.end());
  REQUIRE(gate_up->pieces.size() == 16);
  CHECK(gate_up->pieces[15].hf_name == "model.layers.1.mlp.experts.7.up_proj.weight");
  CHECK(gate_up->pieces[15].expert == 7);
  CHECK(gate_up->pieces[15].row_begin == 16);
}
