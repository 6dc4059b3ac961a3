#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "formats/safetensors_reader.h"

namespace assay {

/// The tensors of one safetensors file, or of a folder as Hugging Face lays it out:
/// `model.safetensors`, or `model.safetensors.index.json` and the files it names. Checked and
/// mapped; the views live as long as the set (moves included). Reading from several threads is
/// safe.
class SafetensorsSet {
 public:
  /// Throws: DataError for a folder without weights or with both layouts, for files that the index
  /// names and are not there (all of them), and for all in which index and files differ at once: a
  /// tensor in two files, in another one or in none, shards that the index does not name, and a
  /// total_size that is not the tensors'.
  explicit SafetensorsSet(std::filesystem::path path);

  /// By name.
  [[nodiscard]] const std::map<std::string, const TensorView*, std::less<>>& tensors() const {
    return tensors_;
  }
  [[nodiscard]] bool contains(std::string_view name) const;
  /// Throws: DataError where there is no such tensor.
  [[nodiscard]] const TensorView& tensor(std::string_view name) const;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  void open_shards();
  /// Takes the file's tensors; gives those that another file has too.
  std::vector<std::string> add(SafetensorsReader file);

  std::filesystem::path path_;
  std::vector<SafetensorsReader> files_;
  std::map<std::string, const TensorView*, std::less<>> tensors_;
  std::map<std::string, std::string> file_of_;
};

}  // namespace assay
