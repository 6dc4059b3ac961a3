#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "registry/registry.h"

namespace assay {

/// How fast somebody published to have trained a model: an entry of configs/registry/throughput.
struct PublishedThroughput {
  std::string id;
  std::string model;   ///< registry id, of a model with a shape
  std::string device;  ///< registry id
  int64_t num_devices = 0;
  std::string precision;  ///< of the matrix products: "bf16", "fp8" ...
  int64_t seq_len = 0;
  std::string software;
  SourcedMeasure throughput;  ///< tokens a second and device
  std::string note;
};

/// Every entry, by id. Throws: DataError with file:line:column for a fault in a file, an unknown
/// model, device or source, a model without a shape, and a device without a peak of that precision.
std::vector<PublishedThroughput> load_throughputs(const Registry& registry);

}  // namespace assay
