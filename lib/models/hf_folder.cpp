#include "models/hf_folder.h"

#include "formats/safetensors_set.h"
#include "models/hf_generation.h"
#include "models/model_family.h"
#include "specs/model_source.h"

namespace assay {

void start_from_folder(LanguageModel& model, const TomlTable& table) {
  const auto folder = weights_folder(table);
  if (!folder) return;
  const SafetensorsSet files(*folder);
  const HfWeightMap map = model_family_of(table).hf_weights(
      table, [&](std::string_view name) { return files.contains(name); });
  load_hf_weights(model, map, files);
  (void)read_hf_generation(*folder);  // an export will want it: a fault is told now
}

}  // namespace assay
