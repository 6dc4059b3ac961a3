#include "app/cli/follow_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "app/cli/one_line.h"
#include "config/toml_reader.h"
#include "record/run_follower.h"
#include "record/run_record.h"
#include "record/time_account.h"
#include "specs/family.h"

namespace assay::app {

namespace {

constexpr std::chrono::milliseconds kPause{200};

std::optional<ModelSpec> spec_of(const RunManifest& manifest) {
  if (manifest.model_toml.empty()) return std::nullopt;
  const Document document{
      .kind = DocumentKind::kData, .module = "report", .name = "model_toml of " + manifest.run_id};
  return spec_from_table(read_toml(manifest.model_toml, document), manifest.model_id);
}

/// Device-hours of the processes before the newest one.
double hours_before(const std::filesystem::path& dir, const RunManifest& manifest) {
  const RunRecord record = read_run(dir, StepDetail::kTotals);
  double last = manifest.started_unix_s;
  if (const auto& steps = record.totals->attempts; !steps.empty() && steps.back().num_steps > 0) {
    last = std::max(last, steps.back().end_unix_s);
  }
  for (const RunEvent& event : record.events) last = std::max(last, event.time_unix_s);
  const GpuHours newest = gpu_hours(static_cast<double>(manifest.devices.size()),
                                    Seconds(last - manifest.started_unix_s));
  return std::max(0.0, (account_time(record).device_hours - newest).value());
}

ProgressFacts facts_of(const std::filesystem::path& dir, const RunFollower& follower,
                       const Registry& registry) {
  const RunManifest& manifest = follower.manifest();
  const std::optional<ModelSpec> spec = spec_of(manifest);
  const Device* registered =
      manifest.devices.empty() ? nullptr
                               : registry.find_device_by_driver_name(manifest.devices.front().name);
  return progress_facts(manifest, spec ? &*spec : nullptr, registered,
                        follower.num_attempts() > 1 ? hours_before(dir, manifest) : 0);
}

/// Which process of the run wrote the item, 0 first.
int attempt_of(const RunItem& item) {
  return std::visit([](const auto& one) { return one.attempt; }, item);
}

/// How a process of the run ended, where this item says so.
std::optional<std::string> ending_in(const RunItem& item) {
  const auto* event = std::get_if<RunEvent>(&item);
  const bool is_end = event != nullptr && event->kind == "stop";
  return is_end ? std::optional(event->message) : std::nullopt;
}

void print_process(const RunManifest& manifest, int number, ProgressStyle style) {
  if (style == ProgressStyle::kJson) {
    const nlohmann::ordered_json line{{"kind", "process"},
                                      {"run_id", manifest.run_id},
                                      {"process", number},
                                      {"started_utc", manifest.started_utc}};
    fmt::print("{}\n", line.dump());
  } else {
    fmt::print("{}: process {} of the run, started {}\n", manifest.run_id, number,
               manifest.started_utc);
  }
  std::fflush(stdout);
}

}  // namespace

void follow_run(const std::filesystem::path& dir, const Registry& registry, ProgressStyle style) {
  RunFollower follower(dir);
  std::vector<RunItem> items = follower.poll();
  for (std::optional<std::string> ending; !ending;) {
    const int attempts = follower.num_attempts();
    print_process(follower.manifest(), attempts, style);
    ProgressDisplay display(facts_of(dir, follower, registry), style, stdout);
    while (true) {
      for (const RunItem& item : items) {
        // Those of other processes have other devices, times and costs.
        if (attempt_of(item) != attempts - 1) continue;
        display.consume(item);
        if (!ending) ending = ending_in(item);
      }
      const bool goes_on = follower.num_attempts() != attempts;
      if (goes_on) ending.reset();
      if (ending || goes_on) break;
      std::this_thread::sleep_for(kPause);
      items = follower.poll();
    }
    display.finish();
    // The JSON lines have the event itself.
    if (ending && style != ProgressStyle::kJson)
      fmt::print("the run ended: {}\n", one_line(*ending));
  }
}

}  // namespace assay::app
