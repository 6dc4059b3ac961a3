#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/output/language.h"
#include "audit/verdict.h"
#include "cost/cost_ledger.h"
#include "cost/energy_use.h"
#include "cost/inference_use.h"
#include "cost/run_efficiency.h"
#include "cost/run_prices.h"
#include "record/run_curves.h"
#include "record/run_record.h"
#include "record/run_summary.h"
#include "record/time_account.h"

namespace assay {

/// A run with everything that is reckoned from it. Reports print these numbers and make none.
struct RunReport {
  RunRecord record;
  RunSummary summary;
  TimeAccount time;
  EnergyUse energy;
  CostLedger ledger;
  RunEfficiency efficiency;
  std::optional<InferenceUse> inference;  ///< absent where nothing was generated
  std::vector<CurvePoint> losses;
  std::vector<CurvePoint> throughput;
};

/// Reckons a run. `spec` is its model, or absent with `no_spec` saying why; `device` its registry
/// entry or null.
RunReport make_run_report(RunRecord record, const RunPrices& prices,
                          const std::optional<ModelSpec>& spec, const std::string& no_spec,
                          const Device* device);

/// What one report shows. Runs stand side by side; verdicts follow them.
struct ReportInput {
  std::vector<RunReport> runs;
  std::vector<Verdict> verdicts;
  std::string registry_hash;  ///< empty where no registry was read
  std::string command;        ///< how to make this report again
  std::string generated_utc;  ///< RFC 3339
  audit::Language language = audit::Language::kEnglish;
};

}  // namespace assay
