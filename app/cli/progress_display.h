#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cost/run_efficiency.h"
#include "record/run_manifest.h"
#include "record/step_record.h"
#include "specs/model_spec.h"
#include "units/money.h"

namespace assay::app {

/// How a run is shown: drawn over on a terminal and plain lines elsewhere, always
/// plain lines, one JSON object a line, or not at all. There are no colours.
enum class ProgressStyle { kAuto, kPlain, kJson, kNone };

/// Reads "auto", "plain", "json" or "none". Throws: ConfigError.
ProgressStyle parse_progress_style(std::string_view text);

/// What is known of a run beside its items.
struct ProgressFacts {
  int64_t num_steps = 0;
  double num_devices = 0;
  double started_unix_s = 0;  ///< of the process that is shown
  double hours_before = 0;    ///< device-hours of earlier processes of the run
  std::optional<Money> per_device_hour;
  std::optional<Flops> flops_per_token;  ///< exact_causal, forward and backward
  std::optional<RateCeiling> ceiling;
};

/// The facts of a process of a run; `spec` and `registered` may be null.
ProgressFacts progress_facts(const RunManifest& manifest, const ModelSpec* spec,
                             const Device* registered, double hours_before);

/// Shows a run: step, loss, tokens/s, utilisation with its convention and ceiling, watts, money and
/// device-hours so far, time left. What is not known is left out. On a terminal one line, or two
/// where it is narrow, is drawn over, as wide as the terminal is at that moment; else a plain line
/// every few seconds. Events that matter to a reader get lines of their own.
class ProgressDisplay : public StepSink {
 public:
  /// `out` must outlive the display.
  ProgressDisplay(ProgressFacts facts, ProgressStyle style, std::FILE* out);

  void consume(const RunItem& item) noexcept override;
  /// Ends the line that is drawn over.
  void finish() noexcept;

 private:
  void show(const StepRecord& step);
  void show(const EnergySample& sample);
  void show(const RunEvent& event);
  void show_json(const StepRecord& step, double left_s);
  /// "step 3/10", "loss 5.418 nats/token" …; the longest last, which a narrow terminal leaves out.
  [[nodiscard]] std::vector<std::string> parts_of(const StepRecord& step, double left_s) const;
  [[nodiscard]] double device_hours(const StepRecord& step) const;
  [[nodiscard]] std::optional<double> utilisation() const;
  [[nodiscard]] std::optional<Watts> power() const;
  void draw(std::vector<std::string> lines);
  /// The characters that take away what was drawn and leave the cursor where it began.
  [[nodiscard]] std::string erasure() const;
  /// A line for good, above what is drawn.
  void print(const std::string& line);

  using Clock = std::chrono::steady_clock;
  ProgressFacts facts_;
  ProgressStyle style_;
  std::FILE* out_;
  bool on_terminal_;
  std::vector<std::string> drawn_;  ///< lines that stand and are drawn over
  Clock::time_point last_shown_{};
  double smoothed_step_s_ = 0;
  double tokens_per_step_ = 0;
  /// Last power of each device, by the source that counts.
  std::map<std::string, std::pair<std::string, Watts>> power_;
};

}  // namespace assay::app
