#include "app/torch_support/metering_config.h"

namespace assay::app {

MeteringConfig metering_config(const std::vector<std::string>& set, const OptionValue& option) {
  Overrides overrides{.set = {"metrics.address=off"}};
  overrides.set.insert(overrides.set.end(), set.begin(), set.end());
  if (!option.option.empty()) {  // named as a variable is, so that a fault names the option
    overrides.environment.emplace(option.option, option.value);
    overrides.aliases.emplace(option.option, option.key);
  }
  return default_config<MeteringConfig>(overrides);
}

}  // namespace assay::app
