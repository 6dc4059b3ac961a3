#include "formats/safetensors_reader.h"

#include <fmt/format.h>

#include <utility>

#include "error/error.h"
#include "formats/safetensors_header.h"

namespace assay {

SafetensorsReader::SafetensorsReader(std::filesystem::path path)
    : path_(std::move(path)), mapping_(path_) {
  SafetensorsHeader header = parse_safetensors_header(mapping_.bytes(), path_.string());
  const auto data = mapping_.bytes().subspan(header.data_begin);
  for (SafetensorsEntry& entry : header.entries) {
    index_[entry.name] = tensors_.size();
    tensors_.push_back({.name = std::move(entry.name),
                        .dtype = entry.dtype,
                        .shape = std::move(entry.shape),
                        .data = data.subspan(entry.begin, entry.end - entry.begin)});
  }
  metadata_ = std::move(header.metadata);
}

const TensorView& SafetensorsReader::tensor(std::string_view name) const {
  const auto found = index_.find(name);
  if (found == index_.end()) {
    throw DataError(fmt::format("[formats] no tensor \"{}\": {}", name, path_.string()));
  }
  return tensors_[found->second];
}

bool SafetensorsReader::contains(std::string_view name) const {
  return index_.find(name) != index_.end();
}

}  // namespace assay
