#pragma once

#include <map>
#include <string>
#include <vector>

#include "audit/uncertainty/monte_carlo.h"
#include "record/probe_record.h"
#include "record/run_record.h"
#include "units/measure.h"

namespace assay::audit {

/// What a reader brings to an audit beside the registry: own runs, own layer timings, and own
/// assumptions (`--set price=2.5`).
struct Evidence {
  std::vector<RunRecord> runs;
  std::vector<ProbeRecord> probes;
  std::map<std::string, Measure> assumptions;  ///< by name: "price", "mfu", "tokens"
  DrawPlan plan;
  std::vector<std::string> cost_models;  ///< names of the methods to show side by side
  /// YYYY-MM-DD; what lies after it is told as of the future. Empty: a year after the registry's
  /// newest reading, so that an answer does not change with the clock.
  std::string today;

  /// The reader's own value of `name`, in the unit that parse_assumption gives; else null.
  [[nodiscard]] const Measure* assumption(const std::string& name) const {
    const auto found = assumptions.find(name);
    return found == assumptions.end() ? nullptr : &found->second;
  }
};

/// Reads one `name=value` of `--set`. Throws: ConfigError naming the known assumptions and units.
std::pair<std::string, Measure> parse_assumption(const std::string& text);

}  // namespace assay::audit
