#include "models/hf_weights.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "../train/scratch_folder.h"
#include "error/error.h"
#include "formats/safetensors_set.h"
#include "formats/safetensors_writer.h"
#include "models/model_family.h"
#include "specs/hf_config.h"

// What loading refuses, on goldens with changes.
namespace {

using assay::Dtype;
using assay::SafetensorsSet;
using assay::TensorView;
using assay::testing::ScratchFolder;

struct ChangedGolden {
  std::string name = "gpt2";
  std::filesystem::path folder = ASSAY_SOURCE_DIR "/tests/golden/models/" + name;
  assay::TomlTable table = assay::read_hf_config(folder / "config.json");
  SafetensorsSet files{folder};
  std::shared_ptr<assay::LanguageModel> model = assay::make_model(table, 1);

  /// The golden's tensors, to be changed.
  [[nodiscard]] std::vector<TensorView> views() const {
    std::vector<TensorView> views;
    for (const auto& [of, view] : files.tensors()) views.push_back(*view);
    return views;
  }
  /// What loading these tensors says.
  std::string fault(const std::vector<TensorView>& views) const {
    const ScratchFolder scratch;
    write_safetensors(scratch.path() / "model.safetensors", views);
    const SafetensorsSet changed(scratch.path());
    const auto map = assay::model_family_of(table).hf_weights(
        table, [&](auto tensor) { return changed.contains(tensor); });
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
  const ChangedGolden golden;
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
  const ChangedGolden golden;
  auto views = golden.views();
  std::swap(named(views, "transformer.wte.weight").name,
            named(views, "transformer.wpe.weight").name);
  const std::string fault = golden.fault(views);
  CHECK_THAT(fault,
             Catch::Contains("transformer.wte.weight is [32, 32], the config says [96, 32]"));
  CHECK_THAT(fault,
             Catch::Contains("transformer.wpe.weight is [96, 32], the config says [32, 32]"));
}

TEST_CASE("weights of a type that is not read are named with it") {
  const ChangedGolden golden;
  auto views = golden.views();
  named(views, "transformer.ln_f.bias").dtype = Dtype::kI32;
  CHECK_THAT(golden.fault(views),
             Catch::Contains("1 not of F64, F32, BF16 or F16: transformer.ln_f.bias is I32"));
}

TEST_CASE("weights with numbers that are not finite are named with how many") {
  const ChangedGolden golden;
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
  const ChangedGolden golden;
  auto views = golden.views();
  const at::Tensor wide = at::linspace(-2, 2, 32);
  for (const auto& [type, dtype] :
       {std::pair{at::kHalf, Dtype::kF16}, std::pair{at::kBFloat16, Dtype::kBF16}}) {
    const at::Tensor narrow = wide.to(type);
    TensorView& bias = named(views, "transformer.ln_f.bias");
    bias.dtype = dtype;
    bias.data = {static_cast<const std::byte*>(narrow.const_data_ptr()), narrow.nbytes()};
    CHECK(golden.fault(views) == "no error");
    const at::Tensor loaded = assay::NamedWeights(*golden.model).at("ln_f.bias");
    CHECK(loaded.scalar_type() == at::kFloat);
    CHECK(at::equal(loaded, narrow.to(at::kFloat)));
  }
}

TEST_CASE("numbers that the model's type has no room for are named, all at once") {
  const ChangedGolden golden;
  auto views = golden.views();
  const at::Tensor bias = at::full({32}, 0.5, at::kDouble);
  bias[3] = 1e300;
  const at::Tensor weight = at::full({32}, -1e39, at::kDouble);
  for (const auto& [name, tensor] :
       {std::pair{"transformer.ln_f.bias", bias}, {"transformer.ln_f.weight", weight}}) {
    TensorView& view = named(views, name);
    view.dtype = Dtype::kF64;
    view.data = {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()};
  }
  const std::string fault = golden.fault(views);
  CHECK_THAT(fault, Catch::Contains("2 too large for the model's type: ") &&
                        Catch::Contains("transformer.ln_f.bias in 1 of 32 numbers as Float") &&
                        Catch::Contains("transformer.ln_f.weight in 32 of 32 numbers as Float"));
  CHECK_THAT(fault, !Catch::Contains("not finite"));
}

TEST_CASE("a copy of a tied weight must be its original, byte by byte") {
  for (const auto& [name, original] :
       {std::pair{"gpt2", "transformer.wte.weight"}, {"qwen3", "model.embed_tokens.weight"}}) {
    const ChangedGolden golden{name};
    auto views = golden.views();
    std::erase_if(views, [](const TensorView& view) { return view.name == "lm_head.weight"; });
    CHECK(golden.fault(views) == "no error");
    TensorView copy = named(views, original);
    copy.name = "lm_head.weight";
    views.push_back(copy);
    CHECK(golden.fault(views) == "no error");

    std::vector<std::byte> bytes(copy.data.begin(), copy.data.end());
    bytes.back() ^= std::byte{1};
    views.back().data = bytes;
    CHECK_THAT(golden.fault(views),
               Catch::Contains("1 not the copy that the config makes it: lm_head.weight differs "
                               "from " +
                               std::string(original)));
    views.back().shape = {copy.shape[1], copy.shape[0]};
    views.back().data = copy.data;
    CHECK_THAT(golden.fault(views), Catch::Contains("lm_head.weight differs from"));
  }
}

TEST_CASE("a file with the tied copy alone lacks the weight that is named") {
  const ChangedGolden golden;
  auto views = golden.views();
  std::erase_if(views, [](const TensorView& view) { return view.name == "lm_head.weight"; });
  named(views, "transformer.wte.weight").name = "lm_head.weight";
  CHECK_THAT(golden.fault(views), Catch::Contains("1 missing: ") && Catch::Contains("wte.weight"));
}
