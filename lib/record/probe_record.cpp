#include "record/probe_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

#include "error/error.h"
#include "formats/durable_file.h"
#include "record/json_fields.h"
#include "record/probe_check.h"

namespace assay {

// The field lists: key, unit in the key, in the order in which they are written.

template <class Visit, class T>
requires std::same_as<std::remove_const_t<T>, ProbeLayer>
void describe(Visit& visit, T& layer) {
  visit("name", layer.name);
  visit("count", layer.count);
  visit("forward_s", layer.forward);
  visit("backward_s", layer.backward);
  visit("low_s", layer.low);
  visit("high_s", layer.high);
  visit("scaling", layer.scaling);
}

template <class Visit, class T>
requires std::same_as<std::remove_const_t<T>, ProbePass>
void describe(Visit& visit, T& pass) {
  visit("parameters", pass.parameters);
  visit("time_s", pass.time);
  visit("low_s", pass.low);
  visit("high_s", pass.high);
}

template <class Visit, class T>
requires std::same_as<std::remove_const_t<T>, ProbeLayout>
void describe(Visit& visit, T& layout) {
  visit("tensor", layout.tensor);
  visit("pipeline", layout.pipeline);
  visit("data", layout.data);
  visit("expert", layout.expert);
  visit("batch_tokens", layout.batch_tokens);
  visit("nodes_per_token", layout.nodes_per_token);
  visit("network_bytes_per_s", layout.network_bytes_per_s);
  visit("source", layout.source);
}

template <class Visit, class T>
requires std::same_as<std::remove_const_t<T>, ProbeLine>
void describe(Visit& visit, T& line) {
  visit("name", line.name);
  visit("device_s_per_token", line.value);
  visit("low", line.low);
  visit("high", line.high);
  visit("scaling", line.scaling);
  visit("provenance", line.provenance);
  visit("basis", line.basis);
}

namespace {

/// The key `device_seconds_per_token`.
struct WholeTime {
  double value = 0;
  double low = 0;
  double high = 0;
  Provenance provenance = Provenance::kMeasured;
};

template <class Visit, class T>
requires std::same_as<std::remove_const_t<T>, WholeTime>
void describe(Visit& visit, T& whole) {
  visit("value", whole.value);
  visit("low", whole.low);
  visit("high", whole.high);
  visit("provenance", whole.provenance);
}

template <class Visit, class T>
void describe_circumstances(Visit& visit, T& record) {
  visit("created_utc", record.created_utc);
  visit("code_version", record.code_version);
  visit("model", record.model);
  visit("model_toml", record.model_toml);
  visit("device", record.device);
  visit("device_kind", record.device_kind);
  visit("device_name", record.device_name);
  visit("driver", record.driver);
  visit("clock", record.clock);
  visit("precision", record.precision);
  visit("routing", record.routing);
  visit("seq_len", record.seq_len);
  visit("micro_batch", record.micro_batch);
  visit("tokens", record.tokens);
  visit("width_divisor", record.width_divisor);
  visit("warmup", record.warmup);
  visit("repeats", record.repeats);
  visit("experts_held", record.experts_held);
  visit("slice_parameters", record.slice_parameters);
  visit("needed_bytes", record.needed_bytes);
  visit("layout", record.layout);
  visit("notes", record.notes);
}

template <class Visit, class T>
void describe_times(Visit& visit, T& record) {
  visit("layers", record.layers);
  visit("accumulate", record.accumulate);
  visit("optimizer", record.optimizer);
  visit("lines", record.lines);
  visit("missing", record.missing);
}

constexpr int kProbeVersion = 1;
constexpr std::string_view kProbeKind = "probe";
constexpr std::streamoff kMostBytes = 16 << 20;

void require_kind(record::FieldReader& visit, const std::string& where) {
  int version = 0;
  visit("schema_version", version);
  if (version != kProbeVersion) {
    throw DataError(fmt::format("[record] {}: unknown schema_version {}: this program reads {}",
                                where, version, kProbeVersion));
  }
  std::string kind;
  visit("kind", kind);
  if (kind != kProbeKind) {
    throw DataError(
        fmt::format("[record] {}: kind is \"{}\", not \"{}\"", where, kind, kProbeKind));
  }
}

record::Json parsed(std::string_view text, const std::string& where) {
  try {
    return record::Json::parse(text);
  } catch (const record::Json::exception& error) {
    throw DataError(fmt::format("[record] {}: not valid JSON: {}", where, error.what()));
  }
}

}  // namespace

std::string_view to_string(ProbeScaling scaling) {
  switch (scaling) {
    case ProbeScaling::kPeak:
      return "peak";
    case ProbeScaling::kBandwidth:
      return "bandwidth";
    case ProbeScaling::kInterconnect:
      return "interconnect";
    case ProbeScaling::kNone:
      return "none";
  }
  return "none";
}

std::string to_json_text(const ProbeRecord& record) {
  record::FieldWriter visit;
  visit("schema_version", kProbeVersion);
  visit("kind", std::string(kProbeKind));
  describe_circumstances(visit, record);
  describe_times(visit, record);
  const Sourced<double>& time = record.device_seconds_per_token;
  const Bounds<double> bounds = time.bounds.value_or(Bounds<double>{time.value, time.value});
  visit("device_seconds_per_token",
        WholeTime{time.value, bounds.low, bounds.high, time.provenance});
  return visit.take().dump(2, ' ', false, record::Json::error_handler_t::replace) + "\n";
}

ProbeRecord parse_probe(std::string_view text, const std::string& where) {
  const record::Json json = parsed(text, where);
  record::FieldReader visit(json, where);
  require_kind(visit, where);
  ProbeRecord record;
  describe_circumstances(visit, record);
  describe_times(visit, record);
  WholeTime whole;
  visit("device_seconds_per_token", whole);
  record.device_seconds_per_token = {whole.value, Bounds<double>{whole.low, whole.high},
                                     whole.provenance, where};
  record::check_probe(record, where);
  return record;
}

ProbeRecord read_probe_record(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file || std::filesystem::is_directory(path)) {
    throw DataError(fmt::format("[record] {}: the file cannot be read", path.string()));
  }
  if (file.tellg() > kMostBytes) {
    throw DataError(fmt::format("[record] {}: larger than any layer probe: {} bytes", path.string(),
                                static_cast<int64_t>(file.tellg())));
  }
  file.seekg(0);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return parse_probe(text, path.string());
}

void write_probe_record(const std::filesystem::path& path, const ProbeRecord& record) {
  write_file_durably(path, to_json_text(record));
}

}  // namespace assay
