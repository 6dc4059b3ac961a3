#include "record/time_account.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

using States = std::array<Seconds, kRunStates.size()>;

// The times of one process of the run.
struct Attempt {
  States states{};
  double start = 0;
  double end = 0;
  bool stopped = false;
  bool stepped = false;

  Seconds& operator[](RunState state) { return states[static_cast<size_t>(state)]; }
};

void add_steps(const StepTotals& totals, std::vector<Attempt>& attempts,
               std::vector<std::string>& warnings) {
  for (size_t i = 0; i < totals.attempts.size(); ++i) {
    const StepTotals::Attempt& steps = totals.attempts[i];
    if (steps.num_steps == 0) continue;
    attempts[i][RunState::kProductive] += steps.kept;
    attempts[i][RunState::kLost] += steps.lost;
    attempts[i].end = std::max(attempts[i].end, steps.end_unix_s);
    attempts[i].stepped = true;
    if (steps.num_set_back == 0) continue;
    warnings.push_back(fmt::format(
        "process {}: the host clock was set back while it trained (steps that ended before the one "
        "before them: {}); durations are those of a steady clock",
        i, steps.num_set_back));
  }
}

void add_inference(const RunRecord& record, std::vector<Attempt>& attempts) {
  for (const InferenceRecord& batch : record.inference) {
    Attempt& attempt = attempts[static_cast<size_t>(batch.attempt)];
    attempt[RunState::kProductive] += batch.prefill + batch.decode;
    attempt.end = std::max(attempt.end, batch.time_unix_s);
    attempt.stepped = true;
  }
}

void add_events(const RunRecord& record, std::vector<Attempt>& attempts) {
  for (const RunEvent& event : record.events) {
    if (event.rank != 0) continue;
    Attempt& attempt = attempts[static_cast<size_t>(event.attempt)];
    attempt.end = std::max(attempt.end, event.time_unix_s);
    if (event.kind == "stop") attempt.stopped = true;
    const Seconds duration = event.duration.value_or(Seconds(0));
    if (event.kind == "startup") {
      attempt[RunState::kStartup] += duration;
    } else if (event.kind == "eval" || event.kind == "checkpoint") {
      const RunState kept = event.kind == "eval" ? RunState::kEval : RunState::kCheckpoint;
      attempt[record.kept(event) ? kept : RunState::kLost] += duration;
    }
  }
}

// What is left of the time held is idle; a process without a step was starting up all the time.
void close(Attempt& attempt, size_t index, bool after_kill, std::vector<std::string>& warnings) {
  Seconds known;
  for (const Seconds state : attempt.states) known += state;
  const Seconds span(attempt.end - attempt.start);
  // Durations come from a steady clock, the span from the host clock, which may have been set.
  constexpr double kTolerance = 0.01;
  if (known.value() > span.value() * (1 + kTolerance) + 1.0) {
    warnings.push_back(
        fmt::format("process {}: its parts take {:.3f} s, but the host clock moved by {:.3f} s; "
                    "the parts are counted",
                    index, known.value(), span.value()));
  }
  const RunState rest = attempt.stepped ? RunState::kIdle : RunState::kStartup;
  attempt[rest] += std::max(Seconds(0), span - known);
  if (after_kill) {
    attempt[RunState::kLost] += attempt[RunState::kStartup];
    attempt[RunState::kStartup] = Seconds(0);
  }
}

}  // namespace

TimeAccount account_time(const RunRecord& record) {
  std::vector<Attempt> attempts(record.manifests.size());
  for (size_t i = 0; i < attempts.size(); ++i) {
    attempts[i].start = attempts[i].end = record.manifests[i].started_unix_s;
  }
  const StepTotals totals = step_totals(record);
  TimeAccount account;
  add_steps(totals, attempts, account.warnings);
  add_inference(record, attempts);
  add_events(record, attempts);

  account.num_processes = static_cast<int>(attempts.size());
  for (size_t i = 0; i < attempts.size(); ++i) {
    close(attempts[i], i, i > 0 && !attempts[i - 1].stopped, account.warnings);
    const auto num_devices = static_cast<double>(record.manifests[i].devices.size());
    for (size_t s = 0; s < kRunStates.size(); ++s) {
      account.states[s] += attempts[i].states[s];
      account.device_states[s] += num_devices * attempts[i].states[s];
    }
    if (i > 0) {
      account.between_processes += Seconds(std::max(0.0, attempts[i].start - attempts[i - 1].end));
    }
  }
  Seconds device_seconds;
  for (size_t s = 0; s < kRunStates.size(); ++s) {
    account.held += account.states[s];
    device_seconds += account.device_states[s];
  }
  account.device_hours = gpu_hours(1.0, device_seconds);
  if (account.held > Seconds(0)) {
    for (size_t s = 0; s < kRunStates.size(); ++s) {
      account.shares[s] = account.states[s] / account.held;
    }
    account.goodput = account[RunState::kProductive] / account.held;
  }
  account.stopped = attempts.back().stopped;
  if (!account.stopped) account.unsecured = totals.unsecured_wall;
  return account;
}

}  // namespace assay
