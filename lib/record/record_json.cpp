#include "record/record_json.h"

#include <algorithm>

#include "record/record_fields.h"

namespace assay {

namespace {

using record::FieldReader;
using record::FieldWriter;
using record::Json;

template <class T>
Json to_object(const T& value, const char* kind) {
  FieldWriter visit;
  visit("schema_version", kRecordSchemaVersion);
  visit("kind", std::string(kind));
  describe(visit, value);
  return visit.take();
}

// Text in a record may be any bytes (generated samples): what is not UTF-8 becomes U+FFFD.
std::string dump(const Json& object, int indent) {
  return object.dump(indent, ' ', false, Json::error_handler_t::replace);
}

template <class T>
std::string to_line(const T& value, const char* kind) {
  return dump(to_object(value, kind), -1);
}

// "line:column" in a text of several lines, "column" in a single line (`where` has its number).
std::string place(std::string_view text, size_t byte) {
  const std::string_view before = text.substr(0, byte == 0 ? 0 : byte - 1);
  const size_t newline = before.rfind('\n');
  if (newline == std::string_view::npos && text.find('\n') == std::string_view::npos) {
    return fmt::format("{}", byte);
  }
  return fmt::format("{}:{}", 1 + std::count(before.begin(), before.end(), '\n'),
                     newline == std::string_view::npos ? byte : byte - newline - 1);
}

Json parse_json(std::string_view text, const std::string& where) {
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    throw DataError(fmt::format("[record] {}:{}: broken JSON", where, place(text, error.byte)));
  } catch (const Json::out_of_range&) {
    throw DataError(fmt::format("[record] {}: a number is too large", where));
  }
}

template <class T>
T parse(std::string_view text, const std::string& where, std::string_view wanted_kind) {
  const Json object = parse_json(text, where);
  FieldReader visit(object, where);
  int version = 0;
  visit("schema_version", version);
  if (version != kRecordSchemaVersion) {
    throw DataError(fmt::format("[record] {}: unknown schema_version {}: this program reads {}",
                                where, version, kRecordSchemaVersion));
  }
  std::string kind;
  visit("kind", kind);
  if (kind != wanted_kind) {
    throw DataError(
        fmt::format("[record] {}: kind is \"{}\", not \"{}\"", where, kind, wanted_kind));
  }
  T value;
  describe(visit, value);
  return value;
}

}  // namespace

std::string to_json_line(const StepRecord& step) { return to_line(step, "step"); }
std::string to_json_line(const EnergySample& sample) { return to_line(sample, "energy"); }
std::string to_json_line(const RunEvent& event) { return to_line(event, "event"); }
std::string to_json_line(const InferenceRecord& batch) { return to_line(batch, "inference"); }
std::string to_json_text(const RunManifest& manifest) {
  return dump(to_object(manifest, "manifest"), 2) + "\n";
}

StepRecord parse_step(std::string_view line, const std::string& where) {
  return parse<StepRecord>(line, where, "step");
}
EnergySample parse_energy_sample(std::string_view line, const std::string& where) {
  return parse<EnergySample>(line, where, "energy");
}
RunEvent parse_run_event(std::string_view line, const std::string& where) {
  return parse<RunEvent>(line, where, "event");
}
InferenceRecord parse_inference(std::string_view line, const std::string& where) {
  return parse<InferenceRecord>(line, where, "inference");
}
RunManifest parse_manifest(std::string_view text, const std::string& where) {
  return parse<RunManifest>(text, where, "manifest");
}

}  // namespace assay
