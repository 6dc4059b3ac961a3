#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/dtype.h"

namespace assay {

/// The largest header that is read; the reference implementation has the same limit.
inline constexpr uint64_t kMaxSafetensorsHeader = 100'000'000;

/// What a safetensors header says about one tensor; offsets count from the end of the header.
struct SafetensorsEntry {
  std::string name;
  Dtype dtype = Dtype::kF32;
  std::vector<int64_t> shape;
  uint64_t begin = 0;
  uint64_t end = 0;
};

/// The header of a safetensors file.
struct SafetensorsHeader {
  std::vector<SafetensorsEntry> entries;  ///< in the order of their data
  std::map<std::string, std::string> metadata;
  uint64_t data_begin = 0;  ///< offset of the data in the file
};

/// Reads and checks the header of a whole file: its length, JSON that starts with '{', no repeated
/// or unknown key, known dtypes, shape x dtype = size, data without hole or overlap up to the end
/// of the file. `file_name` is for messages. Throws: DataError.
/// Source: https://huggingface.co/docs/safetensors (format), safetensors/src/tensor.rs (checks).
SafetensorsHeader parse_safetensors_header(std::span<const std::byte> file,
                                           std::string_view file_name);

}  // namespace assay
