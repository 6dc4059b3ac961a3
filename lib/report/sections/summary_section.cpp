#include <algorithm>

#include "report/section_builder.h"
#include "report/sections/sections.h"

namespace assay::report {
namespace {

// What the last stop event says, or that there is none.
std::string status(const RunReport& run, const SectionBuilder& section) {
  if (!run.time.stopped) return section.say("status.open");
  const auto& events = run.record.events;
  const auto stop = std::find_if(events.rbegin(), events.rend(), [](const RunEvent& event) {
    return event.rank == 0 && event.kind == "stop";
  });
  return stop == events.rend() || stop->message.empty() ? "stop"
                                                        : section.say_phrase(stop->message);
}

void add_headline_utilisation(size_t index, const RunReport& run, SectionBuilder& section) {
  const RunEfficiency& efficiency = run.efficiency;
  for (const Utilisation& row : efficiency.conventions) {
    if (row.convention != FlopConvention::kExactCausal || !row.share) continue;
    const bool peak = efficiency.ceiling->is_peak;
    section.number(index, peak ? "utilisation.exact_causal" : "share.exact_causal", *row.share,
                   "share", efficiency.ceiling->name, Provenance::kDerived);
  }
}

void add_run_summary(size_t index, const RunReport& run, SectionBuilder& section) {
  const RunSummary& summary = run.summary;
  section.text(index, "status", status(run, section),
               run.time.stopped ? std::string() : section.say("status.open.note"));
  if (summary.last_eval) {
    section.number(index, "validation_loss", summary.last_eval->loss, "nats/token",
                   section.say_phrase(summary.last_eval->note));
    section.number(index, "bits_per_byte", summary.last_eval->bits_per_byte, "bits/byte");
  } else {
    section.number(index, "last_loss", summary.last_loss, "nats/token");
  }
  if (summary.tokens_per_second) {
    section.number(index, "tokens_per_s", summary.tokens_per_second->value(), "token/s");
  }
  add_headline_utilisation(index, run, section);
  section.number(index, "held", run.time.held.value(), "s");
  section.number(index, "device_hours", run.time.device_hours.value(), "device_h");
  if (run.ledger.total) {
    section.number(index, "cost_total", run.ledger.total->value.amount,
                   run.ledger.total->value.currency, {}, run.ledger.total->provenance);
  } else {
    section.number(index, "cost_total", std::nullopt, "", section.say("cost.no_price"));
  }
  if (run.energy.total) {
    section.number(index, "energy_total", run.energy.total->value.value(), "J", {},
                   run.energy.total->provenance);
  } else {
    section.number(index, "energy_total", std::nullopt, "J", section.say("energy.not_measured"));
  }
}

}  // namespace

Section summary_section(const ReportInput& input) {
  SectionBuilder section("summary", input.runs.size(), input.language);
  for (size_t i = 0; i < input.runs.size(); ++i) add_run_summary(i, input.runs[i], section);
  return section.take();
}

}  // namespace assay::report
