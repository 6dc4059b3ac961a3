#include "record/probe_record.h"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "error/error.h"

namespace assay {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& fact) {
  throw DataError(fmt::format("[record] {}: {}", path.string(), fact));
}

const nlohmann::json& member(const nlohmann::json& json, const char* key,
                             const std::filesystem::path& path) {
  if (!json.is_object() || !json.contains(key)) fail(path, fmt::format("no key \"{}\"", key));
  return json.at(key);
}

std::string text(const nlohmann::json& json, const char* key, const std::filesystem::path& path) {
  const nlohmann::json& value = member(json, key, path);
  if (!value.is_string()) fail(path, fmt::format("\"{}\" must be a string", key));
  return value.get<std::string>();
}

double number(const nlohmann::json& json, const char* key, const std::filesystem::path& path) {
  const nlohmann::json& value = member(json, key, path);
  if (!value.is_number() || !std::isfinite(value.get<double>()) || value.get<double>() < 0) {
    fail(path, fmt::format("\"{}\" must be a number, zero or more", key));
  }
  return value.get<double>();
}

int64_t count(const nlohmann::json& json, const char* key, const std::filesystem::path& path) {
  const nlohmann::json& value = member(json, key, path);
  if (!value.is_number_integer() || value.get<int64_t>() <= 0) {
    fail(path, fmt::format("\"{}\" must be an integer above zero", key));
  }
  return value.get<int64_t>();
}

ProbeLayer read_layer(const nlohmann::json& json, const std::filesystem::path& path) {
  return {.name = text(json, "name", path),
          .count = count(json, "count", path),
          .forward = Seconds(number(json, "forward_s", path)),
          .backward = Seconds(number(json, "backward_s", path))};
}

Sourced<double> read_time_per_token(const nlohmann::json& json, const std::filesystem::path& path) {
  const Bounds<double> bounds{number(json, "low", path), number(json, "high", path)};
  const double value = number(json, "value", path);
  if (!(bounds.low <= value && value <= bounds.high) || value == 0.0) {
    fail(path, fmt::format("device_seconds_per_token is no interval: {} in {} to {}", value,
                           bounds.low, bounds.high));
  }
  return {value, bounds, Provenance::kMeasured, path.string()};
}

}  // namespace

ProbeRecord read_probe_record(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(path, "the file cannot be read");
  const nlohmann::json json = nlohmann::json::parse(file, nullptr, false);
  if (json.is_discarded()) fail(path, "not valid JSON");
  const int64_t version = count(json, "schema_version", path);
  if (version != 1) fail(path, fmt::format("unknown schema_version {}; known: 1", version));
  ProbeRecord record;
  record.model = text(json, "model", path);
  record.device = text(json, "device", path);
  record.device_name = text(json, "device_name", path);
  record.precision = text(json, "precision", path);
  record.seq_len = count(json, "seq_len", path);
  record.tokens = count(json, "tokens", path);
  record.width_fraction = number(json, "width_fraction", path);
  const nlohmann::json& layers = member(json, "layers", path);
  if (!layers.is_array()) fail(path, "\"layers\" must be an array");
  for (const nlohmann::json& layer : layers) record.layers.push_back(read_layer(layer, path));
  record.device_seconds_per_token =
      read_time_per_token(member(json, "device_seconds_per_token", path), path);
  return record;
}

}  // namespace assay
