#include "profile/trace_writer.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "error/error.h"

namespace assay {

struct TraceWriter::Row {
  int id;
  const char* name;
};

namespace {

using TraceJson = nlohmann::ordered_json;

constexpr int kProcess = 1;

std::string text_of(const TraceJson& event) {
  return event.dump(-1, ' ', false, TraceJson::error_handler_t::replace);
}

constexpr std::array kRows{std::pair{1, "steps"}, std::pair{2, "phases"}, std::pair{3, "layers"},
                           std::pair{4, "side streams"}, std::pair{5, "run"}};

}  // namespace

TraceWriter::TraceWriter(Options options)
    : options_(std::move(options)), file_(std::fopen(options_.file.c_str(), "we")) {
  if (!file_) {
    throw StorageError(fmt::format("[profile] cannot write the trace {}: {}",
                                   options_.file.string(), std::strerror(errno)));
  }
  name_rows();
}

TraceWriter::~TraceWriter() { finish({}); }

void TraceWriter::name_rows() {
  write(text_of({{"name", "process_name"},
                 {"ph", "M"},
                 {"pid", kProcess},
                 {"args", {{"name", "assay " + options_.run_id}}}}));
  for (const auto& [id, name] : kRows) {
    write(text_of({{"name", "thread_name"},
                   {"ph", "M"},
                   {"pid", kProcess},
                   {"tid", id},
                   {"args", {{"name", name}}}}));
    write(text_of({{"name", "thread_sort_index"},
                   {"ph", "M"},
                   {"pid", kProcess},
                   {"tid", id},
                   {"args", {{"sort_index", id}}}}));
  }
}

double TraceWriter::microseconds(double unix_s) const {
  return (unix_s - options_.origin_unix_s) * 1e6;
}

void TraceWriter::write_span(const Row& row, std::string_view name, double begin_unix_s,
                             Seconds length, int64_t step) {
  write(text_of({{"name", name},
                 {"cat", row.name},
                 {"ph", "X"},
                 {"pid", kProcess},
                 {"tid", row.id},
                 {"ts", microseconds(begin_unix_s)},
                 {"dur", length.value() * 1e6},
                 {"args", {{"step", step}}}}));
}

void TraceWriter::add(int64_t step, const StepTimeline& timeline) {
  if (!file_ || (options_.max_steps > 0 && num_steps_ >= options_.max_steps)) return;
  ++num_steps_;
  const double begin = timeline.begin_unix_s;
  write_span({1, "steps"}, fmt::format("step {}", step), begin, timeline.wall, step);
  const auto write_all = [&](const Row& row, const std::vector<TimelineSpan>& spans) {
    for (const TimelineSpan& span : spans) {
      write_span(row, span.name, begin + span.begin.value(), span.end - span.begin, step);
    }
  };
  write_all({2, "phases"}, timeline.phases);
  write_all({3, "layers"}, timeline.layers);
  write_all({4, "side streams"}, timeline.overlapped);
}

void TraceWriter::consume(const RunItem& item) noexcept {
  try {
    if (const auto* sample = std::get_if<EnergySample>(&item)) {
      TraceJson values{{"energy_j", sample->energy.value()}};
      if (sample->power) values["power_w"] = sample->power->value();
      write(text_of({{"name", fmt::format("{} {}", sample->source, sample->device_uuid)},
                     {"cat", "energy"},
                     {"ph", "C"},
                     {"pid", kProcess},
                     {"ts", microseconds(sample->time_unix_s)},
                     {"args", std::move(values)}}));
    }
    const auto* event = std::get_if<RunEvent>(&item);
    if (event != nullptr && event->duration) {
      write_span({5, "run"}, event->kind, event->time_unix_s - event->duration->value(),
                 *event->duration, event->step);
    }
  } catch (const std::exception& error) {  // memory
    failure_ = error.what();
    file_.reset();
  }
}

void TraceWriter::finish(const ClockLine& clock) noexcept {
  if (!file_) return;
  try {
    write(text_of({{"name", "clock_line"},
                   {"ph", "M"},
                   {"pid", kProcess},
                   {"args",
                    {{"pairs", clock.num_pairs()},
                     {"host_seconds_per_device_second", clock.rate()},
                     {"residual_s", clock.residual().value()},
                     {"origin_unix_s", options_.origin_unix_s}}}}));
    if (file_ && (std::fputs("\n]\n", file_.get()) < 0 || std::fflush(file_.get()) != 0)) {
      failure_ = std::strerror(errno);
    }
  } catch (const std::exception& error) {
    failure_ = error.what();
  }
  file_.reset();
}

void TraceWriter::write(const std::string& event) {
  if (!file_) return;
  const bool good = std::fputs(std::exchange(is_first_, false) ? "[\n" : ",\n", file_.get()) >= 0 &&
                    std::fwrite(event.data(), 1, event.size(), file_.get()) == event.size();
  if (good) return;
  failure_ = std::strerror(errno);
  file_.reset();
}

}  // namespace assay
