#include "report/report_input.h"

#include <utility>

namespace assay {

RunReport make_run_report(RunRecord record, const RunPrices& prices,
                          const std::optional<ModelSpec>& spec, const std::string& no_spec,
                          const Device* device) {
  constexpr size_t kCurvePoints = 160;
  RunReport report;
  report.record = std::move(record);
  report.summary = summarise(report.record);
  report.time = account_time(report.record);
  report.energy = energy_use(report.record);
  report.ledger = make_ledger(report.time, report.energy, prices);
  if (spec) {
    report.efficiency = run_efficiency(report.record, *spec, device);
  } else {
    report.efficiency.unavailable = no_spec;
  }
  const std::optional<RateCeiling>& ceiling = report.efficiency.ceiling;
  report.inference = inference_use(report.record, report.time, prices, spec ? &*spec : nullptr,
                                   ceiling ? &*ceiling : nullptr);
  report.losses = loss_curve(report.record, kCurvePoints);
  report.throughput = throughput_curve(report.record, kCurvePoints);
  return report;
}

}  // namespace assay
