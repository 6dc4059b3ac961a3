#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "specs/hf_config.h"
#include "specs/strict_json.h"

// The part of HfReader that reads rotary positions.
namespace assay {

using nlohmann::json;

void HfReader::read_rope_scaling(const json& scaling, std::string_view key) {
  const auto inner = [&](std::string_view name) { return fmt::format("{}.{}", key, name); };
  std::string type = "default";
  for (const char* name : {"type", "rope_type"}) {  // the second is the newer name and wins
    if (!scaling.contains(name)) continue;
    if (!scaling[name].is_string()) fail_at(place(inner(name)), "not a string");
    type = scaling[name].get<std::string>();
  }
  const bool stretched = type != "default";
  if (stretched) put("rope_scaling.type", inner("type"), {std::move(type), {}});
  for (const auto& [name, value] : scaling.items()) {
    if (name == "rope_type" || name == "type" || name == "rope_theta") continue;
    if (name == "partial_rotary_factor" && taken_.contains(name)) continue;
    if (!stretched) refuse(inner(name), "key not understood without a stretch of positions");
    const bool is_context = name == "original_max_position_embeddings";
    const std::string path = "rope_scaling." + (is_context ? "original_max_seq_len" : name);
    if (value.is_boolean()) {
      put(path, inner(name), {value.get<bool>(), {}});
    } else if (value.is_number_integer()) {
      put(path, inner(name), {json_integer(value, place(inner(name))), {}});
    } else if (value.is_number_float()) {
      put(path, inner(name), {value.get<double>(), {}});
    } else {
      fail_at(place(inner(name)), "not a number");
    }
  }
}

void HfReader::rope(const HfRopeDefaults& defaults) {
  const bool is_new = has("rope_parameters");
  const std::string_view key = is_new ? "rope_parameters" : "rope_scaling";
  const json* scaling = take(key);
  taken_.emplace("rope_scaling");
  if (scaling != nullptr && !scaling->is_object()) fail_at(place(key), "not an object");
  if (is_new && scaling->contains("rope_theta")) {
    taken_.emplace("rope_theta");
    const json& theta = (*scaling)["rope_theta"];
    if (!theta.is_number()) fail_at(place("rope_parameters.rope_theta"), "not a number");
    put("rope_theta", "rope_parameters.rope_theta", {theta.get<double>(), {}});
  } else {
    number("rope_theta", "rope_theta", defaults.theta);
  }
  if (!defaults.share_path.empty()) {
    double share = defaults.share;
    if (is_new && scaling->contains("partial_rotary_factor")) {
      const json& inside = (*scaling)["partial_rotary_factor"];
      if (!inside.is_number())
        fail_at(place("rope_parameters.partial_rotary_factor"), "not a number");
      share = inside.get<double>();
    }
    number("partial_rotary_factor", defaults.share_path, share);
  }
  if (scaling != nullptr) read_rope_scaling(*scaling, key);
}

void HfReader::plain_rope(const HfRopeDefaults& defaults) {
  rope(defaults);
  if (table_.find("rope_scaling") != nullptr) {
    fail_at(place("rope_scaling"), "this family has no stretched positions");
  }
}

}  // namespace assay
