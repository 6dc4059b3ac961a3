#include "specs/hf_config.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "config/nearest_name.h"
#include "specs/family.h"
#include "specs/hf_reader.h"
#include "specs/strict_json.h"

namespace assay {
namespace {

Place place_in(const std::string& name, TextPosition at = {}, const std::string& key = "") {
  Document document{.kind = DocumentKind::kData, .module = "specs", .name = name, .key = key};
  return {std::make_shared<const Document>(std::move(document)), at.line, at.column};
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) fail_at(place_in(path.string()), "the file cannot be read");
  return text;
}

HfConfig load(const std::filesystem::path& path) {
  std::error_code none;
  if (path.filename() != "config.json" && std::filesystem::is_directory(path, none)) {
    return load(path / "config.json");
  }
  const std::shared_ptr<const StrictJson> file = read_hf_file(path).json;
  return {.name = path.string(),
          .prefix = "",
          .file = file,
          .keys = {file, &file->value},
          .notes = std::make_shared<std::vector<std::string>>()};
}

TomlTable translate(const Family& family, const HfConfig& config) {
  try {
    return family.from_hf(config);
  } catch (const nlohmann::json::exception& error) {
    fail_at(place_in(config.name), error.what());
  }
}

}  // namespace

HfFile read_hf_file(const std::filesystem::path& path) {
  // Asked before it is opened: opening a pipe waits for its writer.
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    fail_at(place_in(path.string()), "no such file");
  }
  if (error) fail_at(place_in(path.string()), error.message());
  if (!is_regular_file(status)) fail_at(place_in(path.string()), "not a file");
  const auto fail = [&](TextPosition at, const std::string& key, const std::string& fact) {
    fail_at(place_in(path.string(), at, shown_text(key)), fact);
  };
  HfFile file{.text = text_of(path), .json = nullptr};
  file.json = std::make_shared<const StrictJson>(parse_strict_json(file.text, fail));
  if (!file.json->value.is_object()) fail_at(place_in(path.string()), "not a JSON object");
  return file;
}

HfModel read_hf_model(const std::filesystem::path& path) {
  const HfConfig config = load(path);
  const HfReader reader(config);
  const std::string type = reader.model_type();
  std::vector<std::string_view> known;
  for (const Family& family : families()) {
    for (const std::string_view name : family.hf_model_types) {
      if (name == type) return {.table = translate(family, config), .notes = *config.notes};
      known.push_back(name);
    }
  }
  reader.refuse("model_type",
                fmt::format("unknown model type \"{}\"{} (known: {})", shown_text(type),
                            nearest_note(type, known), fmt::join(known, ", ")));
}

TomlTable read_hf_config(const std::filesystem::path& path) { return read_hf_model(path).table; }

}  // namespace assay
