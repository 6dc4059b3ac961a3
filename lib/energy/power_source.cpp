#include "energy/power_source.h"

namespace assay {

std::vector<std::string> PowerSources::series_names() const {
  std::vector<std::string> names;
  for (const auto& source : sources) {
    for (const EnergySeries& series : source->series()) {
      names.push_back(series.source + (series.device_uuid.empty() ? "" : " " + series.device_uuid));
    }
  }
  return names;
}

}  // namespace assay
