#include "energy/energy_meter.h"

#include <time.h>

#include <algorithm>

namespace assay {
namespace {

// A source that reports a changing text must not fill the memory.
constexpr size_t kMaxFaultTexts = 64;
// Samples that nobody takes: an hour of 16 series at one a second.
constexpr size_t kMaxWaitingSamples = 16 * 3600;

Seconds thread_cpu_time() {
  timespec time{};
  if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) != 0) return Seconds(0);
  return Seconds(static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec));
}

}  // namespace

EnergyMeter::EnergyMeter(std::vector<std::unique_ptr<PowerSource>> sources,
                         EnergyMeterOptions options, std::unique_ptr<MeterClock> clock)
    : sources_(std::move(sources)), options_(options), clock_(std::move(clock)) {
  for (const auto& source : sources_) {
    for (EnergySeries& series : source->series()) {
      states_[{series.source, series.device_uuid}].heard_unix_s = clock_->now_unix_s();
      series_.push_back(std::move(series));
    }
  }
  if (!sources_.empty()) thread_ = std::thread([this] { run(); });
}

EnergyMeter::~EnergyMeter() { stop(); }

void EnergyMeter::stop() {
  if (!thread_.joinable()) return;
  clock_->wake();
  thread_.join();
  const std::lock_guard lock(mutex_);
  for (auto& [key, state] : states_) {
    if (state.latest) samples_.push_back(*std::exchange(state.latest, std::nullopt));
  }
}

void EnergyMeter::run() noexcept {
  do {
    poll();
  } while (clock_->sleep(options_.poll_period));
  poll();
}

// Sources are read without the lock: NVML may take milliseconds, and the training thread asks.
void EnergyMeter::poll() noexcept {
  try {
    for (const auto& source : sources_) {
      const double now = clock_->now_unix_s();
      EnergyReadings readings = source->read(now);
      const std::lock_guard lock(mutex_);
      for (EnergySample& sample : readings.samples) {
        states_[{sample.source, sample.device_uuid}].heard_unix_s = now;
        keep(std::move(sample));
      }
      note_availability(*source, now, readings.failures);
      for (const std::string& failure : readings.failures) count_fault(failure);
    }
    const Seconds used = thread_cpu_time();
    const std::lock_guard lock(mutex_);
    ++num_polls_;
    cpu_time_ = used;
  } catch (const std::exception&) {  // memory: this poll is lost, the next one may do
  }
}

void EnergyMeter::keep(EnergySample sample) {
  State& state = states_[{sample.source, sample.device_uuid}];
  if (options_.keep_ticks) state.ticks.add(sample.time_unix_s, sample.energy);
  if (!state.trace.add(sample.time_unix_s, sample.energy)) {
    count_fault(sample.source + ": " + sample.device_uuid + ": the counter or its clock went back");
    if (state.latest) samples_.push_back(*std::exchange(state.latest, std::nullopt));
    state.recorded_unix_s.reset();
  }
  const bool due = !state.recorded_unix_s ||
                   sample.time_unix_s - *state.recorded_unix_s >= options_.record_period.value();
  if (!due) {
    state.latest = std::move(sample);
    return;
  }
  state.recorded_unix_s = sample.time_unix_s;
  state.latest.reset();
  if (samples_.size() >= kMaxWaitingSamples) {
    count_fault("meter: samples were dropped because nobody took them");
    return;
  }
  samples_.push_back(std::move(sample));
}

void EnergyMeter::note_availability(const PowerSource& source, double now_unix_s,
                                    const std::vector<std::string>& failures) {
  for (const EnergySeries& series : source.series()) {
    State& state = states_[{series.source, series.device_uuid}];
    const bool heard = state.heard_unix_s == now_unix_s;
    const bool silent = now_unix_s - state.heard_unix_s >= options_.lost_after.value();
    if (state.lost ? !heard : !silent) continue;
    state.lost = !state.lost;
    EnergyAvailability change{series, heard, state.heard_unix_s, {}};
    for (const std::string& failure : failures) {
      const bool is_its = failure.find(series.device_uuid) != std::string::npos;
      if (!heard && is_its && change.why.empty()) change.why = failure;
    }
    if (!heard && change.why.empty())
      change.why = failures.empty() ? "no reading" : failures.back();
    // What it last gave closes its record: nothing after that is known.
    if (!heard && state.latest) {
      samples_.push_back(*std::exchange(state.latest, std::nullopt));
    }
    changes_.push_back(std::move(change));
  }
}

std::vector<EnergyTick> EnergyMeter::take_ticks(const EnergySeries& series) {
  const std::lock_guard lock(mutex_);
  const auto found = states_.find({series.source, series.device_uuid});
  return found == states_.end() ? std::vector<EnergyTick>{} : found->second.ticks.take();
}

std::vector<EnergyAvailability> EnergyMeter::take_changes() {
  const std::lock_guard lock(mutex_);
  return std::exchange(changes_, {});
}

void EnergyMeter::count_fault(const std::string& text) {
  const bool known = faults_.contains(text) || faults_.size() < kMaxFaultTexts;
  ++faults_[known ? text : "other faults"];
}

std::vector<EnergySample> EnergyMeter::take_samples() {
  std::vector<EnergySample> taken;
  {
    const std::lock_guard lock(mutex_);
    taken.swap(samples_);
  }
  std::stable_sort(taken.begin(), taken.end(), [](const EnergySample& a, const EnergySample& b) {
    return a.time_unix_s < b.time_unix_s;
  });
  return taken;
}

std::optional<Joules> EnergyMeter::at(const std::string& source, const std::string& device_uuid,
                                      double time_unix_s) const {
  const std::lock_guard lock(mutex_);
  const auto found = states_.find({source, device_uuid});
  return found == states_.end() ? std::nullopt : found->second.trace.at(time_unix_s);
}

std::vector<EnergyFault> EnergyMeter::faults() const {
  const std::lock_guard lock(mutex_);
  std::vector<EnergyFault> all;
  for (const auto& [text, count] : faults_) all.push_back({text, count});
  return all;
}

int64_t EnergyMeter::num_faults() const {
  int64_t total = 0;
  for (const EnergyFault& fault : faults()) total += fault.count;
  return total;
}

int64_t EnergyMeter::num_polls() const {
  const std::lock_guard lock(mutex_);
  return num_polls_;
}

Seconds EnergyMeter::cpu_time() const {
  const std::lock_guard lock(mutex_);
  return cpu_time_;
}

}  // namespace assay
