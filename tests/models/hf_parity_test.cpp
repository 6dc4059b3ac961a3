#include <ATen/ATen.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "error/error.h"
#include "formats/safetensors_reader.h"
#include "formats/safetensors_set.h"
#include "models/layers/router.h"
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

/// The goldens that are committed, or fresh ones in the folder that ASSAY_MODEL_GOLDENS names.
std::filesystem::path goldens_folder() {
  const char* other = std::getenv("ASSAY_MODEL_GOLDENS");
  return other != nullptr ? other : ASSAY_SOURCE_DIR "/tests/golden/models";
}

at::Tensor tensor_of(const SafetensorsReader& file, const std::string& name, at::ScalarType dtype) {
  const assay::TensorView& view = file.tensor(name);
  return at::from_blob(const_cast<std::byte*>(view.data.data()), view.shape,
                       at::TensorOptions(dtype))
      .clone();
}

struct Golden {
  explicit Golden(const std::string& family)
      : folder(goldens_folder() / family),
        table(assay::read_hf_config(folder / "config.json")),
        outputs(folder / "outputs.safetensors") {}

  /// A model whose parameters are the tensors of one of the golden's files.
  [[nodiscard]] std::shared_ptr<assay::LanguageModel> model_of(const std::string& file) const {
    const assay::SafetensorsSet files(folder / file);
    auto model = assay::make_model(table, 1);
    const auto map = assay::model_family_of(table).hf_weights(
        table, [&](std::string_view name) { return files.contains(name); });
    assay::load_hf_weights(*model, map, files);
    return model;
  }

  [[nodiscard]] at::Tensor output(const std::string& name, at::ScalarType dtype) const {
    return tensor_of(outputs, name, dtype);
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
  for (const auto& entry : std::filesystem::directory_iterator(goldens_folder())) {
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

TEST_CASE("with hf_compat the balance loss is Hugging Face's, over all layers at once") {
  size_t count = 0;
  for (const std::string& name : goldens()) {
    Golden golden(name);
    if (!golden.outputs.contains("balance_loss")) continue;
    INFO(name);
    const auto set = [&](const char* key, auto value) {
      golden.table.set(key, golden.table.place, {value, golden.table.place});
    };
    set("aux_loss_weight", 1.0);
    if (name == "olmoe") set("z_loss_weight", 0.0);
    const double apart =
        golden.model_of("model.safetensors")->forward(golden.batch()).aux_loss.item<double>();
    set("hf_compat", true);
    const double pooled =
        golden.model_of("model.safetensors")->forward(golden.batch()).aux_loss.item<double>();
    const double reference = golden.output("balance_loss", at::kFloat).item<double>();
    CHECK(pooled == Approx(reference).epsilon(1e-6));
    CHECK(apart != Approx(reference).epsilon(1e-3));
    ++count;
  }
  CHECK(count == 4);
}

TEST_CASE("routers choose Hugging Face's experts and weigh them alike") {
  size_t count = 0;
  for (const std::string& name : goldens()) {
    const Golden golden(name);
    if (!exists(golden.folder / "routing.safetensors")) continue;
    const SafetensorsReader routing(golden.folder / "routing.safetensors");
    const auto model = golden.model_of("model.safetensors");
    const at::NoGradGuard no_grad;
    for (const auto& module : model->named_modules()) {
      auto* router = module.value()->as<assay::models::RouterImpl>();
      if (router == nullptr) continue;
      INFO(name << ": " << module.key());  // layers_1.mixture.router
      const std::string layer = module.key().substr(7, module.key().find('.') - 7);
      const assay::models::Routing ours =
          router->forward(tensor_of(routing, "hidden." + layer, at::kFloat));
      const at::Tensor choices = tensor_of(routing, "choices." + layer, at::kLong);
      const at::Tensor weights = tensor_of(routing, "weights." + layer, at::kFloat);
      const auto dense = [&](const at::Tensor& which, const at::Tensor& weight) {
        return at::zeros_like(ours.logits).scatter(1, which, weight);
      };
      CHECK(at::equal(std::get<0>(ours.choices.sort(1)), std::get<0>(choices.sort(1))));
      CHECK(largest_difference(dense(ours.choices, ours.weights), dense(choices, weights)) < 1e-6);
      ++count;
    }
  }
  CHECK(count >= 14);
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
