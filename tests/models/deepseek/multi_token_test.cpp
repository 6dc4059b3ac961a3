#include "models/layers/multi_token.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"
#include "error/error.h"
#include "formats/safetensors_set.h"
#include "models/model_family.h"
#include "specs/family.h"
#include "specs/hf_config.h"

// Multi-token prediction and the sequence-wise balance loss against a model in Python written from
// DeepSeek-V3's paper: tests/golden/multi_token, made by the generator there.

namespace {

using assay::SafetensorsSet;

const std::filesystem::path kFolder = ASSAY_SOURCE_DIR "/tests/golden/multi_token";
constexpr double kWeight = 0.3;
constexpr double kAlpha = 0.05;

/// The golden's config with keys of our own over it.
assay::TomlTable table_with(const std::string& toml) {
  assay::TomlTable table = assay::read_hf_config(kFolder / "config.json");
  const assay::TomlTable own = assay::read_toml(toml, {.name = "own keys"});
  for (const assay::TomlEntry& entry : own.entries) table.set(entry.key, entry.place, entry.node);
  return table;
}

std::shared_ptr<assay::LanguageModel> model_of(const assay::TomlTable& table, const char* file) {
  const SafetensorsSet files(kFolder / file);
  auto model = assay::make_model(table, 1);
  assay::load_hf_weights(*model,
                         assay::model_family_of(table).hf_weights(
                             table, [&](auto name) { return files.contains(name); }),
                         files);
  return model;
}

at::Tensor output(const std::string& name, at::ScalarType dtype) {
  const SafetensorsSet outputs(kFolder / "outputs.safetensors");
  const assay::TensorView& view = outputs.tensor(name);
  return at::from_blob(const_cast<std::byte*>(view.data.data()), view.shape,
                       at::TensorOptions(dtype))
      .clone();
}

assay::Batch golden_batch() {
  return {.tokens = output("tokens", at::kLong), .targets = output("targets", at::kLong)};
}

double value_of(const std::string& name) { return output(name, at::kFloat).item<double>(); }

void check_gradients(assay::LanguageModel& model, const assay::LanguageModel& expected) {
  const auto gradients = expected.named_parameters();
  for (const auto& parameter : model.named_parameters()) {
    INFO(parameter.key());
    const at::Tensor reference = gradients[parameter.key()].detach();
    const auto scale = reference.abs().max().item<double>();
    REQUIRE(scale > 0);
    CHECK((parameter.value().grad() - reference).abs().max().item<double>() < 1e-4 * scale);
  }
}

const std::string kMultiToken = "multi_token = { depth = 2, loss_weight = 0.3 }\n";

}  // namespace

TEST_CASE("multi-token prediction has the paper's loss and gradients") {
  const assay::TomlTable table = table_with(kMultiToken);
  const auto model = model_of(table, "model.safetensors");
  const assay::LmOutput result = model->forward(golden_batch());
  CHECK(result.loss_sum.item<double>() == Approx(value_of("loss_sum")).epsilon(1e-6));
  CHECK(result.aux_loss.item<double>() ==
        Approx(kWeight * value_of("multi_token_loss")).epsilon(1e-6));
  (result.loss_sum + result.aux_loss * result.num_targets).backward();
  check_gradients(*model, *model_of(table, "gradients.safetensors"));
}

TEST_CASE(
    "the embedding and head that files hold behind the last layer are copies of the model's") {
  const assay::TomlTable table = table_with(kMultiToken);
  const auto map = assay::model_family_of(table).hf_weights(table, [](auto) { return false; });
  std::vector<std::pair<std::string, std::string>> copies;
  for (const assay::HfCopy& copy : map.copies) copies.emplace_back(copy.hf_name, copy.of);
  CHECK(copies == std::vector<std::pair<std::string, std::string>>{
                      {"model.layers.2.shared_head.head.weight", "lm_head.weight"},
                      {"model.layers.2.embed_tokens.weight", "model.embed_tokens.weight"},
                      {"model.layers.3.shared_head.head.weight", "lm_head.weight"},
                      {"model.layers.3.embed_tokens.weight", "model.embed_tokens.weight"}});
}

TEST_CASE("without its table multi-token prediction's weights are passed over") {
  const auto model = model_of(table_with(""), "model.safetensors");
  const assay::LmOutput result = model->forward(golden_batch());
  CHECK(result.loss_sum.item<double>() == Approx(value_of("loss_sum")).epsilon(1e-6));
  CHECK_FALSE(result.aux_loss.defined());
}

TEST_CASE("the balance loss within sequences has the paper's value and gradients") {
  assay::TomlTable table = table_with("");
  auto& router = std::get<assay::TomlTable>(table.find("router")->value);
  router.set("sequence_balance_weight", router.place, {kAlpha, router.place});
  const auto model = model_of(table, "model.safetensors");
  const assay::LmOutput result = model->forward(golden_batch());
  CHECK(result.aux_loss.item<double>() == Approx(kAlpha * value_of("balance_loss")).epsilon(1e-6));
  (result.loss_sum + result.aux_loss * result.num_targets).backward();
  check_gradients(*model, *model_of(table, "balance_gradients.safetensors"));
}

TEST_CASE("multi-token prediction adds its parameters and products to the spec") {
  const auto plain = assay::spec_from_table(table_with(""), "x");
  const auto further = assay::spec_from_table(table_with(kMultiToken), "x");
  const auto module = assay::make_model(table_with(kMultiToken), 1);
  CHECK(further.parameters.total == assay::num_stored(*module));
  // A V3 block of this size, eh_proj [32, 64] and three norms, twice.
  const auto two_layers_more = assay::spec_from_table(table_with("num_layers = 4\n"), "x");
  CHECK(further.parameters.total - two_layers_more.parameters.total == 2 * (32 * 64 + 3 * 32));
  CHECK(further.parameters.active_b > plain.parameters.active_b);
}

TEST_CASE("a target beyond the sequence or in another document does not count") {
  const at::Tensor tokens = at::arange(6, at::kLong).unsqueeze(0);
  assay::Batch batch{.tokens = tokens, .targets = tokens + 1};
  const assay::Batch moved = assay::models::multi_token_batch(batch, 2);
  CHECK(at::equal(moved.tokens, at::tensor({2, 3, 4, 5, 0, 0}, at::kLong).unsqueeze(0)));
  CHECK(at::equal(moved.targets, at::tensor({3, 4, 5, 6, -1, -1}, at::kLong).unsqueeze(0)));
  batch.document_ids = at::tensor({0, 0, 0, 1, 1, 1}, at::kLong).unsqueeze(0);
  batch.loss_weight = at::ones({1, 6});
  const assay::Batch documents = assay::models::multi_token_batch(batch, 2);
  CHECK(at::equal(documents.targets, at::tensor({3, -1, -1, 6, -1, -1}, at::kLong).unsqueeze(0)));
  CHECK(at::equal(*documents.loss_weight, at::tensor({1.F, 1.F, 1.F, 1.F, 0.F, 0.F}).unsqueeze(0)));
  CHECK(assay::models::multi_token_batch(batch, 9).targets.lt(0).all().item<bool>());
}
