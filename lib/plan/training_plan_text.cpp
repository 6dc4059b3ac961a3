#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "plan/training_plan.h"
#include "units/amount_text.h"

namespace assay {
namespace {

constexpr double kGigabyte = 1e9;

// Behind the longest name, "whole_run_device_hours", two spaces are left.
void append_row(std::string_view name, std::string_view value, std::string& text) {
  fmt::format_to(std::back_inserter(text), "{:<24}{}\n", name, value);
}

std::string layout_text(const ParallelLayout& layout) {
  return fmt::format("tp {} x pp {} x dp {}{}{}", layout.tensor, layout.pipeline, layout.data,
                     layout.expert > 1 ? fmt::format(", ep {}", layout.expert) : "",
                     layout.recompute ? ", activations computed again" : "");
}

void append_memory(const TrainingPlan& plan, std::string& text) {
  if (!plan.device_memory) {
    append_row("memory",
               fmt::format("not available: the registry has none for {}", plan.request.device),
               text);
    return;
  }
  const ParallelLayout& shown = plan.layout ? *plan.layout : *plan.smallest;
  append_row(
      "memory",
      fmt::format("{:.1f} GB of {:.1f} GB a device ({:.1f} state, {:.1f} activations of one "
                  "sequence){}",
                  shown.total().value() / kGigabyte, plan.device_memory->value() / kGigabyte,
                  shown.state.value() / kGigabyte, shown.activations.value() / kGigabyte,
                  plan.layout ? "" : ": does not fit, and this is the layout that takes least"),
      text);
  append_row("layout", layout_text(shown), text);
}

// Which published runs, by name: their sources are in configs/registry/throughput.
void append_runs(const TrainingPlan& plan, std::string& text) {
  const auto out = std::back_inserter(text);
  if (plan.request.probe || plan.request.mfu || !plan.efficiency)
    return;  // it rests on none of them
  append_row("published runs",
             fmt::format("{} in all; {}:", plan.num_known,
                         plan.num_like == 0 ? "none of them with a chosen software"
                                            : fmt::format("{} of this software", plan.num_like)),
             text);
  for (const PublishedThroughput& run : plan.rests_on) {
    fmt::format_to(out, "  {} [{}{}{}]\n", run.id, run.throughput.source.key,
                   run.throughput.source.locator.empty() ? "" : ", ",
                   run.throughput.source.locator);
  }
}

nlohmann::ordered_json runs_json(const TrainingPlan& plan) {
  nlohmann::ordered_json runs = nlohmann::ordered_json::array();
  for (const PublishedThroughput& run : plan.rests_on) {
    runs.push_back({{"id", run.id},
                    {"source", run.throughput.source.key},
                    {"locator", run.throughput.source.locator},
                    {"mark", run.throughput.source.mark}});
  }
  return runs;
}

nlohmann::ordered_json layout_json(const std::optional<ParallelLayout>& layout) {
  if (!layout) return nullptr;
  return {{"tensor", layout->tensor},
          {"pipeline", layout->pipeline},
          {"data", layout->data},
          {"expert", layout->expert},
          {"recompute", layout->recompute},
          {"state_bytes", layout->state.value()},
          {"activation_bytes", layout->activations.value()}};
}

nlohmann::ordered_json figure_json(const PlannedFigure& figure) {
  const auto number = [&](double value) {
    return figure.value ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
  };
  return {{"value", number(figure.value.value_or(0))},
          {"unit", figure.unit},
          {"low", number(figure.low)},
          {"high", number(figure.high)},
          {"level", figure.value ? nlohmann::ordered_json(0.9) : nlohmann::ordered_json()},
          {"provenance", figure.value ? nlohmann::ordered_json(to_string(figure.provenance))
                                      : nlohmann::ordered_json()},
          {"basis", figure.basis}};
}

void append_efficiency(const TrainingPlan& plan, std::string& text) {
  if (!plan.efficiency) {
    append_row("efficiency", "not available: " + plan.efficiency_basis, text);
    return;
  }
  append_row("efficiency",
             fmt::format("{:.1f} % of the roofline (90 %: {:.1f} - {:.1f}), an MFU of {:.1f} % of "
                         "the dense {} peak",
                         100 * plan.efficiency->median, 100 * plan.efficiency->low,
                         100 * plan.efficiency->high, 100 * *plan.mfu, plan.request.precision),
             text);
}

nlohmann::ordered_json efficiency_json(const TrainingPlan& plan) {
  const auto number = [&](double EfficiencyEstimate::*end) {
    return plan.efficiency ? nlohmann::ordered_json((*plan.efficiency).*end)
                           : nlohmann::ordered_json();
  };
  return {{"of", "roofline"},
          {"median", number(&EfficiencyEstimate::median)},
          {"low", number(&EfficiencyEstimate::low)},
          {"high", number(&EfficiencyEstimate::high)},
          {"level", plan.efficiency ? nlohmann::ordered_json(0.9) : nlohmann::ordered_json()},
          {"published_runs", plan.num_known},
          {"of_this_software", plan.num_like},
          {"basis", plan.efficiency_basis}};
}

}  // namespace

std::string plan_text(const TrainingPlan& plan) {
  const TrainingRequest& request = plan.request;
  std::string text;
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "{} on {} tokens with {} x {}, {}, sequences of {}\n", request.model,
                 amount_text(request.tokens), request.num_devices, request.device,
                 request.precision, request.seq_len);
  for (const std::string& warning : plan.warnings) {
    append_row("warning", warning, text);
  }
  append_row("compute", amount_text(plan.flops) + " FLOP (exact_causal)", text);
  append_efficiency(plan, text);
  for (const PlannedFigure& figure : plan.figures) {
    append_row(figure.name,
               !figure.value
                   ? "not available: " + figure.basis
                   : fmt::format("{} {} (90 %: {} - {}; {}: {})", amount_text(*figure.value),
                                 figure.unit, amount_text(figure.low), amount_text(figure.high),
                                 to_string(figure.provenance), figure.basis),
               text);
  }
  append_memory(plan, text);
  append_runs(plan, text);
  for (const std::string& assumption : plan.assumptions) {
    append_row("assumed", assumption, text);
  }
  return text;
}

std::string plan_json(const TrainingPlan& plan, const std::string& registry_hash) {
  const TrainingRequest& request = plan.request;
  nlohmann::ordered_json json{
      {"schema_version", 1},
      {"registry_hash", registry_hash},
      {"model", request.model},
      {"device", request.device},
      {"num_devices", request.num_devices},
      {"tokens", request.tokens},
      {"precision", request.precision},
      {"seq_len", request.seq_len},
      {"software", request.software.empty() ? nlohmann::ordered_json()
                                            : nlohmann::ordered_json(request.software)},
      {"flops_exact_causal", plan.flops},
      {"efficiency", efficiency_json(plan)},
      {"mfu_exact_causal", plan.mfu ? nlohmann::ordered_json(*plan.mfu) : nlohmann::ordered_json()},
      {"peak_flops", plan.peak_flops}};
  for (const PlannedFigure& figure : plan.figures) {
    json["figures"][figure.name] = figure_json(figure);
  }
  json["memory"] = {
      {"device_bytes", plan.device_memory ? nlohmann::ordered_json(plan.device_memory->value())
                                          : nlohmann::ordered_json()},
      {"fits", plan.device_memory ? nlohmann::ordered_json(plan.layout.has_value())
                                  : nlohmann::ordered_json()},
      {"layout", layout_json(plan.layout)},
      {"smallest_layout", layout_json(plan.smallest)},
      {"fits_from_devices",
       plan.fits_from ? nlohmann::ordered_json(*plan.fits_from) : nlohmann::ordered_json()}};
  json["published_runs"] = runs_json(plan);
  json["assumptions"] = plan.assumptions;
  json["warnings"] = plan.warnings;
  return json.dump(2) + "\n";
}

}  // namespace assay
