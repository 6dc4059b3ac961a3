#pragma once

#include <optional>
#include <string>
#include <vector>

#include "registry/registry.h"

namespace assay {

/// How fast somebody published to serve a model: an entry of configs/registry/serving.
struct PublishedServing {
  std::string id;
  std::string model;   ///< registry id
  std::string device;  ///< registry id
  std::string date;    ///< YYYY-MM-DD or YYYY-MM
  std::string software;
  std::optional<SourcedMeasure> devices;
  SourcedMeasure prefill_rate;          ///< prompt tokens a second and device that prefills
  SourcedMeasure decode_rate;           ///< answered tokens a second and device that decodes
  std::optional<SourcedMeasure> price;  ///< of a device-hour, as the source assumes
  std::string note;
};

/// Every entry, by id. Throws: DataError with file:line:column for a fault in a file, an unknown
/// model, device or source, and a date of no calendar.
std::vector<PublishedServing> load_servings(const Registry& registry);

}  // namespace assay
