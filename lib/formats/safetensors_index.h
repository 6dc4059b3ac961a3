#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace assay {

/// Hugging Face's list of which file of a folder holds which tensor:
/// `model.safetensors.index.json`.
struct SafetensorsIndex {
  std::map<std::string, std::string> file_of;  ///< by tensor name
  std::optional<uint64_t> total_size;          ///< bytes of all tensors, where the index says it
};

/// Reads an index and checks it: an object with an object `weight_map` of texts, no key twice, file
/// names without a folder, `metadata.total_size` a whole number where it is there. Throws:
/// DataError. Source: https://huggingface.co/docs/hub/safetensors (sharded models).
SafetensorsIndex read_safetensors_index(const std::filesystem::path& path);

/// Writes an index durably. Throws: StorageError.
void write_safetensors_index(const std::filesystem::path& path, const SafetensorsIndex& index);

}  // namespace assay
