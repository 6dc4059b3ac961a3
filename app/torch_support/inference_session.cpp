#include "app/torch_support/inference_session.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <torch/version.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "app/cli/build_info.h"
#include "app/torch_support/registered_device.h"
#include "app/torch_support/run_price.h"
#include "cost/energy_use.h"
#include "cost/run_prices.h"
#include "digest/sha256.h"
#include "train/loaded_files.h"
#include "train/machine.h"
#include "train/numerics.h"

namespace assay::app {

namespace {

/// How long a batch waits for the meter's next tick before its energy counts as unknown. The
/// generation goes on meanwhile.
constexpr std::chrono::milliseconds kTickLimit{500};

/// Energy is known from the first reading on: a batch that began before it has none.
void await_first_reading(const EnergyMeter& meter) {
  const auto limit = std::chrono::steady_clock::now() + kTickLimit;
  while (meter.num_polls() == 0 && std::chrono::steady_clock::now() < limit) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

std::string fresh_id(const RunManifest& manifest) {
  std::string time = manifest.started_utc;
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  const std::string salt = fmt::format("{}|{}|{:.6f}|{}", manifest.config_sha256, getpid(),
                                       manifest.started_unix_s, manifest.hostname);
  return fmt::format("{}-{}", time, sha256(salt).substr(0, 8));
}

MetricsFacts facts_of(const RunManifest& manifest, const std::vector<EnergySeries>& series) {
  const BuildInfo build = build_info();
  MetricsFacts facts{.version = build.version, .commit = build.commit, .energy_series = series};
  if (const auto rent = rent_of(manifest)) facts.price_per_device_hour = rent->value.per_gpu_hour;
  return facts;
}

}  // namespace

RunManifest inference_manifest(const MeteringOptions& options, const LoadedModel& loaded) {
  RunManifest manifest{.started_unix_s = process_start_unix_s(),
                       .command = {"assay", options.command}};
  manifest.started_utc = rfc3339(manifest.started_unix_s);
  manifest.command.insert(manifest.command.end(), options.args.begin(), options.args.end());
  manifest.config_toml = dump_toml(options.config);
  manifest.config_sha256 = config_sha256(options.config);
  manifest.stages = {{.name = options.command}};
  manifest.model_id = std::filesystem::path(loaded.source).filename().string();
  manifest.model_family = loaded.spec.family;
  manifest.model_toml = write_toml(loaded.table);
  manifest.num_parameters = loaded.spec.parameters.total;
  manifest.precision = to_string(loaded.precision);
  manifest.parent_checkpoint = loaded.source;
  if (loaded.tokenizer) manifest.tokenizer = loaded.tokenizer->id();
  const BuildInfo build = build_info();
  manifest.code_version = build.version + (build.commit.empty() ? "" : " " + build.commit);
  manifest.compiler = build.compiler;
  if (!options.record.empty()) {  // hashing a gigabyte takes seconds
    manifest.binary = program_digest();
    manifest.libraries = library_digests(loaded.device.is_cuda());
  }
  manifest.libtorch_version = TORCH_VERSION;
  DeviceInfo device = describe_device(loaded.device, loaded.precision, loaded.probe);
  device.registry_id = registered_device_id(device, "");
  manifest.devices = {device};
  manifest.num_threads = at::get_num_threads();
  manifest.numerics = numerics_in_force();
  manifest.environment = environment_in_force();
  manifest.hostname = host_name();
  manifest.rng_scheme = "philox4x32-10(seed, sample, token)";
  manifest.team = options.config.run.team;
  manifest.project = options.config.run.project;
  manifest.cost_centre = options.config.run.cost_centre;
  describe_price(options.config.price, options.sheet, manifest);
  manifest.run_id = fresh_id(manifest);
  return manifest;
}

InferenceSession::InferenceSession(const MeteringOptions& options, const LoadedModel& loaded)
    : options_(options) {
  record_.dir = options.record;
  record_.manifests = {inference_manifest(options, loaded)};
  warnings_ = price_warnings(options.sheet, record_.manifest());
  RunManifest& manifest = record_.manifests.front();
  PowerSources power{.unavailable = {"energy.enabled is false"}};
  if (options.config.energy.enabled) {
    std::vector<std::string> gpus;
    if (!manifest.devices.front().uuid.empty()) gpus.push_back(manifest.devices.front().uuid);
    power = find_power_sources(options.config.energy, gpus);
  }
  manifest.energy_sources = power.series_names();
  manifest.energy_unavailable = power.unavailable;
  if (!power.sources.empty()) {
    meter_ = std::make_unique<EnergyMeter>(std::move(power.sources),
                                           options.config.energy.meter_options(),
                                           std::make_unique<SystemMeterClock>(clock_));
    await_first_reading(*meter_);
  }
  start_outputs();
}

void InferenceSession::start_outputs() {
  const RunManifest& manifest = record_.manifest();
  metrics_sink_ = std::make_unique<MetricsSink>(
      metrics_, manifest,
      facts_of(manifest, meter_ ? meter_->series() : std::vector<EnergySeries>{}));
  sinks_.add(*metrics_sink_);
  if (options_.config.metrics.address != "off") {
    server_ = std::make_unique<MetricsServer>(
        metrics_, parse_metrics_address(options_.config.metrics.address));
  }
  if (!options_.record.empty()) {
    writer_ = RunWriter::create(options_.record, manifest);
    sinks_.add(*writer_);
  }
  RunEvent startup{.time_unix_s = clock_.now_unix_s(), .kind = "startup"};
  startup.duration = Seconds(startup.time_unix_s - manifest.started_unix_s);
  record_.events.push_back(startup);
  sinks_.consume(startup);
}

InferenceSession::~InferenceSession() {
  try {
    finish("failed");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "assay: while the record was closed: %s\n", error.what());
  }
}

std::optional<Joules> InferenceSession::energy_between(double begin_unix_s,
                                                       double end_unix_s) const {
  RunRecord part{.manifests = {record_.manifest()}};
  for (const EnergySeries& series : meter_->series()) {
    for (const double time : {begin_unix_s, end_unix_s}) {
      const auto energy = meter_->at(series.source, series.device_uuid, time);
      if (!energy) return std::nullopt;
      part.energy.push_back({.time_unix_s = time,
                             .source = series.source,
                             .device_uuid = series.device_uuid,
                             .energy = *energy,
                             .provenance = series.provenance});
    }
  }
  const auto total = energy_use(part).total;
  return total ? std::optional(total->value) : std::nullopt;
}

void InferenceSession::take_samples() {
  if (!meter_) return;
  for (const EnergySample& sample : meter_->take_samples()) sinks_.consume(sample);
}

bool InferenceSession::pass_on_first() {
  InferenceRecord& batch = waiting_.front();
  if (meter_) {
    const double begin = batch.time_unix_s - (batch.prefill + batch.decode).value();
    batch.energy = energy_between(begin, batch.time_unix_s);
    const std::chrono::duration<double> limit = kTickLimit;
    if (!batch.energy && clock_.now_unix_s() < batch.time_unix_s + limit.count()) return false;
  }
  record_.inference.push_back(batch);
  sinks_.consume(batch);
  waiting_.pop_front();
  return true;
}

void InferenceSession::add(InferenceRecord batch) {
  waiting_.push_back(batch);
  while (!waiting_.empty() && pass_on_first()) continue;
  take_samples();
  if (writer_) writer_->check();
}

void InferenceSession::settle() {
  while (!waiting_.empty()) {
    if (!pass_on_first()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  take_samples();
  if (writer_) writer_->check();
}

void InferenceSession::finish(const std::string& reason) {
  if (finished_) return;
  finished_ = true;
  settle();
  if (server_) server_->linger(options_.config.metrics.linger, [] { return false; });
  if (meter_) meter_->stop();
  take_samples();
  const RunEvent stop{.time_unix_s = clock_.now_unix_s(), .kind = "stop", .message = reason};
  record_.events.push_back(stop);
  sinks_.consume(stop);
  if (!options_.config.metrics.textfile.empty()) {
    metrics_.write_textfile(options_.config.metrics.textfile);
  }
  if (writer_) writer_->check();
}

std::string InferenceSession::metrics_url() const { return server_ ? server_->url() : ""; }

}  // namespace assay::app
