#include <fmt/format.h>

#include "audit/costs/cost_sheet.h"
#include "audit/output/number_text.h"
#include "audit/training_compute.h"
#include "cost/models/electricity.h"

namespace assay::audit {

void CostSheet::energy() {
  const Method method{"energy",
                      "MWh",
                      {"energy"},
                      "arXiv 2104.10350, section 2; node factor and load as in arXiv 2405.21015"};
  if (!hours_) return lack(method, "cost_needs_hours");
  const std::vector<TermStep> inputs = power_steps();
  if (inputs.empty()) return lack(method, "cost_needs_power");
  const auto text = [&](size_t i) { return shown_value(inputs[i]); };
  add(
      method, inputs,
      [](SheetValues v) {
        return run_kwh(GpuHours(v[0]), {v[1], v[2], v[3], v[4]}) / 1000;
      },
      fmt::format("{} * {} * {} * {} * {} / 1000", text(0), text(1), text(2), text(3), text(4)));
}

void CostSheet::carbon() {
  const Method method{"carbon",
                      "tCO2e",
                      {"energy"},
                      "arXiv 2104.10350, section 2, with the grid that the claim states"};
  const Figure* grid = context_.find(total_, "carbon_intensity");
  if (grid == nullptr) return lack(method, "cost_needs_grid");
  const TermStep intensity = step_of(*grid, "kgCO2e/kWh", context_.name(*grid));
  if (const Figure* stated = context_.find(total_, "energy")) {
    const TermStep kwh = step_of(*stated, "kWh", context_.name(*stated));
    return add(
        method, {kwh, intensity}, [](SheetValues v) { return run_tonnes_co2e(v[0], v[1]); },
        fmt::format("{} * {} / 1000", shown_value(kwh), shown_value(intensity)));
  }
  if (!hours_) return lack(method, "cost_needs_hours");
  std::vector<TermStep> inputs = power_steps();
  if (inputs.empty()) return lack(method, "cost_needs_power");
  inputs.push_back(intensity);
  const auto text = [&](size_t i) { return shown_value(inputs[i]); };
  add(
      method, inputs,
      [](SheetValues v) {
        return run_tonnes_co2e(run_kwh(GpuHours(v[0]), {v[1], v[2], v[3], v[4]}), v[5]);
      },
      fmt::format("{} * {} * {} * {} * {} * {} / 1000", text(0), text(1), text(2), text(3), text(4),
                  text(5)));
}

// LLMCarbon: from parameters and tokens at a usual utilisation, whatever the claim says of hours.
void CostSheet::predicted() {
  const Method method{"predicted",
                      "MWh",
                      {"energy"},
                      "LLMCarbon, arXiv 2309.14393: 6 N D over peak and efficiency, the efficiency "
                      "being an input"};
  const ClaimPart* part = context_.pretraining();
  if (part == nullptr) return lack(method, "cost_needs_tokens");
  const Figure* tokens = context_.find(*part, "tokens");
  const std::optional<Peak> peak = headline_peak(context_, context_.device(*part));
  const std::optional<Term> six_n =
      flops_per_token_term(context_, *part, FlopConvention::kSixNd, nullptr);
  if (tokens == nullptr || !six_n) return lack(method, "cost_needs_tokens");
  const auto band = context_.registry().bands().find(
      std::string(usual_mfu_band(context_, context_.model(*part), context_.device(*part))));
  const std::vector<TermStep> draw = draw_steps();
  if (!peak || draw.empty() || band == context_.registry().bands().end()) {
    return lack(method, "cost_needs_power");
  }
  const double middle = (band->second.low + band->second.high) / 2;
  const TermStep efficiency{
      .kind = TermStep::Kind::kInput,
      .value = middle,
      .range = {Shape::kUniform, band->second.low, middle, band->second.high},
      .key = "mfu",
      .name = fmt::format("efficiency: {} - {}", band->second.low, band->second.high),
      .unit = ""};
  const double params = six_n->value / 6;
  const double flops = peak->term.value;
  std::vector<TermStep> inputs{step_of(*tokens, "token", context_.name(*tokens)), efficiency};
  inputs.insert(inputs.end(), draw.begin(), draw.end());
  add(
      method, inputs,
      [params, flops](SheetValues v) {
        return predicted_kwh({params, v[0], flops, v[1], v[2] * v[3] * v[4], v[5]}) / 1000;
      },
      fmt::format("6 * {} * {} / ({} * {} * 3600) * {} * {} * {} * {} / 1000", exact_text(params),
                  shown_value(inputs[0]), exact_text(flops), shown_value(inputs[1]),
                  shown_value(inputs[2]), shown_value(inputs[3]), shown_value(inputs[4]),
                  shown_value(inputs[5])));
}

}  // namespace assay::audit
