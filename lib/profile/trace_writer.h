#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "profile/clock_line.h"
#include "profile/step_timeline.h"
#include "record/step_record.h"

namespace assay {

/// Writes a Chrome trace: one row each for steps, phases, layers, side streams and what else the
/// run did, and the power and cumulative joules of each energy source as counters. Times are
/// microseconds of the host's clock since `origin_unix_s`. A trace that was not
/// finished (a kill) lacks the last bracket, which its readers allow. Never throws into training: a
/// file that cannot be written ends the trace and says so once. One thread.
/// Source: "Trace Event Format", JSON Array Format; complete (X), counter (C), metadata (M) events.
class TraceWriter : public StepSink {
 public:
  struct Options {
    std::filesystem::path file;
    std::string run_id;
    double origin_unix_s = 0;  ///< time 0 of the trace
    int64_t max_steps = 0;     ///< further steps are left out; 0: all
  };

  /// Throws: StorageError where the file cannot be made.
  explicit TraceWriter(Options options);
  ~TraceWriter() override;
  TraceWriter(TraceWriter&&) = delete;
  TraceWriter& operator=(TraceWriter&&) = delete;

  /// Writes one step.
  void add(int64_t step, const StepTimeline& timeline);
  /// Energy and events with a duration; steps are told by `add`.
  void consume(const RunItem& item) noexcept override;
  /// Writes the fit of the device's clock and the last bracket. Further calls do nothing.
  void finish(const ClockLine& clock) noexcept;

  /// Why the trace ended early; empty where it did not.
  [[nodiscard]] const std::string& failure() const { return failure_; }

 private:
  struct Row;
  void name_rows();
  void write_span(const Row& row, std::string_view name, double begin_unix_s, Seconds length,
                  int64_t step);
  void write(const std::string& event);
  [[nodiscard]] double microseconds(double unix_s) const;

  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  Options options_;
  std::unique_ptr<std::FILE, Close> file_;
  bool is_first_ = true;
  int64_t num_steps_ = 0;
  std::string failure_;
};

}  // namespace assay
