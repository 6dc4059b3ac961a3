#pragma once

#include <string>
#include <string_view>

#include "record/run_manifest.h"
#include "record/step_record.h"

namespace assay {

/// The version of every file of a run directory; FORMAT.md tells what it means.
inline constexpr int kRecordSchemaVersion = 1;

/// One line of JSON without the newline, in the format of FORMAT.md.
std::string to_json_line(const StepRecord& step);
std::string to_json_line(const EnergySample& sample);
std::string to_json_line(const RunEvent& event);
std::string to_json_line(const InferenceRecord& batch);
/// manifest.json, indented.
std::string to_json_text(const RunManifest& manifest);

/// Read back what the functions above write. `where` ("steps.jsonl:12") begins every message.
/// Throw: DataError where the JSON is broken, a key is missing or of the wrong type, or the
/// version is not known.
StepRecord parse_step(std::string_view line, const std::string& where);
EnergySample parse_energy_sample(std::string_view line, const std::string& where);
RunEvent parse_run_event(std::string_view line, const std::string& where);
InferenceRecord parse_inference(std::string_view line, const std::string& where);
RunManifest parse_manifest(std::string_view text, const std::string& where);

}  // namespace assay
