#pragma once

#include <map>
#include <string>
#include <vector>

#include "audit/claims/claim_set.h"
#include "audit/claims/figure.h"
#include "registry/registry.h"

namespace assay::audit {

/// What one accelerator costs with its share of the server, and node power over rated power.
struct InstalledDevice {
  Figure with_server;
  Figure node_factor;
};

/// How much more a published programme took than its final runs.
struct ProgrammeFactor {
  std::string name;
  Figure factor;
};

/// The figures of configs/registry/cost_methods.toml that the cost models take.
struct CostMethods {
  std::map<std::string, Figure> hardware;     ///< interconnect, decline_per_year, ...
  std::map<std::string, Figure> electricity;  ///< load, pue, tariff
  std::map<std::string, Figure> cloud;        ///< committed_one_year, committed_three_years
  std::map<std::string, InstalledDevice> devices;
  std::vector<ProgrammeFactor> programmes;

  /// Reads the file of a registry. Throws: DataError with file:line:column for a fault in it, and
  /// for unknown devices and sources.
  static CostMethods load(const Registry& registry);
};

}  // namespace assay::audit
