#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "energy/power_source.h"

namespace assay {

/// Plays the energy file of an earlier run (`energy.<node>.jsonl`, lib/record/FORMAT.md) as if it
/// happened now: its first reading is at the first poll. For tests and demonstrations; every
/// sample's source is "replay" and its provenance is at most Quoted, since nothing is measured.
class ReplaySource : public PowerSource {
 public:
  /// Throws: DataError with file:line on a broken line, DataError where there is no reading.
  explicit ReplaySource(const std::filesystem::path& file);

  [[nodiscard]] std::vector<EnergySeries> series() const override;
  [[nodiscard]] EnergyReadings read(double now_unix_s) noexcept override;

 private:
  struct Recording {
    EnergySeries series;
    std::vector<EnergySample> samples;  ///< ascending by time
  };

  std::vector<Recording> recordings_;
  double first_unix_s_ = 0;
  std::optional<double> start_unix_s_;
};

}  // namespace assay
