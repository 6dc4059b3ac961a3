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
#include "record/record_json.h"
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

// Calls `take(line, "path:number")` for every whole line; warns about a torn last one. One line is
// in memory at a time: a run of a million steps has 600 MB of them.
template <class Take>
void for_each_line(const fs::path& path, std::vector<std::string>& warnings, const Take& take) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw DataError(fmt::format("[record] cannot read: {}", path.string()));
  const std::string prefix = path.string() + ":";
  std::string line;
  for (int64_t number = 1; std::getline(file, line); ++number) {
    const std::string where = prefix + std::to_string(number);
    if (file.eof()) {
      warnings.push_back(
          fmt::format("{}: torn last line of {} bytes left out", where, line.size()));
      return;
    }
    take(line, where);
  }
  if (file.bad()) throw DataError(fmt::format("[record] cannot read: {}", path.string()));
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

// Moves the steps after `last_kept` to `superseded`.
void supersede(std::vector<StepRecord>& live, int64_t last_kept,
               std::vector<StepRecord>& superseded) {
  const auto first = std::ranges::upper_bound(live, last_kept, {}, &StepRecord::step);
  superseded.insert(superseded.end(), std::move_iterator(first), std::move_iterator(live.end()));
  live.erase(first, live.end());
}

// A process that resumes at step k throws the later steps of earlier processes away.
void read_steps(const fs::path& path, RunRecord& record) {
  if (!fs::exists(path)) return;  // killed before its first step
  std::vector<StepRecord>& live = record.steps;
  live.reserve(estimated_lines(path));
  int attempt = 0;
  const auto enter = [&](int next) {
    for (; attempt < next; ++attempt) {
      const size_t index = static_cast<size_t>(attempt) + 1;
      supersede(live, record.manifests[index].resumed_at_step, record.superseded);
    }
  };
  for_each_line(path, record.warnings, [&](std::string_view line, const std::string& where) {
    StepRecord step = parse_step(line, where);
    check_attempt(step.attempt, record, where);
    if (step.attempt < attempt) {
      throw DataError(fmt::format("[record] {}: attempt {} writes after attempt {}", where,
                                  step.attempt, attempt));
    }
    enter(step.attempt);
    if (!live.empty() && step.step <= live.back().step) {
      throw DataError(fmt::format("[record] {}: step {} after step {} of the same attempt", where,
                                  step.step, live.back().step));
    }
    live.push_back(std::move(step));
  });
  enter(static_cast<int>(record.manifests.size()) - 1);
}

}  // namespace

int64_t RunRecord::last_kept_step(int attempt) const {
  int64_t last = std::numeric_limits<int64_t>::max();
  for (size_t later = static_cast<size_t>(attempt) + 1; later < manifests.size(); ++later) {
    last = std::min(last, manifests[later].resumed_at_step);
  }
  return last;
}

RunRecord read_run(const fs::path& dir) {
  RunRecord record;
  record.dir = dir;
  record.manifests = read_manifests(dir);
  read_steps(dir / "steps.jsonl", record);
  for (const fs::path& path : files_named(dir, "energy.")) {
    for_each_line(path, record.warnings, [&](std::string_view line, const std::string& where) {
      record.energy.push_back(parse_energy_sample(line, where));
      check_attempt(record.energy.back().attempt, record, where);
    });
  }
  for (const fs::path& path : files_named(dir, "events.")) {
    for_each_line(path, record.warnings, [&](std::string_view line, const std::string& where) {
      record.events.push_back(parse_run_event(line, where));
      check_attempt(record.events.back().attempt, record, where);
    });
  }
  return record;
}

}  // namespace assay
