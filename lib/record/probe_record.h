#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "units/quantity.h"
#include "units/sourced.h"

namespace assay {

/// The time of one distinct layer of a model, measured on a device.
struct ProbeLayer {
  std::string name;   ///< "attention", "experts" ...
  int64_t count = 0;  ///< how many of them the model has
  Seconds forward;    ///< of one layer, for `ProbeRecord::tokens` tokens
  Seconds backward;
};

/// What timing a model's layers on one device says about its training.
struct ProbeRecord {
  std::string model;        ///< registry id of the published model
  std::string device;       ///< registry id of the device that was timed
  std::string device_name;  ///< as the driver prints it
  std::string precision;    ///< "bf16", "fp8", "fp32"
  int64_t seq_len = 0;
  int64_t tokens = 0;         ///< in one timed pass
  double width_fraction = 1;  ///< 1: the published width; less: reduced, no evidence
  std::vector<ProbeLayer> layers;
  /// Device-seconds that one token of training takes by these layers, with its 90 % interval.
  Sourced<double> device_seconds_per_token;

  /// True where the record says something about the published model: its full width, timed on an
  /// accelerator of the registry.
  [[nodiscard]] bool is_evidence() const { return width_fraction == 1.0 && !device.empty(); }
};

/// Reads a ProbeRecord from JSON (`schema_version` 1, the field names above, times in keys
/// `forward_s`, `backward_s`). Throws: DataError naming file and key.
ProbeRecord read_probe_record(const std::filesystem::path& path);

}  // namespace assay
