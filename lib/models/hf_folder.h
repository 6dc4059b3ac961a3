#pragma once

#include "config/toml_node.h"
#include "models/language_model.h"

namespace assay {

/// Loads the weights of the folder that `table` ([model] of a run) names as `from`; does nothing
/// where it names none. `type` is what they will be cast to: numbers that it has no room for are
/// refused by the names of the file. Throws: DataError where they are not those of `table`'s shape;
/// see SafetensorsSet and load_hf_weights.
void start_from_folder(LanguageModel& model, const TomlTable& table,
                       at::ScalarType type = at::kFloat);

}  // namespace assay
