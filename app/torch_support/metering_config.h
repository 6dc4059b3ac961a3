#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "energy/energy_config.h"
#include "metrics/metrics_config.h"
#include "registry/registry.h"
#include "train/run_config.h"

namespace assay::app {

/// What `--set` of a command that runs a model without training it can set.
struct MeteringConfig {
  OwnerConfig run;
  MetricsConfig metrics;
  EnergyConfig energy;
  PriceConfig price;

  template <class V>
  void fields(V& visit) {
    visit("run", run, "whose run it is");
    visit("metrics", metrics, "Prometheus endpoint");
    visit("energy", energy, "power sources");
    visit("price", price, "what a device-hour costs");
  }
  void validate(const FieldPlaces& at) const {
    price.validate_sheet(at);
    price.validate_dates(at);
  }
};

/// How a command is metered.
struct MeteringOptions {
  std::filesystem::path record;  ///< run directory to make; empty: none
  std::string command;           ///< "generate"
  std::vector<std::string> args;
  MeteringConfig config;
  std::optional<Price> sheet;  ///< the price of the registry that the config names
};

/// An option of the command line that is another name of a key; none where it has no name.
struct OptionValue {
  std::string option;  ///< "--price": what messages call it
  std::string key;
  std::string value;
};

/// Defaults, then `option`, then `set` (KEY=VALUE each). The endpoint is off unless one of them
/// names it. Throws: ConfigError.
MeteringConfig metering_config(const std::vector<std::string>& set, const OptionValue& option = {});

}  // namespace assay::app
