#include "app/torch_support/run_outputs.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>

#include "app/cli/build_info.h"
#include "cost/energy_use.h"
#include "cost/run_efficiency.h"
#include "cost/run_prices.h"
#include "error/error.h"
#include "record/time_account.h"
#include "train/machine.h"

namespace assay::app {

namespace {

// A clock that is disciplined by small steps is not worth a word.
constexpr double kClockSetS = 1.0;

std::vector<EnergySeries> all_series(const PowerSources& power) {
  std::vector<EnergySeries> series;
  for (const auto& source : power.sources) {
    for (const EnergySeries& one : source->series()) series.push_back(one);
  }
  return series;
}

std::vector<std::string> gpu_uuids(const RunManifest& manifest) {
  std::vector<std::string> uuids;
  for (const DeviceInfo& device : manifest.devices) {
    if (!device.uuid.empty()) uuids.push_back(device.uuid);
  }
  return uuids;
}

MetricsFacts metrics_facts(const RunOutputs::Parts& parts) {
  const BuildInfo build = build_info();
  MetricsFacts facts{
      .version = build.version, .commit = build.commit, .energy_series = all_series(parts.power)};
  for (const FlopConvention convention :
       {FlopConvention::kSixNd, FlopConvention::kExactCausal, FlopConvention::kExactFull}) {
    facts.flops_per_token.emplace(
        to_string(convention),
        flops_per_token(parts.inputs.spec, convention, parts.config.train.seq_len));
  }
  if (const auto ceiling = rate_ceiling(parts.manifest.devices.front(), parts.registered)) {
    facts.peak = {ceiling->is_peak ? "bf16_dense" : "measured_ceiling", ceiling->rate};
  }
  if (const auto rent = rent_of(parts.manifest)) {
    facts.price_per_device_hour = rent->value.per_gpu_hour;
  }
  if (const auto& budget = parts.config.price.budget) {
    facts.budget = Money{budget->value, budget->currency, ""};
  }
  if (!parts.continues_run) return facts;
  const TimeAccount before = account_time(read_run(parts.run_dir, StepDetail::kTotals));
  facts.startup_is_lost = !before.stopped;
  if (facts.price_per_device_hour) {
    facts.rent_before = before.device_hours.value() * facts.price_per_device_hour->amount;
  }
  return facts;
}

double hours_before(const RunOutputs::Parts& parts) {
  if (!parts.continues_run) return 0;
  return account_time(read_run(parts.run_dir, StepDetail::kTotals)).device_hours.value();
}

std::optional<BudgetWatch> budget_watch(const RunOutputs::Parts& parts, const MetricsFacts& facts) {
  if (!facts.budget || !facts.price_per_device_hour) return std::nullopt;
  return BudgetWatch({.per_device_hour = *facts.price_per_device_hour,
                      .num_devices = static_cast<double>(parts.manifest.devices.size()),
                      .started_unix_s = parts.manifest.started_unix_s,
                      .before = facts.rent_before,
                      .planned_steps = parts.config.train.steps},
                     *facts.budget);
}

/// Why the file that is written at the end will not be, or not be read: worth a word at the start.
std::string textfile_doubt(const std::filesystem::path& file) {
  if (file.empty()) return "";
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  if (!std::filesystem::is_directory(folder)) {
    return "metrics.textfile: there is no such folder: " + folder.string();
  }
  if (file.extension() == ".prom") return "";
  return "metrics.textfile: node_exporter reads *.prom alone: " + file.string();
}

/// Kineto writes its file in the middle of the run. Throws: StorageError.
void expect_folder_of(const std::filesystem::path& file) {
  if (file.empty()) return;
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  if (std::filesystem::is_directory(folder)) return;
  throw StorageError(
      fmt::format("[profile] there is no folder for Kineto's trace: {}", file.string()));
}

std::unique_ptr<MetricsServer> serve(const RunOutputs::Parts& parts,
                                     const MetricsRegistry& registry) {
  if (parts.config.metrics.address == "off") return nullptr;
  const MetricsConfig& metrics = parts.config.metrics;
  std::optional<ScrapePassword> password;
  if (!metrics.user.empty()) password.emplace(metrics.user, metrics.password_file);
  return std::make_unique<MetricsServer>(
      registry,
      for_local_rank(parse_metrics_address(parts.config.metrics.address),
                     static_cast<int>(parts.local_rank)),
      password);
}

}  // namespace

RunOutputs::RunOutputs(Parts parts)
    : manifest_(parts.manifest),
      clock_(parts.clock),
      textfile_(parts.config.metrics.textfile),
      linger_(parts.config.metrics.linger),
      display_(
          progress_facts(parts.manifest, &parts.inputs.spec, parts.registered, hours_before(parts)),
          parts.progress, stderr) {
  if (!parts.config.metrics.pushgateway.empty()) {
    pushgateway_ = parse_pushgateway(parts.config.metrics.pushgateway);
  }
  const MetricsFacts facts = metrics_facts(parts);
  budget_ = budget_watch(parts, facts);
  stops_at_budget_ = parts.config.price.stop_at_budget;
  metrics_sink_ = std::make_unique<MetricsSink>(metrics_, parts.manifest, facts);
  // A taken port or a trace that cannot be written must not leave a run directory behind.
  expect_folder_of(parts.config.profile.kineto);
  server_ = serve(parts, metrics_);
  if (!parts.config.profile.trace.empty()) {
    trace_ = std::make_unique<TraceWriter>(
        TraceWriter::Options{.file = parts.config.profile.trace,
                             .run_id = parts.manifest.run_id,
                             .origin_unix_s = parts.manifest.started_unix_s,
                             .max_steps = parts.config.profile.trace_steps});
  }
  writer_ = parts.continues_run ? RunWriter::resume(parts.run_dir, parts.manifest)
                                : RunWriter::create(parts.run_dir, parts.manifest);
  sinks_.add(*writer_);
  sinks_.add(*metrics_sink_);
  sinks_.add(display_);
  if (trace_) sinks_.add(*trace_);
  if (const std::string doubt = textfile_doubt(textfile_); !doubt.empty()) warn(doubt);
  if (budget_) {
    sinks_.add(*budget_);
    budget_->begin(clock_.now_unix_s());
  }
  if (!parts.power.sources.empty()) {
    EnergyMeterOptions options = parts.config.energy.meter_options();
    options.keep_ticks = true;
    meter_ = std::make_unique<EnergyMeter>(std::move(parts.power.sources), options,
                                           std::make_unique<SystemMeterClock>(clock_));
    attribution_.emplace(meter_->series(), parts.manifest.energy_probes);
  }
  if (parts.config.energy.enabled) {
    health_ = GpuHealthMonitor::find(parts.config.energy.gpus_to_read(gpu_uuids(parts.manifest)));
  }
}

void RunOutputs::keep_edges(const EnergySample& sample) {
  const auto [entry, is_new] =
      edges_.try_emplace({sample.source, sample.device_uuid}, sample, sample);
  if (!is_new) entry->second.second = sample;
}

void RunOutputs::tell(const EnergyAvailability& change) {
  metrics_sink_->energy().show_change(change);
  const std::string series = change.series.source + " " + change.series.device_uuid;
  warn(change.available
           ? fmt::format("energy: {} is read again", series)
           : fmt::format("energy: {} is not available since {}: {}; what was counted until then "
                         "stays",
                         series, rfc3339(change.since_unix_s), change.why));
}

void RunOutputs::poll_meter() {
  // Before the samples: the last one of a lost series must not come after the news of its loss.
  const std::vector<EnergyAvailability> changes = meter_->take_changes();
  for (const EnergySample& sample : meter_->take_samples()) {
    keep_edges(sample);
    sinks_.consume(sample);
  }
  for (const EnergyAvailability& change : changes) tell(change);
  attribution_->take_ticks(*meter_);
  const int64_t faults = meter_->num_faults();
  metrics_sink_->add_energy_faults(faults - faults_told_);
  faults_told_ = faults;
  const Seconds sampler = meter_->cpu_time();
  metrics_sink_->add_sampler_time(sampler - sampler_told_);
  sampler_told_ = sampler;
}

void RunOutputs::watch_host_clock() {
  const double ahead = clock_.host_ahead_s();
  metrics_sink_->set_host_ahead(ahead);
  const double set = ahead - host_ahead_told_s_;
  if (std::abs(set) < kClockSetS) return;
  host_ahead_told_s_ = ahead;
  warn(fmt::format(
      "the host clock was set {} by {:.1f} s{}: the times of this process go on "
      "steadily, now {:.1f} s {} it",
      set > 0 ? "forward" : "back", std::abs(set), set > 0 ? " (or the machine slept)" : "",
      std::abs(ahead), ahead > 0 ? "behind" : "ahead of"));
}

void RunOutputs::poll() {
  watch_host_clock();
  if (meter_) poll_meter();
  if (budget_) {
    if (const auto warning = budget_->take_warning()) warn(*warning);
  }
  if (health_) metrics_sink_->energy().show_health(health_->latest());
  writer_->check();
}

std::optional<Joules> RunOutputs::energy() const {
  RunRecord record{.manifests = {manifest_}};
  for (const auto& [series, edges] : edges_) {
    record.energy.push_back(edges.first);
    record.energy.push_back(edges.second);
  }
  const auto total = energy_use(record).total;
  if (!total) return std::nullopt;
  return total->value;
}

void RunOutputs::trace(int64_t step, const StepTimeline& timeline) {
  if (attribution_) attribution_->add(timeline);
  if (trace_) trace_->add(step, timeline);
}

void RunOutputs::finish_trace(const ClockLine& clock) {
  if (!trace_) return;
  trace_->finish(clock);
  if (!trace_->failure().empty()) {
    warn(fmt::format("the trace is cut off: {}", trace_->failure()));
  }
}

bool RunOutputs::must_stop() const { return stops_at_budget_ && budget_ && budget_->is_spent(); }

void RunOutputs::linger(const std::function<bool()>& stop) const {
  if (server_) server_->linger(linger_, stop);
}

void RunOutputs::warn(const std::string& message) {
  sinks_.consume(
      RunEvent{.time_unix_s = clock_.now_unix_s(), .kind = "warning", .message = message});
}

void RunOutputs::stop(int64_t step, const std::string& reason) noexcept {
  try {
    display_.finish();
    if (meter_) {
      meter_->stop();
      for (const EnergyFault& fault : meter_->faults()) {
        warn(fmt::format("energy: {} ({} times)", fault.text, fault.count));
      }
    }
    poll();
    if (attribution_) {
      for (const RunEvent& event : attribution_->events(clock_.now_unix_s(), step))
        sinks_.consume(event);
    }
    publish_totals();
    sinks_.consume(RunEvent{
        .time_unix_s = clock_.now_unix_s(), .kind = "stop", .step = step, .message = reason});
    poll();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "assay: while the run was closed: %s\n", error.what());
  }
}

// What hears of a run from outside may be away: that is a warning, and the run ends as it would.
void RunOutputs::publish_totals() {
  const auto try_to = [this](const auto& publish) {
    try {
      publish();
    } catch (const Error& error) {
      warn(error.what());
    }
  };
  if (!textfile_.empty()) try_to([this] { metrics_.write_textfile(textfile_); });
  if (pushgateway_) {
    try_to([this] { push_run(*pushgateway_, manifest_.run_id, metrics_.text()); });
  }
}

std::string RunOutputs::metrics_url() const { return server_ ? server_->url() : ""; }

}  // namespace assay::app
