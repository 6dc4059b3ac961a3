#include <fmt/format.h>

#include <map>

#include "report/number_text.h"
#include "report/section_builder.h"
#include "report/sections/sections.h"

namespace assay::report {
namespace {

std::string device_list(const RunManifest& manifest) {
  std::map<std::string, int> counts;
  for (const DeviceInfo& device : manifest.devices) {
    ++counts[device.name.empty() ? device.kind : device.name];
  }
  std::string text;
  for (const auto& [name, count] : counts) {
    if (!text.empty()) text += ", ";
    text += count == 1 ? name : fmt::format("{} × {}", count, name);
  }
  return text;
}

std::string stage_list(const RunManifest& manifest) {
  std::string text;
  for (const StageInfo& stage : manifest.stages) {
    if (!text.empty()) text += "; ";
    text += fmt::format("{}: {} × {} token, sequence {}", stage.name,
                        grouped(static_cast<double>(stage.num_steps)),
                        grouped(static_cast<double>(stage.tokens_per_step)), stage.seq_len);
  }
  return text;
}

/// The steps after which a process went on with another config; empty where none did.
std::string changes_of_config(const RunRecord& record) {
  std::string text;
  for (size_t i = 1; i < record.manifests.size(); ++i) {
    if (record.manifests[i].config_sha256 == record.manifests[i - 1].config_sha256) continue;
    if (!text.empty()) text += ", ";
    text += fmt::format("step {}", record.manifests[i].resumed_at_step);
  }
  return text;
}

void text_if_any(size_t run, std::string_view key, const std::string& value,
                 SectionBuilder& section) {
  if (!value.empty()) section.text(run, key, value);
}

/// Predicted and measured, where one of them is known.
void add_memory(size_t index, const RunReport& run, SectionBuilder& section) {
  const auto add = [&](std::string_view key, std::optional<Bytes> bytes, Provenance provenance) {
    if (bytes) section.number(index, key, bytes->value(), "B", {}, provenance);
  };
  add("memory_predicted", run.record.manifests.back().predicted_peak, Provenance::kDerived);
  add("memory_tensors", run.summary.peak_tensors, Provenance::kMeasured);
  add("memory_resident", run.summary.peak_resident, Provenance::kMeasured);
}

void add_run(size_t index, const RunReport& run, SectionBuilder& section) {
  const RunManifest& manifest = run.record.manifests.back();
  const RunSummary& summary = run.summary;
  section.text(index, "model", fmt::format("{} ({})", manifest.model_id, manifest.model_family));
  section.number(index, "parameters", static_cast<double>(manifest.num_parameters), "param");
  section.text(index, "precision", manifest.precision);
  section.text(index, "devices", device_list(manifest));
  section.number(index, "world_size", static_cast<double>(manifest.world_size), "count");
  section.number(index, "threads", static_cast<double>(manifest.num_threads), "count");
  section.text(index, "stages", stage_list(manifest));
  section.number(index, "steps", static_cast<double>(summary.num_steps), "step");
  section.number(index, "steps_superseded", static_cast<double>(summary.num_superseded), "step");
  section.number(index, "steps_skipped", static_cast<double>(summary.num_skipped), "step");
  section.number(index, "tokens", summary.tokens.value(), "token");
  add_memory(index, run, section);
  text_if_any(index, "config_changed", changes_of_config(run.record), section);
  section.text(index, "started", run.record.manifest().started_utc);
  text_if_any(index, "team", manifest.team, section);
  text_if_any(index, "project", manifest.project, section);
  text_if_any(index, "cost_centre", manifest.cost_centre, section);
}

}  // namespace

Section run_section(const ReportInput& input) {
  SectionBuilder section("run", input.runs.size(), input.language);
  for (size_t i = 0; i < input.runs.size(); ++i) add_run(i, input.runs[i], section);
  return section.take();
}

}  // namespace assay::report
