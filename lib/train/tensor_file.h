#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "formats/safetensors_reader.h"
#include "train/named_tensor.h"

namespace assay {

/// Writes tensors of any device as one safetensors file, durably. Throws: StorageError.
void save_tensors(const std::filesystem::path& path, const NamedTensors& tensors,
                  const std::map<std::string, std::string>& metadata = {});

/// Writes the content of a safetensors file into `tensors`. The file must hold exactly these names
/// with these shapes and element types; nothing is written where it does not. Throws: DataError
/// naming the first tensor that is missing, unexpected or of another shape or type.
void load_tensors(const std::filesystem::path& path, const NamedTensors& tensors);

}  // namespace assay
