#include <ATen/ATen.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "formats/safetensors_set.h"
#include "models/model_family.h"
#include "specs/hf_config.h"
#include "train/adamw.h"
#include "train/model_tensors.h"

// Three AdamW steps of every golden model against torch.optim.AdamW on the reference
// implementation: tests/golden/models, made by generate_model_goldens.py there.

namespace {

using assay::SafetensorsSet;

constexpr double kLr = 1e-3;

struct Golden {
  explicit Golden(std::filesystem::path path)
      : folder(std::move(path)),
        table(assay::read_hf_config(folder / "config.json")),
        outputs(folder / "outputs.safetensors") {}

  [[nodiscard]] std::shared_ptr<assay::LanguageModel> model_of(const char* file) const {
    const SafetensorsSet files(folder / file);
    auto model = assay::make_model(table, 1);
    assay::load_hf_weights(*model,
                           assay::model_family_of(table).hf_weights(
                               table, [&](auto name) { return files.contains(name); }),
                           files);
    return model;
  }
  [[nodiscard]] at::Tensor output(const std::string& name, at::ScalarType dtype) const {
    const assay::TensorView& view = outputs.tensor(name);
    return at::from_blob(const_cast<std::byte*>(view.data.data()), view.shape,
                         at::TensorOptions(dtype))
        .clone();
  }

  std::filesystem::path folder;
  assay::TomlTable table;
  SafetensorsSet outputs;
};

std::vector<std::filesystem::path> golden_folders() {
  const char* other = std::getenv("ASSAY_MODEL_GOLDENS");
  std::vector<std::filesystem::path> folders;
  for (const auto& entry : std::filesystem::directory_iterator(
           other != nullptr ? other : ASSAY_SOURCE_DIR "/tests/golden/models")) {
    if (exists(entry.path() / "config.json")) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

}  // namespace

TEST_CASE("three AdamW steps have the reference's losses and end at its weights") {
  REQUIRE(golden_folders().size() >= 13);
  for (const auto& folder : golden_folders()) {
    const Golden golden(folder);
    const auto model = golden.model_of("model.safetensors");
    assay::AdamW optimizer(assay::named_parameters(*model), {.epsilon = 1e-5});
    const assay::Batch batch{.tokens = golden.output("tokens", at::kLong),
                             .targets = golden.output("targets", at::kLong)};
    const at::Tensor losses = golden.output("adamw_losses", at::kFloat);
    REQUIRE(losses.size(0) == 3);
    for (int64_t step = 0; step < 3; ++step) {
      INFO(folder << " step " << step);
      const assay::LmOutput output = model->forward(batch);
      output.loss_sum.backward();
      optimizer.collect_gradients();
      optimizer.step(kLr, output.num_targets, output.loss_sum);
      const double loss = output.loss_sum.item<double>() / output.num_targets.item<double>();
      CHECK(loss == Approx(losses[step].item<double>()).epsilon(1e-5));
    }
    const auto expected = golden.model_of("adamw.safetensors")->named_parameters();
    for (const auto& parameter : model->named_parameters()) {
      INFO(folder << ": " << parameter.key());
      const at::Tensor difference = parameter.value().detach() - expected[parameter.key()].detach();
      CHECK(difference.abs().max().item<double>() <= 1e-2 * kLr);
    }
  }
}
