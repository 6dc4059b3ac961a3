#include "record/run_follower.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "error/error.h"
#include "record/record_json.h"
#include "record/run_writer.h"

namespace assay {

namespace fs = std::filesystem;

RunFollower::RunFollower(fs::path dir) : dir_(std::move(dir)) {
  read_newest_manifest();
  if (num_attempts_ == 0) {
    throw DataError(fmt::format("[record] not a run: {} has no manifest.json", dir_.string()));
  }
}

void RunFollower::read_newest_manifest() {
  while (fs::exists(dir_ / manifest_name(num_attempts_))) {
    const fs::path path = dir_ / manifest_name(num_attempts_);
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    manifest_ = parse_manifest(text, path.string());
    ++num_attempts_;
  }
}

template <class Take>
void RunFollower::read_new_lines(const fs::path& path, const Take& take) {
  Place& place = places_[path.filename().string()];
  std::error_code error;
  const auto size = static_cast<int64_t>(fs::file_size(path, error));
  if (error || size == place.bytes) return;
  // A resume may cut a torn line that was not read; what was read as whole stays.
  if (size < place.bytes) {
    throw DataError(
        fmt::format("[record] {}: the file got shorter while it was read: {} < {} bytes",
                    path.string(), size, place.bytes));
  }
  std::ifstream file(path, std::ios::binary);
  file.seekg(place.bytes);
  for (std::string line; std::getline(file, line) && !file.eof();) {
    ++place.lines;
    place.bytes += static_cast<int64_t>(line.size()) + 1;
    take(line, fmt::format("{}:{}", path.string(), place.lines));
  }
}

std::vector<RunItem> RunFollower::poll() {
  read_newest_manifest();
  std::vector<fs::path> energy;
  std::vector<fs::path> events;
  for (const fs::directory_entry& entry : fs::directory_iterator(dir_)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".jsonl")) continue;
    if (name.starts_with("energy.")) energy.push_back(entry.path());
    if (name.starts_with("events.")) events.push_back(entry.path());
  }
  std::ranges::sort(energy);
  std::ranges::sort(events);
  std::vector<RunItem> items;
  for (const fs::path& file : energy) {
    read_new_lines(file, [&](const std::string& line, const std::string& where) {
      items.emplace_back(parse_energy_sample(line, where));
    });
  }
  read_new_lines(dir_ / "steps.jsonl", [&](const std::string& line, const std::string& where) {
    items.emplace_back(parse_step(line, where));
  });
  for (const fs::path& file : events) {
    read_new_lines(file, [&](const std::string& line, const std::string& where) {
      items.emplace_back(parse_run_event(line, where));
    });
  }
  return items;
}

}  // namespace assay
