#include "formats/safetensors_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "error/error.h"
#include "formats/unique_json.h"

namespace assay {
namespace {

using nlohmann::json;

// Beyond what any model has; messages repeat both.
constexpr size_t kMostDimensions = 64;
constexpr size_t kLongestName = 1024;

// Turns every finding into a DataError that names the file.
class HeaderParser {
 public:
  explicit HeaderParser(std::string_view file_name) : file_name_(file_name) {}

  SafetensorsHeader parse(std::span<const std::byte> file) const;

 private:
  [[noreturn]] void fail(const std::string& fact) const {
    throw DataError(fmt::format("[formats] {}: {}", fact, file_name_));
  }
  SafetensorsEntry parse_entry(const std::string& name, const json& fields) const;
  uint64_t parse_unsigned(const json& value, const std::string& tensor,
                          std::string_view field) const;
  void check_layout(std::vector<SafetensorsEntry>& entries, uint64_t data_size) const;

  std::string_view file_name_;
};

uint64_t HeaderParser::parse_unsigned(const json& value, const std::string& tensor,
                                      std::string_view field) const {
  if (!value.is_number_unsigned() || value.get<uint64_t>() > INT64_MAX) {
    fail(fmt::format("{} of tensor \"{}\" is no non-negative integer", field, tensor));
  }
  return value.get<uint64_t>();
}

SafetensorsEntry HeaderParser::parse_entry(const std::string& name, const json& fields) const {
  if (!fields.is_object() || fields.size() != 3 || !fields.contains("dtype") ||
      !fields.contains("shape") || !fields.contains("data_offsets")) {
    fail(fmt::format("tensor \"{}\" has other fields than dtype, shape, data_offsets", name));
  }
  const json& dtype_text = fields["dtype"];
  const json& shape = fields["shape"];
  const json& offsets = fields["data_offsets"];
  const auto dtype =
      dtype_text.is_string() ? parse_dtype(dtype_text.get<std::string>()) : std::nullopt;
  if (!dtype)
    fail(fmt::format("tensor \"{}\" has unknown dtype {}", name,
                     dtype_text.dump(-1, ' ', true, json::error_handler_t::replace)));
  if (!shape.is_array()) fail(fmt::format("shape of tensor \"{}\" is no list", name));
  if (!offsets.is_array() || offsets.size() != 2) {
    fail(fmt::format("data_offsets of tensor \"{}\" is no pair", name));
  }
  if (shape.size() > kMostDimensions) {
    fail(fmt::format("shape of tensor \"{}\" has {} dimensions", name, shape.size()));
  }
  SafetensorsEntry entry{.name = name, .dtype = *dtype};
  uint64_t size = dtype_size(*dtype);
  auto stride = static_cast<int64_t>(size);  // of what is empty too, as LibTorch reckons it
  for (const json& extent : shape) {
    const uint64_t value = parse_unsigned(extent, name, "shape");
    entry.shape.push_back(static_cast<int64_t>(value));
    size *= value;
    if (__builtin_mul_overflow(stride, std::max<uint64_t>(1, value), &stride)) {
      fail(fmt::format("shape of tensor \"{}\" overflows", name));
    }
  }
  entry.begin = parse_unsigned(offsets[0], name, "data_offsets");
  entry.end = parse_unsigned(offsets[1], name, "data_offsets");
  if (entry.end < entry.begin || entry.end - entry.begin != size) {
    fail(fmt::format("tensor \"{}\" needs {} bytes for its shape, its data_offsets are [{}, {}]",
                     name, size, entry.begin, entry.end));
  }
  return entry;
}

void HeaderParser::check_layout(std::vector<SafetensorsEntry>& entries, uint64_t data_size) const {
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  uint64_t expected = 0;
  for (const SafetensorsEntry& entry : entries) {
    if (entry.begin != expected) {
      fail(fmt::format("data of tensor \"{}\" starts at {}, expected {} ({})", entry.name,
                       entry.begin, expected, entry.begin > expected ? "a hole" : "an overlap"));
    }
    expected = entry.end;
  }
  if (expected != data_size) {
    fail(fmt::format("safetensors file {}: its tensors need {} bytes of data, it has {}",
                     expected > data_size ? "is cut off" : "has bytes after its data", expected,
                     data_size));
  }
}

SafetensorsHeader HeaderParser::parse(std::span<const std::byte> file) const {
  uint64_t length = 0;
  if (file.size() < sizeof(length)) {
    fail(fmt::format("safetensors file is cut off: {} bytes", file.size()));
  }
  std::memcpy(&length, file.data(), sizeof(length));
  if (length > kMaxSafetensorsHeader) {
    fail(fmt::format("not a safetensors file, or its header is too large ({} bytes)", length));
  }
  if (length > file.size() - sizeof(length)) {
    fail(fmt::format("safetensors file is cut off: header of {} bytes, file of {}", length,
                     file.size()));
  }
  const std::string_view text(reinterpret_cast<const char*>(file.data()) + sizeof(length), length);
  if (!text.starts_with('{')) fail("safetensors header does not start with '{'");
  constexpr size_t kDeepest = 3;  // an object in place of a shape is refused with its tensor's name
  const json root = parse_unique_json(
      text, kDeepest, [&](const std::string& fact) { fail("safetensors header " + fact); });
  SafetensorsHeader header{.data_begin = sizeof(length) + length};
  for (const auto& [name, fields] : root.items()) {
    if (name.find('\0') != std::string::npos) fail("name of a tensor holds a zero byte");
    if (name.size() > kLongestName) {
      fail(fmt::format("name of a tensor has {} bytes", name.size()));
    }
    if (name != "__metadata__") {
      header.entries.push_back(parse_entry(name, fields));
      continue;
    }
    if (!fields.is_object()) fail("safetensors __metadata__ is no map");
    for (const auto& [key, value] : fields.items()) {
      if (!value.is_string()) fail(fmt::format("safetensors metadata \"{}\" is no text", key));
      header.metadata[key] = value.get<std::string>();
    }
  }
  check_layout(header.entries, file.size() - header.data_begin);
  return header;
}

}  // namespace

SafetensorsHeader parse_safetensors_header(std::span<const std::byte> file,
                                           std::string_view file_name) {
  return HeaderParser(file_name).parse(file);
}

}  // namespace assay
