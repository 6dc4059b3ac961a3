#include "app/torch_support/metering_config.h"

namespace assay::app {

MeteringConfig metering_config(const std::vector<std::string>& set) {
  std::vector<std::string> all{"metrics.address=off"};
  all.insert(all.end(), set.begin(), set.end());
  return default_config<MeteringConfig>({.set = all});
}

}  // namespace assay::app
