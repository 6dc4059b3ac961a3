#pragma once

#include "config/toml_node.h"
#include "models/language_model.h"

namespace assay {

/// Loads the weights of the folder that `table` ([model] of a run) names as `from`; does nothing
/// where it names none. Throws: DataError where they are not those of `table`'s shape; see
/// SafetensorsSet and load_hf_weights.
void start_from_folder(LanguageModel& model, const TomlTable& table);

}  // namespace assay
