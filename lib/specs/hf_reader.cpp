#include "specs/hf_reader.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

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

}  // namespace

HfReader::HfReader(const HfConfig& config) : config_(config) {
  table_.place = place("");
  for (const std::string_view key : kBookkeeping) taken_.emplace(key);
}

Place HfReader::place(std::string_view key) const {
  Document document{.kind = DocumentKind::kData, .module = "specs", .name = config_.name};
  const std::string path = config_.prefix + std::string(key);
  if (!key.empty()) document.key = shown_text(path);
  const auto found = config_.file->places.find(path);
  const TextPosition at = found != config_.file->places.end() ? found->second : TextPosition{};
  return {std::make_shared<const Document>(std::move(document)), at.line, at.column};
}

std::string HfReader::model_type() const {
  const auto type = config_.keys->find("model_type");
  if (type == config_.keys->end()) refuse("model_type", "missing");
  if (!type->is_string()) refuse("model_type", "not a string");
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
  if (has_null(key)) refuse(key, "found null, which has no meaning here");
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
  const int64_t number = value_of(key, initial);
  put(path, key, {number, {}});
  return number;
}

int64_t HfReader::integer_or_null(std::string_view key, std::string_view path,
                                  std::optional<int64_t> initial, int64_t derived) {
  if (!has_null(key)) return integer(key, path, initial);
  taken_.emplace(key);
  put(path, key, {derived, {}});
  return derived;
}

void HfReader::optional_integer(std::string_view key, std::string_view path) {
  taken_.emplace(key);
  if (has(key)) integer(key, path);
}

void HfReader::number(std::string_view key, std::string_view path, double initial) {
  put(path, key, {number_of(key, initial), {}});
}

void HfReader::boolean(std::string_view key, std::string_view path, bool initial) {
  put(path, key, {flag(key, initial), {}});
}

void HfReader::text(std::string_view key, std::string_view path, std::string_view initial) {
  const json* value = take(key);
  if (value != nullptr && !value->is_string()) refuse(key, "not a string");
  put(path, key, {value != nullptr ? value->get<std::string>() : std::string(initial), {}});
}

std::string HfReader::name_of(std::string_view key, std::string_view initial,
                              std::initializer_list<std::string_view> known) {
  const json* value = take(key);
  if (value != nullptr && !value->is_string()) refuse(key, "not a string");
  std::string name = value != nullptr ? value->get<std::string>() : std::string(initial);
  for (const std::string_view candidate : known) {
    if (candidate == name) return name;
  }
  refuse(key, fmt::format("unknown name \"{}\" (known: {})", name, fmt::join(known, ", ")));
}

bool HfReader::flag(std::string_view key, bool initial) {
  const json* value = take(key);
  if (value != nullptr && !value->is_boolean()) refuse(key, "not a boolean");
  return value != nullptr ? value->get<bool>() : initial;
}

int64_t HfReader::value_of(std::string_view key, std::optional<int64_t> initial) {
  const json* value = take(key);
  if (value == nullptr && !initial) refuse(key, "missing");
  return value != nullptr ? json_integer(*value, place(key)) : *initial;
}

double HfReader::number_of(std::string_view key, double initial) {
  const json* value = take(key);
  if (value != nullptr && !value->is_number()) refuse(key, "not a number");
  return value != nullptr ? value->get<double>() : initial;
}

void HfReader::set(std::string_view path, std::string_view key, bool value) {
  put(path, key, {value, {}});
}
void HfReader::set(std::string_view path, std::string_view key, int64_t value) {
  put(path, key, {value, {}});
}
void HfReader::set(std::string_view path, std::string_view key, double value) {
  put(path, key, {value, {}});
}

HfConfig HfReader::section(std::string_view key) {
  const json* value = take(key);
  if (value == nullptr) refuse(key, "missing");
  if (!value->is_object()) refuse(key, "not an object");
  HfConfig inner = config_;
  inner.prefix += std::string(key) + ".";
  inner.keys = {config_.keys, value};
  return inner;
}

void HfReader::require_equal(std::string_view key, const json& expected) {
  if (expected.is_null() && has_null(key)) {
    taken_.emplace(key);
    return;
  }
  const json* value = take(key);
  if (value == nullptr || *value == expected) return;
  refuse(key, fmt::format("this family computes with {} only, found {}", expected.dump(),
                          shown_json(*value)));
}

void HfReader::must_be(std::string_view key, std::string_view value) { require_equal(key, value); }
void HfReader::must_be(std::string_view key, bool value) { require_equal(key, value); }
void HfReader::must_be(std::string_view key, int value) { require_equal(key, value); }
void HfReader::must_be(std::string_view key, double value) { require_equal(key, value); }
void HfReader::must_be_null(std::string_view key) { require_equal(key, nullptr); }

void HfReader::must_agree(std::string_view key, std::string_view other) {
  taken_.emplace(key);
  taken_.emplace(other);
  if (!has(key) || !has(other)) return;
  const json& value = (*config_.keys)[std::string(key)];
  const json& beside = (*config_.keys)[std::string(other)];
  if (value == beside) return;
  refuse(key, fmt::format("{}, but {} is {}", shown_json(value), other, shown_json(beside)));
}

void HfReader::note_dropout(std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    taken_.emplace(key);
    if (!has(key)) continue;
    const double share = number_of(key, 0);
    if (!(share >= 0 && share < 1)) {
      refuse(key, fmt::format("out of range: {}, must be at least 0 and below 1", share));
    }
    if (share == 0) continue;
    note(key, "dropout acts in training only, and this program trains without it");
  }
}

void HfReader::note_left_out(std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    taken_.emplace(key);
    if (!has(key)) continue;
    if (key == "quantization_config") {
      note(key, "the figures are those of the weights before they are quantised");
    } else if (value_of(key) != 0) {
      note(key, "blocks of multi-token prediction are left out and not counted");
    }
  }
}

void HfReader::note(std::string_view key, std::string_view fact) {
  const json& value = (*config_.keys)[std::string(key)];
  config_.notes->push_back(
      fmt::format("{}{} {}: {}", config_.prefix, key, shown_json(value), fact));
}

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

json HfReader::list(std::string_view key) {
  taken_.emplace(key);
  if (!has(key)) return json::array();
  const json& value = (*config_.keys)[std::string(key)];
  if (!value.is_array()) refuse(key, "not a list");
  return value;
}

std::vector<std::string> HfReader::texts(std::string_view key) {
  std::vector<std::string> all;
  for (const json& item : list(key)) {
    if (!item.is_string()) refuse(key, "not a list of strings");
    all.push_back(item.get<std::string>());
  }
  return all;
}

std::vector<int64_t> HfReader::integers(std::string_view key) {
  std::vector<int64_t> all;
  for (const json& item : list(key)) {
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
    refuse(key, fmt::format("key not understood by the family \"{}\"; it may change the "
                            "mathematics: {}",
                            family, shown_json(value)));
  }
  table_.set("family", table_.place, {std::string(family), table_.place});
  return std::move(table_);
}

}  // namespace assay
