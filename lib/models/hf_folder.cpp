#include "models/hf_folder.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "error/error.h"
#include "formats/safetensors_set.h"
#include "models/hf_generation.h"
#include "models/model_family.h"
#include "specs/model_source.h"

namespace assay {

namespace {

/// Throws: DataError that names the tensors of `folder` with numbers that `type` has no room for.
void require_room(const LanguageModel& model, const HfWeightMap& map, at::ScalarType type,
                  const std::filesystem::path& folder) {
  const at::NoGradGuard no_grad;
  const NamedWeights weights(model);
  std::map<std::string, int64_t> lost;  // one tensor of the file may be several pieces
  for (const HfWeight& weight : map.weights) {
    if (weights.is_buffer(weight.name)) continue;  // those stay as they are
    for (const HfPiece& piece : weight.pieces) {
      const at::Tensor numbers = place_of(piece, weights.at(weight.name));
      const auto too_large = numbers.to(type).isinf().sum().item<int64_t>();
      if (too_large > 0) lost[piece.hf_name] += too_large;
    }
  }
  if (lost.empty()) return;
  std::vector<std::string> found;
  for (const auto& [name, count] : lost) {
    found.push_back(fmt::format("{} in {} number{}", name, count, count == 1 ? "" : "s"));
  }
  throw DataError(fmt::format("[models] weights are too large for {}: {}: {}", at::toString(type),
                              folder.string(), fmt::join(found, ", ")));
}

}  // namespace

void start_from_folder(LanguageModel& model, const TomlTable& table, at::ScalarType type) {
  const auto folder = weights_folder(table);
  if (!folder) return;
  const SafetensorsSet files(*folder);
  const HfWeightMap map = model_family_of(table).hf_weights(
      table, [&](std::string_view name) { return files.contains(name); });
  load_hf_weights(model, map, files);
  if (type != at::kFloat) require_room(model, map, type, *folder);
  (void)read_hf_generation(*folder);  // an export will want it: a fault is told now
}

}  // namespace assay
