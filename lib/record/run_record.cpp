#include "record/run_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <string_view>
#include <system_error>
#include <utility>

#include "error/error.h"
#include "record/bounded_events.h"
#include "record/line_reader.h"
#include "record/record_json.h"
#include "record/record_line_parser.h"
#include "record/run_writer.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file || file.bad()) {
    throw DataError(fmt::format("[record] cannot read: {}", path.string()));
  }
  return text;
}

// Calls `take(reader)` for every whole line; warns about a torn last one. One line is in memory at
// a time: a run of a million steps has 600 MB of them.
template <class Take>
void for_each_line(const fs::path& path, std::vector<std::string>& warnings, const Take& take) {
  record::LineReader reader(path);
  while (reader.next()) {
    if (reader.torn()) {
      warnings.push_back(fmt::format("{}: torn last line of {} bytes left out", reader.where(),
                                     reader.line().size()));
      return;
    }
    take(reader);
  }
}

// About how many lines a file has, from the length of its first ones.
size_t estimated_lines(const fs::path& path) {
  constexpr int kLines = 16;
  std::ifstream file(path, std::ios::binary);
  std::string line;
  size_t bytes = 0;
  int count = 0;
  for (; count < kLines && std::getline(file, line); ++count) bytes += line.size() + 1;
  std::error_code error;
  const auto size = static_cast<size_t>(fs::file_size(path, error));
  return error || count < kLines ? 0 : size * kLines / bytes + 1;
}

// The files "<prefix><name>.jsonl" of `dir`, sorted by name.
std::vector<fs::path> files_named(const fs::path& dir, std::string_view prefix) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(dir, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix) && name.ends_with(".jsonl")) files.push_back(entry.path());
  }
  if (error) {
    throw DataError(fmt::format("[record] cannot list: {}: {}", dir.string(), error.message()));
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<RunManifest> read_manifests(const fs::path& dir) {
  std::vector<RunManifest> manifests;
  for (int attempt = 0; attempt == 0 || fs::exists(dir / manifest_name(attempt)); ++attempt) {
    const fs::path path = dir / manifest_name(attempt);
    if (!fs::exists(path)) {
      throw DataError(fmt::format("[record] not a run: {} has no manifest.json", dir.string()));
    }
    manifests.push_back(parse_manifest(read_text(path), path.string()));
  }
  return manifests;
}

void check_attempt(int attempt, const RunRecord& record, const std::string& where) {
  if (attempt < 0 || static_cast<size_t>(attempt) >= record.manifests.size()) {
    throw DataError(fmt::format("[record] {}: attempt {} has no manifest: there are {}", where,
                                attempt, record.manifests.size()));
  }
}

// Steps come process by process, in each in ascending order, after the step it resumed from.
class StepOrder {
 public:
  explicit StepOrder(const RunRecord& record) : record_(record) {}

  void check(const StepRecord& step, const record::LineReader& reader) {
    if (step.attempt != attempt_ || step.step <= last_) enter(step, reader);
    last_ = step.step;
  }

 private:
  void enter(const StepRecord& step, const record::LineReader& reader) {
    check_attempt(step.attempt, record_, reader.where());
    if (step.attempt < attempt_) {
      throw DataError(fmt::format("[record] {}: attempt {} writes after attempt {}", reader.where(),
                                  step.attempt, attempt_));
    }
    for (; attempt_ < step.attempt; ++attempt_) {
      const auto next = static_cast<size_t>(attempt_) + 1;
      last_ = std::min(last_, record_.manifests[next].resumed_at_step);
    }
    if (step.step <= last_) {
      throw DataError(fmt::format("[record] {}: step {} after step {} of the same attempt",
                                  reader.where(), step.step, last_));
    }
  }

  const RunRecord& record_;
  int attempt_ = 0;
  int64_t last_ = std::numeric_limits<int64_t>::min();
};

// Calls `take(step, counts)` for every step in the file's order. A process that resumes at step k
// throws the later steps of earlier processes away.
template <class Take>
void for_each_step(const fs::path& path, RunRecord& record, const Take& take) {
  if (!fs::exists(path)) return;  // killed before its first step
  record::RecordLineParser parser;
  StepOrder order(record);
  std::vector<int64_t> last_kept;
  for (size_t i = 0; i < record.manifests.size(); ++i) {
    last_kept.push_back(record.last_kept_step(static_cast<int>(i)));
  }
  for_each_line(path, record.warnings, [&](const record::LineReader& reader) {
    StepRecord step = parser.step(reader);
    order.check(step, reader);
    const bool counts = step.step <= last_kept[static_cast<size_t>(step.attempt)];
    take(std::move(step), counts);
  });
}

void read_steps(const fs::path& path, RunRecord& record) {
  if (fs::exists(path)) record.steps.reserve(estimated_lines(path));
  for_each_step(path, record, [&record](StepRecord step, bool counts) {
    (counts ? record.steps : record.superseded).push_back(std::move(step));
  });
}

// The steps of the evaluations that count, ascending, each once.
std::vector<int64_t> eval_steps(const RunRecord& record) {
  std::vector<int64_t> steps;
  for (const RunEvent& event : record.events) {
    if (event.kind == "eval" && record.kept(event)) steps.push_back(event.step);
  }
  std::sort(steps.begin(), steps.end());
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  return steps;
}

void add_up_steps(const fs::path& path, RunRecord& record) {
  StepTotals totals;
  const int64_t durable = record.last_durable_step();
  const MeteredTime metered(energy_totals(record));
  const std::vector<int64_t> evals = eval_steps(record);
  auto next = evals.begin();
  for_each_step(path, record, [&](const StepRecord& step, bool counts) {
    if (!counts) return totals.add_superseded(step, metered);
    for (; next != evals.end() && *next < step.step; ++next) totals.note_eval(*next);
    totals.add_kept(step, durable, metered);
  });
  for (; next != evals.end(); ++next) totals.note_eval(*next);
  record.totals = std::move(totals);
}

// Calls `take(item)` for what `parse(reader)` makes of every line of a file.
template <class Parse, class Take>
void read_lines(const fs::path& path, const Parse& parse, RunRecord& record, const Take& take) {
  for_each_line(path, record.warnings, [&](const record::LineReader& reader) {
    auto item = parse(reader);
    check_attempt(item.attempt, record, reader.where());
    take(std::move(item));
  });
}

void read_energy(const fs::path& dir, StepDetail detail, RunRecord& record) {
  if (detail == StepDetail::kTotals) record.metered.emplace();
  record::RecordLineParser parser;
  const auto parse = [&parser](const record::LineReader& reader) { return parser.energy(reader); };
  for (const fs::path& path : files_named(dir, "energy.")) {
    read_lines(path, parse, record, [&record](EnergySample sample) {
      record.metered ? record.metered->add(sample) : record.energy.push_back(std::move(sample));
    });
  }
}

void read_events(const fs::path& dir, StepDetail detail, RunRecord& record) {
  BoundedEvents bounded;
  const auto parse = [](const record::LineReader& reader) {
    return parse_run_event(reader.line(), reader.where());
  };
  for (const fs::path& path : files_named(dir, "events.")) {
    read_lines(path, parse, record, [&](RunEvent event) {
      if (detail == StepDetail::kEvery) {
        record.events.push_back(std::move(event));
        return;
      }
      const bool counts = record.kept(event);
      bounded.add(std::move(event), counts);
    });
  }
  if (detail == StepDetail::kTotals) record.events = bounded.take();
}

}  // namespace

const RunManifest& RunRecord::priced_manifest() const {
  const auto named = std::find_if(manifests.rbegin(), manifests.rend(),
                                  [](const RunManifest& m) { return !m.price_text.empty(); });
  return named == manifests.rend() ? manifest() : *named;
}

int64_t RunRecord::last_kept_step(int attempt) const {
  int64_t last = std::numeric_limits<int64_t>::max();
  for (size_t later = static_cast<size_t>(attempt) + 1; later < manifests.size(); ++later) {
    last = std::min(last, manifests[later].resumed_at_step);
  }
  return last;
}

int64_t RunRecord::last_durable_step() const {
  int64_t durable = manifests.back().resumed_at_step;
  for (const RunEvent& event : events) {
    if (event.rank == 0 && event.kind == "checkpoint" && kept(event)) {
      durable = std::max(durable, event.step);
    }
  }
  return durable;
}

RunRecord read_run(const fs::path& dir, StepDetail detail) {
  RunRecord record;
  record.dir = dir;
  record.manifests = read_manifests(dir);
  read_energy(dir, detail, record);
  read_events(dir, detail, record);
  if (const fs::path path = dir / "inference.jsonl"; fs::exists(path)) {
    const auto parse = [](const record::LineReader& reader) {
      return parse_inference(reader.line(), reader.where());
    };
    read_lines(path, parse, record,
               [&record](InferenceRecord batch) { record.inference.push_back(std::move(batch)); });
  }
  const fs::path steps = dir / "steps.jsonl";
  detail == StepDetail::kEvery ? read_steps(steps, record) : add_up_steps(steps, record);
  return record;
}

StepTotals step_totals(const RunRecord& record) {
  if (record.totals) return *record.totals;
  StepTotals totals;
  const int64_t durable = record.last_durable_step();
  const MeteredTime metered(energy_totals(record));
  for (const StepRecord& step : record.steps) totals.add_kept(step, durable, metered);
  for (const StepRecord& step : record.superseded) totals.add_superseded(step, metered);
  return totals;
}

EnergyTotals energy_totals(const RunRecord& record) {
  return record.metered ? *record.metered : add_up(record.energy);
}

}  // namespace assay
