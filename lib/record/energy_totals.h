#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "record/step_record.h"
#include "units/quantity.h"
#include "units/sourced.h"

namespace assay {

/// What the samples of a run add up to, source by source, in memory that does not grow with their
/// number.
struct EnergyTotals {
  /// From the first to the last sample.
  struct Span {
    double begin_unix_s = 0;
    double end_unix_s = 0;
  };

  /// The samples of one source on one device.
  struct Series {
    Provenance provenance = Provenance::kMeasured;  ///< the weakest of them
    Joules energy;    ///< what the cumulative value rose by, between samples of one process
    Seconds covered;  ///< by those samples
    int64_t num_samples = 0;
    int64_t num_resets = 0;     ///< times the cumulative value went down
    std::map<int, Span> spans;  ///< by process of the run

    /// Adds the sample that follows in time.
    void add(const EnergySample& sample);

   private:
    int last_attempt_ = 0;
    double last_unix_s_ = 0;
    Joules last_energy_;
  };

  using Key = std::tuple<std::string, std::string, std::string>;  ///< node, device, source
  std::map<Key, Series> series;

  /// Adds a sample; those of one series in order of time.
  void add(const EnergySample& sample);
};

EnergyTotals add_up(const std::vector<EnergySample>& samples);

}  // namespace assay
