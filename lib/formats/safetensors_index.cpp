#include "formats/safetensors_index.h"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

#include "error/error.h"
#include "formats/durable_file.h"
#include "formats/unique_json.h"

namespace assay {
namespace {

[[noreturn]] void fail_index(const std::filesystem::path& path, const std::string& fact) {
  throw DataError(fmt::format("[formats] {}: {}", fact, path.string()));
}

nlohmann::json parse_index(const std::filesystem::path& path) {
  std::error_code refusal;
  if (!std::filesystem::is_regular_file(path, refusal)) {  // opening a pipe waits for its writer
    fail_index(path, "safetensors index is no regular file");
  }
  std::ifstream stream(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) fail_index(path, "safetensors index cannot be read");
  constexpr size_t kDeepest = 64;  // metadata may hold anything
  return parse_unique_json(text, kDeepest, [&](const std::string& fact) {
    fail_index(path, "safetensors index " + fact);
  });
}

std::optional<uint64_t> read_total_size(const nlohmann::json& root,
                                        const std::filesystem::path& path) {
  const auto metadata = root.find("metadata");
  if (metadata == root.end() || metadata->is_null()) return std::nullopt;
  if (!metadata->is_object()) fail_index(path, "metadata of the safetensors index is no object");
  const auto size = metadata->find("total_size");
  if (size == metadata->end() || size->is_null()) return std::nullopt;
  constexpr double kExact = 9007199254740992.0;  // 2^53; some programs write 24.0
  if (size->is_number_unsigned()) return size->get<uint64_t>();
  const double number = size->is_number_float() ? size->get<double>() : -1;
  if (!(number >= 0 && number < kExact) || number != std::floor(number)) {
    fail_index(path, fmt::format("total_size in the safetensors index is no number of bytes: {}",
                                 size->dump(-1, ' ', true)));
  }
  return static_cast<uint64_t>(number);
}

}  // namespace

SafetensorsIndex read_safetensors_index(const std::filesystem::path& path) {
  const nlohmann::json root = parse_index(path);
  if (!root.is_object() || !root.contains("weight_map") || !root["weight_map"].is_object()) {
    fail_index(path, "safetensors index has no object weight_map");
  }
  SafetensorsIndex index{.file_of = {}, .total_size = read_total_size(root, path)};
  for (const auto& [tensor, file] : root["weight_map"].items()) {
    if (tensor.find('\0') != std::string::npos)
      fail_index(path, "name of a tensor holds a zero byte");
    if (!file.is_string()) {
      fail_index(path,
                 fmt::format("file of tensor \"{}\" in the safetensors index is no text", tensor));
    }
    const std::filesystem::path name(file.get<std::string>());
    const bool has_zero = name.native().find('\0') != std::string::npos;
    if (has_zero || name.empty() || name != name.filename() || name == "." || name == "..") {
      fail_index(path, fmt::format(
                           "file of tensor \"{}\" in the safetensors index is no name of a file in "
                           "its folder: {}",
                           tensor, file.dump()));
    }
    index.file_of[tensor] = name.string();
  }
  if (index.file_of.empty()) fail_index(path, "safetensors index lists no tensor");
  return index;
}

void write_safetensors_index(const std::filesystem::path& path, const SafetensorsIndex& index) {
  nlohmann::ordered_json root;
  root["metadata"] = nlohmann::json::object();
  if (index.total_size) root["metadata"]["total_size"] = *index.total_size;
  root["weight_map"] = index.file_of;
  write_file_durably(path, root.dump(2) + "\n");
}

}  // namespace assay
