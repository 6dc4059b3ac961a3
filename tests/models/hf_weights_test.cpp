#include "models/hf_weights.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <limits>

#include "../train/scratch_folder.h"
#include "error/error.h"
#include "formats/safetensors_set.h"
#include "formats/safetensors_writer.h"
#include "models/model_family.h"
#include "specs/hf_config.h"

// What loading refuses, on the golden of gpt2 with changes.
namespace {

using assay::Dtype;
using assay::SafetensorsSet;
using assay::TensorView;
using assay::testing::ScratchFolder;

struct Gpt2Golden {
  std::filesystem::path folder = ASSAY_SOURCE_DIR "/tests/golden/models/gpt2";
  assay::TomlTable table = assay::read_hf_config(folder / "config.json");
  SafetensorsSet files{folder};
  std::shared_ptr<assay::LanguageModel> model = assay::make_model(table, 1);

  /// The golden's tensors, to be changed.
  [[nodiscard]] std::vector<TensorView> views() const {
    std::vector<TensorView> views;
    for (const auto& [name, view] : files.tensors()) views.push_back(*view);
    return views;
  }
  /// What loading these tensors says.
  std::string fault(const std::vector<TensorView>& views) const {
    const ScratchFolder scratch;
    write_safetensors(scratch.path() / "model.safetensors", views);
    const SafetensorsSet changed(scratch.path());
    const auto map = assay::model_family_of(table).hf_weights(
        table, [&](auto name) { return changed.contains(name); });
    try {
      assay::load_hf_weights(*model, map, changed);
    } catch (const assay::DataError& error) {
      return error.what();
    }
    return "no error";
  }
};

TensorView& named(std::vector<TensorView>& views, std::string_view name) {
  return *std::find_if(views.begin(), views.end(),
                       [&](const TensorView& view) { return view.name == name; });
}

}  // namespace

TEST_CASE("all weights that are missing or not of the model are named at once") {
  const Gpt2Golden golden;
  auto views = golden.views();
  named(views, "transformer.wte.weight").name = "transformer.wte.scale";
  named(views, "transformer.h.1.ln_2.bias").name = "transformer.h.7.ln_2.bias";
  const std::string fault = golden.fault(views);
  CHECK_THAT(fault,
             Catch::Contains("2 missing: transformer.wte.weight, transformer.h.1.ln_2.bias"));
  CHECK_THAT(fault, Catch::Contains("2 not of this model: transformer.h.7.ln_2.bias, "
                                    "transformer.wte.scale"));
  CHECK_THAT(fault, !Catch::Contains("\n"));
}

TEST_CASE("weights of other shapes are named with both shapes") {
  const Gpt2Golden golden;
  auto views = golden.views();
  std::swap(named(views, "transformer.wte.weight").name,
            named(views, "transformer.wpe.weight").name);
  const std::string fault = golden.fault(views);
  CHECK_THAT(fault,
             Catch::Contains("transformer.wte.weight is [32, 32], the config says [96, 32]"));
  CHECK_THAT(fault,
             Catch::Contains("transformer.wpe.weight is [96, 32], the config says [32, 32]"));
}

TEST_CASE("weights that are no floating-point numbers are named with their type") {
  const Gpt2Golden golden;
  auto views = golden.views();
  named(views, "transformer.ln_f.bias").dtype = Dtype::kI32;
  CHECK_THAT(golden.fault(views),
             Catch::Contains("1 not floating point: transformer.ln_f.bias is I32"));
}

TEST_CASE("weights with numbers that are not finite are named with how many") {
  const Gpt2Golden golden;
  auto views = golden.views();
  TensorView& bias = named(views, "transformer.ln_f.bias");
  std::vector<float> numbers(bias.data.size() / sizeof(float), 1.0F);
  numbers[1] = std::numeric_limits<float>::quiet_NaN();
  numbers[5] = std::numeric_limits<float>::infinity();
  bias.data = std::as_bytes(std::span(numbers));
  CHECK_THAT(golden.fault(views),
             Catch::Contains("1 not finite: transformer.ln_f.bias in 2 of 32 numbers"));
}

TEST_CASE("weights of half width are cast to the model's type") {
  const Gpt2Golden golden;
  auto views = golden.views();
  const at::Tensor wide = at::linspace(-2, 2, 32);
  for (const auto& [type, dtype] :
       {std::pair{at::kHalf, Dtype::kF16}, std::pair{at::kBFloat16, Dtype::kBF16}}) {
    const at::Tensor narrow = wide.to(type);
    TensorView& bias = named(views, "transformer.ln_f.bias");
    bias.dtype = dtype;
    bias.data = {static_cast<const std::byte*>(narrow.const_data_ptr()), narrow.nbytes()};
    CHECK(golden.fault(views) == "no error");
    const at::Tensor loaded = assay::named_weight(*golden.model, "ln_f.bias");
    CHECK(loaded.scalar_type() == at::kFloat);
    CHECK(at::equal(loaded, narrow.to(at::kFloat)));
  }
}
