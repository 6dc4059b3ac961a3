#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "registry/registry.h"

/// The registry's entries as JSON with stable snake_case keys; absent is null.
namespace assay::app {

nlohmann::ordered_json source_json(const Registry& registry, const SourceRef& source);
nlohmann::ordered_json figure_json(const Registry& registry,
                                   const std::optional<SourcedMeasure>& figure);
nlohmann::ordered_json device_json(const Registry& registry, const Device& device);
/// The same with source and published figures; `seq_len` tokens a sequence for the FLOPs.
nlohmann::ordered_json model_json(const Registry& registry, const RegisteredModel& model,
                                  int64_t seq_len);
/// What accounting knows of a spec; `name` is what the reader called it.
nlohmann::ordered_json spec_json(const std::string& name, const ModelSpec& spec, int64_t seq_len);

}  // namespace assay::app
