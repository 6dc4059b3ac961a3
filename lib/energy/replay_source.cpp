#include "energy/replay_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <limits>

#include "error/error.h"
#include "record/record_json.h"

namespace assay {

ReplaySource::ReplaySource(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw DataError(fmt::format("[energy] cannot read replay file: {}", file.string()));
  first_unix_s_ = std::numeric_limits<double>::infinity();
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    const std::string where = fmt::format("{}:{}", file.string(), ++number);
    EnergySample sample = parse_energy_sample(line, where);
    const EnergySeries series{"replay", sample.device_uuid + "/" + sample.source,
                              weakest(sample.provenance, Provenance::kQuoted)};
    auto found = std::find_if(recordings_.begin(), recordings_.end(), [&](const Recording& r) {
      return r.series.device_uuid == series.device_uuid;
    });
    if (found == recordings_.end()) found = recordings_.insert(found, {series, {}});
    if (!found->samples.empty() && sample.time_unix_s < found->samples.back().time_unix_s) {
      throw DataError(fmt::format("[energy] {}: time goes back in a replay file", where));
    }
    first_unix_s_ = std::min(first_unix_s_, sample.time_unix_s);
    found->samples.push_back(std::move(sample));
  }
  if (recordings_.empty()) {
    throw DataError(fmt::format("[energy] no reading in replay file: {}", file.string()));
  }
}

std::vector<EnergySeries> ReplaySource::series() const {
  std::vector<EnergySeries> all;
  for (const Recording& recording : recordings_) all.push_back(recording.series);
  return all;
}

EnergyReadings ReplaySource::read(double now_unix_s) noexcept {
  if (!start_unix_s_) start_unix_s_ = now_unix_s;
  const double recorded_time = first_unix_s_ + (now_unix_s - *start_unix_s_);
  EnergyReadings readings;
  for (const Recording& recording : recordings_) {
    const auto& samples = recording.samples;
    const auto after = std::upper_bound(
        samples.begin(), samples.end(), recorded_time,
        [](double time, const EnergySample& sample) { return time < sample.time_unix_s; });
    if (after == samples.begin()) continue;  // its first reading is still to come
    if (recorded_time > samples.back().time_unix_s) {
      readings.failures.push_back("replay: " + recording.series.device_uuid + ": at its end");
      continue;
    }
    EnergySample sample = *std::prev(after);  // the newest value at that time, as a poll sees it
    sample.time_unix_s = now_unix_s;
    sample.source = recording.series.source;
    sample.device_uuid = recording.series.device_uuid;
    sample.provenance = recording.series.provenance;
    readings.samples.push_back(std::move(sample));
  }
  return readings;
}

}  // namespace assay
