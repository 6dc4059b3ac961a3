#include "monitoring/metered_run.h"

#include <stdlib.h>

#include <chrono>
#include <cmath>
#include <fstream>

#include "energy/energy_config.h"

namespace assay {
namespace {

constexpr const char* kGpu = "GPU-00000000-0000-0000-0000-000000000001";
constexpr int kReadings = 20000;  // a quarter of an hour
constexpr Seconds kPoll{0.05};

double unix_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

RunManifest manifest_of_gpu_run() {
  RunManifest manifest{.run_id = "fake-nvml", .started_unix_s = unix_time()};
  manifest.stages = {{.name = "pretrain", .num_steps = 20000}};
  manifest.model_id = "moe";
  manifest.model_family = "olmoe";
  manifest.precision = "bf16";
  manifest.team = "alchemy";
  manifest.devices = {
      {.kind = "cuda", .name = "NVIDIA H100 80GB HBM3", .uuid = kGpu, .driver = "580.65.06"}};
  return manifest;
}

MetricsFacts facts_of_gpu_run(std::vector<EnergySeries> series) {
  return {.version = "0.1.0",
          .commit = "test",
          .energy_series = std::move(series),
          .flops_per_token = {{"exact_causal", Flops(6e9)}, {"six_nd", Flops(5.5e9)}},
          .peak = MetricsPeak{"bf16_dense", FlopsPerSecond(989.4e12)},
          .price_per_device_hour = Money{2.0, "USD", ""},
          .rent_before = 0.25,
          .budget = Money{1, "USD", ""}};
}

}  // namespace

void MeteredRun::write_script() const {
  std::ofstream script(folder_ / "nvml");
  script << "gpu " << kGpu << " NVIDIA H100 80GB HBM3\nenergy";
  for (int i = 0; i < kReadings; ++i) script << ' ' << 1000 + 35000LL * i;  // mJ in 50 ms
  script << "\npower 700000\nthrottled_ns 75 0\nthrottled_ns 74";
  for (int i = 0; i < kReadings; ++i) script << ' ' << 50000000LL * i;
  script << "\necc 3 0\necc 4 0\n";
}

MeteredRun::MeteredRun(uint16_t port) {
  write_script();
  ::setenv("ASSAY_FAKE_NVML", (folder_ / "nvml").c_str(), 1);
  PowerSources power = find_power_sources({}, {kGpu}, {}, FAKE_NVML);
  std::vector<EnergySeries> series;
  for (const auto& source : power.sources) {
    for (const EnergySeries& one : source->series()) series.push_back(one);
  }
  sink_ = std::make_unique<MetricsSink>(registry_, manifest_of_gpu_run(), facts_of_gpu_run(series));
  server_ = std::make_unique<MetricsServer>(registry_, MetricsAddress{"127.0.0.1", port});
  meter_ = std::make_unique<EnergyMeter>(std::move(power.sources),
                                         EnergyMeterOptions{kPoll, Seconds(0.2)});
  health_ = GpuHealthMonitor::find({kGpu}, Seconds(0.5), FAKE_NVML);
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

MeteredRun::~MeteredRun() {
  thread_ = {};
  ::unsetenv("ASSAY_FAKE_NVML");
}

void MeteredRun::run(const std::stop_token& stop) {
  tell_event("startup", 0, Seconds(0.1), {});
  for (int64_t step = 1; !stop.stop_requested(); ++step) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    tell_step(step);
    for (const EnergySample& sample : meter_->take_samples()) sink_->consume(sample);
    if (health_) sink_->energy().show_health(health_->latest());
    if (step % 30 == 0) tell_event("eval", step, Seconds(0.01), 2.5);
    if (step % 20 == 0) tell_batch();
    if (step % 40 == 0) tell_event("checkpoint", step, Seconds(0.15), {});
  }
}

void MeteredRun::tell_event(const char* kind, int64_t step, Seconds duration,
                            std::optional<double> value) {
  std::this_thread::sleep_for(std::chrono::duration<double>(duration.value()));
  sink_->consume(RunEvent{.time_unix_s = unix_time(),
                          .kind = kind,
                          .step = step,
                          .duration = duration,
                          .value = value});
}

void MeteredRun::tell_step(int64_t number) {
  StepRecord step{.stage = "pretrain",
                  .step = number,
                  .time_unix_s = unix_time(),
                  .tokens = Tokens(4096),
                  .loss = 2 + 3 * std::exp(-static_cast<double>(number) / 500),
                  .aux_loss = 0.02,
                  .grad_norm = 1.5,
                  .learning_rate = 3e-4};
  step.profile.wall = Seconds(0.05);
  step.profile.phases = {Seconds(0.002), Seconds(0.015), Seconds(0.025),
                         Seconds(0),     Seconds(0.006), Seconds(0.002)};
  step.profile.clock = StepClock::kCudaEvents;
  for (int layer = 0; layer < 4; ++layer) {
    step.tokens_per_expert.push_back({1100, 1000, 900, 1200, 800, 1050, 950, 1192});
    step.router.push_back({.layer = layer,
                           .load_entropy_nats = 2.07,
                           .score_entropy_nats = 1.8,
                           .max_violation = 0.2,
                           .mean_violation = 0.1,
                           .dropped = layer,
                           .bias = {0.01, -0.02, 0.01, 0, 0, 0, 0, 0}});
  }
  sink_->consume(step);
}

void MeteredRun::tell_batch() {
  const Seconds prefill(0.02);
  const Seconds decode(0.06);
  std::this_thread::sleep_for(std::chrono::duration<double>((prefill + decode).value()));
  sink_->consume(InferenceRecord{.time_unix_s = unix_time(),
                                 .num_prompts = 2,
                                 .num_sequences = 4,
                                 .prompt_tokens = Tokens(64),
                                 .generated_tokens = Tokens(132),
                                 .decode_tokens = Tokens(128),
                                 .prefill = prefill,
                                 .decode = decode,
                                 .first_token = prefill,
                                 .kv_cache = Bytes(4e6),
                                 .kv_per_sequence = Bytes(1e6),
                                 .energy = Joules(56)});
}

}  // namespace assay
