#include "models/model_family.h"

#include <fmt/format.h>

#include <algorithm>

#include "error/error.h"
#include "models/layers/fresh_weight.h"
#include "specs/family.h"

namespace assay {

const ModelFamily& model_family_of(const TomlTable& table) {
  const std::string_view name = family_of(table).name;
  const auto& all = model_families();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const ModelFamily& family) { return family.name == name; });
  if (found == all.end()) {
    throw ConfigError(fmt::format(
        "[models] family is for accounting only and cannot be trained: family \"{}\"", name));
  }
  return *found;
}

std::shared_ptr<LanguageModel> make_model(const TomlTable& table, uint64_t seed) {
  return model_family_of(table).make(table, seed);
}

std::shared_ptr<LanguageModel> make_meta_model(const TomlTable& table) {
  const models::ConstructionDeviceGuard guard(at::kMeta);
  return make_model(table, /*seed=*/0);
}

int64_t num_stored(const torch::nn::Module& module) {
  int64_t count = 0;
  for (const at::Tensor& parameter : module.parameters()) count += parameter.numel();
  for (const at::Tensor& buffer : module.buffers()) count += buffer.numel();
  return count;
}

}  // namespace assay
