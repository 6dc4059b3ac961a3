#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "formats/mapping.h"
#include "formats/tensor_view.h"

namespace assay {

/// A safetensors file, checked and mapped. The views live as long as the reader (moves included).
/// Reading from several threads is safe.
class SafetensorsReader {
 public:
  /// Throws: DataError naming the file and the fact; see parse_safetensors_header.
  explicit SafetensorsReader(std::filesystem::path path);

  /// In the order of their data in the file.
  [[nodiscard]] const std::vector<TensorView>& tensors() const { return tensors_; }
  /// Throws: DataError where the file has no such tensor.
  [[nodiscard]] const TensorView& tensor(std::string_view name) const;
  [[nodiscard]] bool contains(std::string_view name) const;
  [[nodiscard]] const std::map<std::string, std::string>& metadata() const { return metadata_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  Mapping mapping_;
  std::vector<TensorView> tensors_;
  std::map<std::string, size_t, std::less<>> index_;
  std::map<std::string, std::string> metadata_;
};

}  // namespace assay
