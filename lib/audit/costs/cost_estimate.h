#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/uncertainty/monte_carlo.h"

namespace assay {

/// What one published method gives for a claim's run, and what that amount covers.
struct CostEstimate {
  std::string method;  ///< "cloud", "amortised" ...: what --cost-models selects
  std::string title;
  std::optional<double> value;  ///< absent: `missing` says why
  std::string unit;             ///< "USD", "kWh", "tCO2e"
  std::optional<audit::DrawnInterval> interval;
  std::vector<std::string> covers;  ///< "hardware", "energy" ...
  std::string formula;
  std::vector<std::string> inputs;  ///< "with_server: 24.9e3 USD [epoch-training-costs, ...]"
  std::string source;               ///< of the method
  std::string missing;
};

}  // namespace assay
