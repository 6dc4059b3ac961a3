#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "specs/hf_reader.h"
#include "specs/strict_json.h"

// The part of HfReader that reads rotary positions.
namespace assay {

using nlohmann::json;

namespace {

constexpr std::array<std::string_view, 2> kObjects{"rope_scaling", "rope_parameters"};
// Beside the stretch itself; one of two objects may leave them out.
constexpr std::array<std::string_view, 3> kBeside{"rope_type", "rope_theta",
                                                  "partial_rotary_factor"};
// transformers reads a null of these as absent.
constexpr std::array<std::string_view, 5> kNullable{"beta_fast", "beta_slow", "mscale",
                                                    "mscale_all_dim", "attention_factor"};

bool is_one_of(std::string_view name, const auto& names) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

/// What rope_scaling (transformers 4) and rope_parameters (5) say, by the newer names.
struct HfReader::RopeKeys {
  struct Entry {
    std::string key;  ///< "rope_scaling.type"
    json value;
  };
  std::map<std::string, Entry, std::less<>> entries;
  std::string_view object = "rope_scaling";  ///< the first that is there

  [[nodiscard]] const Entry* find(std::string_view name) const {
    const auto found = entries.find(name);
    return found != entries.end() ? &found->second : nullptr;
  }
  [[nodiscard]] bool is_zero_or_absent(std::string_view name) const {
    const Entry* entry = find(name);
    return entry == nullptr || entry->value == 0;
  }
};

void HfReader::add_rope_key(RopeKeys& keys, const std::string& name, const std::string& key,
                            const json& value) const {
  const auto [known, is_new] = keys.entries.emplace(name, RopeKeys::Entry{key, value});
  if (is_new || known->second.value == value) return;
  refuse(key, fmt::format("{}, but {} is {}", shown_json(value), known->second.key,
                          shown_json(known->second.value)));
}

HfReader::RopeKeys HfReader::rope_keys_of(std::string_view object) {
  RopeKeys keys{.entries = {}, .object = object};
  taken_.emplace(object);
  if (!has(object)) return keys;
  const json& value = (*config_.keys)[std::string(object)];
  if (!value.is_object()) refuse(object, "not an object");
  for (const auto& [name, inner] : value.items()) {
    if (inner.is_null() && is_one_of(name, kNullable)) continue;
    add_rope_key(keys, name == "type" ? "rope_type" : name, fmt::format("{}.{}", object, name),
                 inner);
  }
  // An empty object is read as none.
  if (!value.empty()) {
    keys.entries.emplace("rope_type",
                         RopeKeys::Entry{fmt::format("{}.rope_type", object), "default"});
  }
  return keys;
}

HfReader::RopeKeys HfReader::rope_keys() {
  RopeKeys all = rope_keys_of(kObjects[0]);
  const RopeKeys newer = rope_keys_of(kObjects[1]);
  if (all.entries.empty() || newer.entries.empty()) return all.entries.empty() ? newer : all;
  const auto require_all_in = [&](const RopeKeys& other, const RopeKeys& keys) {
    for (const auto& [name, entry] : keys.entries) {
      if (is_one_of(name, kBeside) || other.find(name) != nullptr) continue;
      refuse(entry.key, fmt::format("it is not in {}, which is there too", other.object));
    }
  };
  for (const auto& [name, entry] : newer.entries) add_rope_key(all, name, entry.key, entry.value);
  require_all_in(rope_keys_of(kObjects[0]), newer);
  require_all_in(newer, all);
  return all;
}

// A figure that may stand by itself and inside of the stretch: the same in both places.
void HfReader::rope_number(const RopeKeys& keys, std::string_view key, std::string_view path,
                           double initial) {
  const RopeKeys::Entry* inner = keys.find(key);
  if (inner == nullptr) return number(key, path, initial);
  if (!inner->value.is_number()) refuse(inner->key, "not a number");
  taken_.emplace(key);
  if (has(key) && (*config_.keys)[std::string(key)] != inner->value) {
    refuse(key, fmt::format("{}, but {} is {}", shown_json((*config_.keys)[std::string(key)]),
                            inner->key, shown_json(inner->value)));
  }
  put(path, inner->key, {inner->value.get<double>(), {}});
}

void HfReader::read_stretch(const RopeKeys& keys) {
  for (const auto& [name, entry] : keys.entries) {
    if (is_one_of(name, kBeside)) continue;
    const bool is_context = name == "original_max_position_embeddings";
    const std::string path = "rope_scaling." + (is_context ? "original_max_seq_len" : name);
    if (entry.value.is_boolean()) {
      put(path, entry.key, {entry.value.get<bool>(), {}});
    } else if (entry.value.is_number_integer()) {
      put(path, entry.key, {json_integer(entry.value, place(entry.key)), {}});
    } else if (entry.value.is_number_float()) {
      put(path, entry.key, {entry.value.get<double>(), {}});
    } else {
      refuse(entry.key, "not a number");
    }
  }
  for (const char* name : {"factor", "original_max_position_embeddings"}) {
    if (keys.find(name) == nullptr) refuse(fmt::format("{}.{}", keys.object, name), "missing");
  }
}

// transformers and DeepSeek's code take the same beta_fast and beta_slow where they are absent, and
// different temperatures where only one of the two mscales is there.
void HfReader::complete_yarn(const RopeKeys& keys) {
  const std::string prefix = fmt::format("{}.", keys.object);
  if (keys.find("beta_fast") == nullptr) {
    put("rope_scaling.beta_fast", prefix + "beta_fast", {32.0, {}});
  }
  if (keys.find("beta_slow") == nullptr) {
    put("rope_scaling.beta_slow", prefix + "beta_slow", {1.0, {}});
  }
  if (keys.is_zero_or_absent("mscale") == keys.is_zero_or_absent("mscale_all_dim")) return;
  const bool has_mscale = !keys.is_zero_or_absent("mscale");
  refuse(prefix + (has_mscale ? "mscale_all_dim" : "mscale"),
         fmt::format("0 or missing beside {}: transformers and DeepSeek's code differ there",
                     has_mscale ? "mscale" : "mscale_all_dim"));
}

void HfReader::rope(const HfRopeDefaults& defaults) {
  const RopeKeys keys = rope_keys();
  rope_number(keys, "rope_theta", "rope_theta", defaults.theta);
  if (!defaults.share_path.empty()) {
    rope_number(keys, "partial_rotary_factor", defaults.share_path, defaults.share);
  } else if (const RopeKeys::Entry* share = keys.find("partial_rotary_factor")) {
    refuse(share->key, "this family turns whole heads");
  }
  const RopeKeys::Entry* type = keys.find("rope_type");
  if (type == nullptr) return;
  if (!type->value.is_string()) refuse(type->key, "not a string");
  if (type->value == "default") {
    for (const auto& [name, entry] : keys.entries) {
      if (is_one_of(name, kBeside)) continue;
      refuse(entry.key, "key not understood without a stretch of positions");
    }
    return;
  }
  if (type->value != "llama3" && type->value != "yarn") {
    refuse(type->key, fmt::format("unknown stretch {} (known: default, llama3, yarn)",
                                  shown_json(type->value)));
  }
  put("rope_scaling.type", type->key, {type->value.get<std::string>(), {}});
  read_stretch(keys);
  if (type->value == "yarn") complete_yarn(keys);
}

void HfReader::plain_rope(const HfRopeDefaults& defaults) {
  rope(defaults);
  if (const TomlNode* stretch = table_.find("rope_scaling")) {
    fail_at(std::get<TomlTable>(stretch->value).place_of("type"),
            "this family has no stretched positions");
  }
}

}  // namespace assay
