#include "specs/hf_config.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>
#include <vector>

#include "config/nearest_name.h"
#include "specs/family.h"
#include "specs/strict_json.h"

namespace assay {
namespace {

using nlohmann::json;

// Bookkeeping of every config.json and of the objects in some: none of it enters the model's
// function. chunk_size_feed_forward cuts the work into pieces and changes no number.
constexpr std::array<std::string_view, 20> kBookkeeping{"architectures",
                                                        "auto_map",
                                                        "bos_token_id",
                                                        "chunk_size_feed_forward",
                                                        "dtype",
                                                        "eos_token_id",
                                                        "id2label",
                                                        "label2id",
                                                        "model_type",
                                                        "output_attentions",
                                                        "output_hidden_states",
                                                        "pad_token_id",
                                                        "problem_type",
                                                        "return_dict",
                                                        "sep_token_id",
                                                        "torch_dtype",
                                                        "transformers_version",
                                                        "unk_token_id",
                                                        "use_cache",
                                                        "_name_or_path"};

Place place_in(const std::string& name, std::string_view key) {
  Document document{.kind = DocumentKind::kData, .module = "specs", .name = name};
  if (!key.empty()) document.name += fmt::format(": {}", key);
  return {std::make_shared<const Document>(std::move(document))};
}

HfConfig load(const std::filesystem::path& path) {
  // Asked before it is opened: opening a pipe waits for its writer.
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    fail_at(place_in(path.string(), ""), "no such file");
  }
  if (error) fail_at(place_in(path.string(), ""), error.message());
  if (is_directory(status) && path.filename() != "config.json") return load(path / "config.json");
  if (!is_regular_file(status)) fail_at(place_in(path.string(), ""), "not a file");
  std::ifstream file(path);
  if (!file) fail_at(place_in(path.string(), ""), "the file cannot be read");
  auto keys = std::make_shared<json>(
      parse_strict_json(file, [&](const std::string& key, const std::string& fact) {
        fail_at(place_in(path.string(), key), fact);
      }));
  if (!keys->is_object()) fail_at(place_in(path.string(), ""), "not a JSON object");
  return {path.string(), std::move(keys)};
}

TomlTable translate(const Family& family, const HfConfig& config) {
  try {
    return family.from_hf(config);
  } catch (const json::exception& error) {
    fail_at(place_in(config.name, ""), error.what());
  }
}

}  // namespace

TomlTable read_hf_config(const std::filesystem::path& path) {
  const HfConfig config = load(path);
  const std::string type = HfReader(config).model_type();
  std::vector<std::string_view> known;
  for (const Family& family : families()) {
    for (const std::string_view name : family.hf_model_types) {
      if (name == type) return translate(family, config);
      known.push_back(name);
    }
  }
  fail_at(place_in(config.name, "model_type"),
          fmt::format("unknown model type \"{}\"; nearest known: \"{}\" (known: {})", type,
                      nearest_name(type, known), fmt::join(known, ", ")));
}

HfReader::HfReader(const HfConfig& config) : config_(config) {
  table_.place = place_in(config.name, "");
  for (const std::string_view key : kBookkeeping) taken_.emplace(key);
}

Place HfReader::place(std::string_view key) const { return place_in(config_.name, key); }

std::string HfReader::model_type() const {
  const auto type = config_.keys->find("model_type");
  if (type == config_.keys->end() || !type->is_string()) {
    fail_at(place("model_type"), "missing or no string");
  }
  return type->get<std::string>();
}

bool HfReader::has(std::string_view key) const {
  const auto found = config_.keys->find(std::string(key));
  return found != config_.keys->end() && !found->is_null();
}

bool HfReader::has_null(std::string_view key) const {
  const auto found = config_.keys->find(std::string(key));
  return found != config_.keys->end() && found->is_null();
}

const json* HfReader::take(std::string_view key) {
  taken_.emplace(key);
  return has(key) ? &(*config_.keys)[std::string(key)] : nullptr;
}

void HfReader::put(std::string_view path, std::string_view key, TomlNode node) {
  node.place = place(key);
  TomlTable* table = &table_;
  if (const size_t dot = path.find('.'); dot != std::string_view::npos) {
    const std::string_view section = path.substr(0, dot);
    if (table_.find(section) == nullptr) {
      table_.set(section, table_.place,
                 {TomlTable{.place = table_.place, .entries = {}}, table_.place});
    }
    table = &std::get<TomlTable>(table_.find(section)->value);
    path = path.substr(dot + 1);
  }
  table->set(path, place(key), std::move(node));
}

int64_t HfReader::integer(std::string_view key, std::string_view path,
                          std::optional<int64_t> initial) {
  const json* value = take(key);
  if (value == nullptr && !initial) fail_at(place(key), "missing");
  const int64_t number = value != nullptr ? json_integer(*value, place(key)) : *initial;
  put(path, key, {number, {}});
  return number;
}

void HfReader::optional_integer(std::string_view key, std::string_view path) {
  if (has(key)) {
    integer(key, path);
  } else {
    take(key);
  }
}

void HfReader::number(std::string_view key, std::string_view path, double initial) {
  const json* value = take(key);
  if (value != nullptr && !value->is_number()) fail_at(place(key), "not a number");
  put(path, key, {value != nullptr ? value->get<double>() : initial, {}});
}

void HfReader::boolean(std::string_view key, std::string_view path, bool initial) {
  put(path, key, {flag(key, initial), {}});
}

void HfReader::text(std::string_view key, std::string_view path, std::string_view initial) {
  const json* value = take(key);
  if (value != nullptr && !value->is_string()) fail_at(place(key), "not a string");
  put(path, key, {value != nullptr ? value->get<std::string>() : std::string(initial), {}});
}

std::string HfReader::name_of(std::string_view key, std::string_view initial,
                              std::initializer_list<std::string_view> known) {
  const json* value = take(key);
  if (value != nullptr && !value->is_string()) fail_at(place(key), "not a string");
  std::string name = value != nullptr ? value->get<std::string>() : std::string(initial);
  for (const std::string_view candidate : known) {
    if (candidate == name) return name;
  }
  fail_at(place(key), fmt::format("unknown name \"{}\" (known: {})", name, fmt::join(known, ", ")));
}

bool HfReader::flag(std::string_view key, bool initial) {
  const json* value = take(key);
  if (value != nullptr && !value->is_boolean()) fail_at(place(key), "not a boolean");
  return value != nullptr ? value->get<bool>() : initial;
}

int64_t HfReader::value_of(std::string_view key) {
  const json* value = take(key);
  if (value == nullptr) fail_at(place(key), "missing");
  return json_integer(*value, place(key));
}

void HfReader::set(std::string_view path, bool value) { put(path, path, {value, {}}); }
void HfReader::set(std::string_view path, int64_t value) { put(path, path, {value, {}}); }
void HfReader::set(std::string_view path, double value) { put(path, path, {value, {}}); }

HfConfig HfReader::section(std::string_view key) {
  const json* value = take(key);
  if (value == nullptr || !value->is_object()) fail_at(place(key), "not an object");
  return {fmt::format("{}: {}", config_.name, key), std::make_shared<json>(*value)};
}

void HfReader::require_equal(std::string_view key, const json& expected) {
  const json* value = take(key);
  if (value == nullptr || *value == expected) return;
  fail_at(place(key), fmt::format("this family computes with {} only, found {}", expected.dump(),
                                  shown_json(*value)));
}

void HfReader::must_be(std::string_view key, std::string_view value) { require_equal(key, value); }
void HfReader::must_be(std::string_view key, bool value) { require_equal(key, value); }
void HfReader::must_be(std::string_view key, int value) { require_equal(key, value); }
void HfReader::must_be(std::string_view key, double value) { require_equal(key, value); }
void HfReader::must_be_null(std::string_view key) { require_equal(key, nullptr); }

void HfReader::every_layer_must_be(std::string_view value) {
  for (const std::string& found : layer_types()) {
    if (found != value) {
      refuse("layer_types",
             fmt::format("this family computes with \"{}\" only, found \"{}\"", value, found));
    }
  }
}

std::vector<std::string> HfReader::layer_types() {
  std::vector<std::string> types = texts("layer_types");
  const int64_t num_layers = value_of("num_hidden_layers");
  if (!types.empty() && static_cast<int64_t>(types.size()) != num_layers) {
    refuse("layer_types", fmt::format("{} entries for {} layers", types.size(), num_layers));
  }
  return types;
}

std::vector<std::string> HfReader::texts(std::string_view key) {
  std::vector<std::string> all;
  const json* value = take(key);
  if (value == nullptr) return all;
  if (!value->is_array()) refuse(key, "not a list");
  for (const json& item : *value) {
    if (!item.is_string()) refuse(key, "not a list of strings");
    all.push_back(item.get<std::string>());
  }
  return all;
}

std::vector<int64_t> HfReader::integers(std::string_view key) {
  std::vector<int64_t> all;
  const json* value = take(key);
  if (value == nullptr) return all;
  if (!value->is_array()) refuse(key, "not a list");
  for (const json& item : *value) {
    if (!item.is_number_integer()) refuse(key, "not a list of integers");
    all.push_back(json_integer(item, place(key)));
  }
  return all;
}

void HfReader::refuse(std::string_view key, const std::string& fact) const {
  fail_at(place(key), fact);
}

void HfReader::ignore(std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) taken_.emplace(key);
}

TomlTable HfReader::finish(std::string_view family) {
  must_be("is_encoder_decoder", false);
  for (const auto& [key, value] : config_.keys->items()) {
    if (taken_.contains(key)) continue;
    fail_at(place(key), fmt::format("key not understood by the family \"{}\"; it may change the "
                                    "mathematics: {}",
                                    family, shown_json(value)));
  }
  table_.set("family", table_.place, {std::string(family), table_.place});
  return std::move(table_);
}

}  // namespace assay
