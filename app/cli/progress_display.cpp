#include "app/cli/progress_display.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/cli/progress_lines.h"
#include "cost/run_prices.h"
#include "error/error.h"

namespace assay::app {

namespace {

constexpr std::chrono::milliseconds kTerminalPeriod{100};
constexpr std::chrono::milliseconds kPlainPeriod{5000};
constexpr int kBarWidth = 24;
constexpr double kSmoothing = 0.95;

std::string clock_text(double seconds) {
  const auto total = static_cast<int64_t>(std::max(0.0, seconds));
  if (total < 3600) return fmt::format("{}:{:02}", total / 60, total % 60);
  return fmt::format("{}:{:02}:{:02}", total / 3600, total / 60 % 60, total % 60);
}

std::string bar(int64_t step, int64_t num_steps) {
  const auto full = static_cast<int>(kBarWidth * step / std::max<int64_t>(num_steps, 1));
  return '[' + std::string(static_cast<size_t>(full), '#') +
         std::string(static_cast<size_t>(kBarWidth - full), '.') + ']';
}

double smooth(double old, double value) {
  if (old == 0 || !std::isfinite(value)) return std::isfinite(value) ? value : old;
  return kSmoothing * old + (1 - kSmoothing) * value;
}

/// Columns of the terminal now; a line as long as it is would wrap and could not be drawn over.
size_t terminal_columns(std::FILE* out) {
  winsize size{};
  const bool is_known = ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? std::max<size_t>(size.ws_col, 2) : 80;
}

bool can_draw_over(std::FILE* out) {
  const char* terminal = std::getenv("TERM");
  return isatty(fileno(out)) == 1 && (terminal == nullptr || std::string_view(terminal) != "dumb");
}

}  // namespace

ProgressStyle parse_progress_style(std::string_view text) {
  if (text == "auto") return ProgressStyle::kAuto;
  if (text == "plain") return ProgressStyle::kPlain;
  if (text == "json") return ProgressStyle::kJson;
  if (text == "none") return ProgressStyle::kNone;
  throw ConfigError(fmt::format("[progress] unknown style: {} (auto, plain, json, none)", text));
}

ProgressFacts progress_facts(const RunManifest& manifest, const ModelSpec* spec,
                             const Device* registered, double hours_before) {
  ProgressFacts facts{.num_devices = static_cast<double>(manifest.devices.size()),
                      .started_unix_s = manifest.started_unix_s,
                      .hours_before = hours_before};
  for (const StageInfo& stage : manifest.stages) facts.num_steps += stage.num_steps;
  if (const auto rent = rent_of(manifest)) facts.per_device_hour = rent->value.per_gpu_hour;
  if (!manifest.devices.empty()) {
    facts.ceiling = rate_ceiling(manifest.devices.front(), registered);
  }
  if (spec != nullptr && !manifest.stages.empty()) {
    facts.flops_per_token =
        flops_per_token(*spec, FlopConvention::kExactCausal, manifest.stages.front().seq_len);
  }
  return facts;
}

ProgressDisplay::ProgressDisplay(ProgressFacts facts, ProgressStyle style, std::FILE* out)
    : facts_(std::move(facts)),
      style_(style),
      out_(out),
      on_terminal_(style == ProgressStyle::kAuto && can_draw_over(out)) {}

void ProgressDisplay::consume(const RunItem& item) noexcept {
  if (style_ == ProgressStyle::kNone) return;
  try {
    if (const auto* sample = std::get_if<EnergySample>(&item)) show(*sample);
    if (const auto* step = std::get_if<StepRecord>(&item)) show(*step);
    if (const auto* event = std::get_if<RunEvent>(&item)) show(*event);
  } catch (...) {  // a display that fails must not stop a run
  }
}

void ProgressDisplay::finish() noexcept {
  if (!drawn_.empty()) std::fputc('\n', out_);
  drawn_.clear();
}

double ProgressDisplay::device_hours(const StepRecord& step) const {
  const double held_s = std::max(0.0, step.time_unix_s - facts_.started_unix_s);
  return facts_.hours_before + facts_.num_devices * held_s / kSecondsPerHour;
}

std::optional<double> ProgressDisplay::utilisation() const {
  if (!facts_.flops_per_token || !facts_.ceiling || smoothed_step_s_ <= 0) return std::nullopt;
  return facts_.flops_per_token->value() * tokens_per_step_ / smoothed_step_s_ /
         (facts_.ceiling->rate.value() * facts_.num_devices);
}

std::optional<Watts> ProgressDisplay::power() const {
  if (power_.empty()) return std::nullopt;
  Watts sum;
  for (const auto& [device, reading] : power_) sum += reading.second;
  return sum;
}

// A device's counter and its power integral tell the same watts: only one of them is added.
void ProgressDisplay::show(const EnergySample& sample) {
  if (!sample.power) return;
  const auto [entry, is_new] = power_.try_emplace(sample.device_uuid, sample.source, *sample.power);
  if (!is_new && entry->second.first == sample.source) entry->second.second = *sample.power;
}

void ProgressDisplay::show(const StepRecord& step) {
  smoothed_step_s_ = smooth(smoothed_step_s_, step.profile.wall.value());
  tokens_per_step_ = step.tokens.value();
  if (step.skipped && style_ != ProgressStyle::kJson) {
    print(fmt::format("step {}: not finite, update skipped", step.step));
  }
  const auto now = Clock::now();
  const bool is_edge = step.step == 1 || step.step == facts_.num_steps;
  if (!is_edge && now - last_shown_ < (on_terminal_ ? kTerminalPeriod : kPlainPeriod)) return;
  last_shown_ = now;
  const double left_s = static_cast<double>(facts_.num_steps - step.step) * smoothed_step_s_;
  if (style_ == ProgressStyle::kJson) return show_json(step, left_s);
  const std::vector<std::string> parts = parts_of(step, left_s);
  if (on_terminal_) {
    draw(progress_lines(bar(step.step, facts_.num_steps), parts, terminal_columns(out_) - 1));
  } else {
    print(fmt::format("{}", fmt::join(parts, "  ")));
  }
}

std::vector<std::string> ProgressDisplay::parts_of(const StepRecord& step, double left_s) const {
  const std::string loss =
      std::isfinite(step.loss) ? fmt::format("{:.3f} nats/token", step.loss) : "not finite";
  std::vector<std::string> parts{
      fmt::format("step {}/{}", step.step, facts_.num_steps), "loss " + loss,
      fmt::format("{:.0f} tokens/s", step.tokens.value() / smoothed_step_s_),
      clock_text(left_s) + " left"};
  if (const auto watts = power()) parts.push_back(fmt::format("{:.0f} W", watts->value()));
  const double hours = device_hours(step);
  if (facts_.per_device_hour) {
    parts.push_back(fmt::format("{:.4g} {}", hours * facts_.per_device_hour->amount,
                                facts_.per_device_hour->currency));
  }
  parts.push_back(fmt::format("{:.4g} device-h", hours));
  if (const auto share = utilisation()) {
    parts.push_back(fmt::format("{} {:.1f} % (exact_causal)",
                                facts_.ceiling->is_peak ? "MFU" : "of measured_ceiling",
                                100 * *share));
  }
  return parts;
}

void ProgressDisplay::show_json(const StepRecord& step, double left_s) {
  nlohmann::ordered_json line{{"kind", "progress"},
                              {"step", step.step},
                              {"num_steps", facts_.num_steps},
                              {"loss_nats", nullptr},
                              {"tokens_per_s", step.tokens.value() / smoothed_step_s_},
                              {"left_s", left_s},
                              {"device_hours", device_hours(step)},
                              {"mfu", nullptr},
                              {"power_w", nullptr},
                              {"cost", nullptr}};
  if (std::isfinite(step.loss)) line["loss_nats"] = step.loss;
  if (const auto share = utilisation()) {
    line["mfu"] = {
        {"value", *share}, {"convention", "exact_causal"}, {"ceiling", facts_.ceiling->name}};
  }
  if (const auto watts = power()) line["power_w"] = watts->value();
  if (facts_.per_device_hour) {
    line["cost"] = {{"amount", device_hours(step) * facts_.per_device_hour->amount},
                    {"currency", facts_.per_device_hour->currency}};
  }
  print(line.dump());
}

void ProgressDisplay::show(const RunEvent& event) {
  if (style_ == ProgressStyle::kJson) {
    if (event.kind == "sample") return;  // a long text; it is in the record
    nlohmann::ordered_json line{{"kind", event.kind}, {"step", event.step}};
    if (event.duration) line["duration_s"] = event.duration->value();
    if (event.value) line["value"] = *event.value;
    if (!event.message.empty()) line["message"] = event.message;
    return print(line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  }
  if (event.kind == "warning") print("warning: " + event.message);
  if (event.kind == "eval" && event.value) {
    print(fmt::format("step {}: validation loss {:.4f} nats/token{}", event.step, *event.value,
                      event.message.empty() ? "" : " (" + event.message + ")"));
  }
  if (event.kind == "checkpoint" && !on_terminal_) {
    print(fmt::format("step {}: {} written", event.step,
                      event.message.empty() ? "checkpoint" : event.message));
  }
}

std::string ProgressDisplay::erasure() const {
  std::string text;
  for (size_t i = 0; i < drawn_.size(); ++i) text += i == 0 ? "\r\033[K" : "\033[1A\033[K";
  return text;
}

void ProgressDisplay::draw(std::vector<std::string> lines) {
  std::fprintf(out_, "%s%s", erasure().c_str(), fmt::format("{}", fmt::join(lines, "\n")).c_str());
  std::fflush(out_);
  drawn_ = std::move(lines);
}

void ProgressDisplay::print(const std::string& line) {
  std::fprintf(out_, "%s%s\n", erasure().c_str(), line.c_str());
  if (!drawn_.empty()) draw(std::exchange(drawn_, {}));
  std::fflush(out_);
}

}  // namespace assay::app
