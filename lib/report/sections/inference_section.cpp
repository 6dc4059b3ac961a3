#include "report/number_text.h"
#include "report/section_builder.h"
#include "report/sections/sections.h"

namespace assay::report {
namespace {

void add_phase(size_t index, const std::string& name, const InferencePhase& phase,
               const RunEfficiency& efficiency, SectionBuilder& section) {
  if (!phase.rate) return;
  section.number(index, "inference.rate." + name, phase.rate->value(), "token/s", {},
                 Provenance::kMeasured);
  if (phase.flops_share) {
    section.number(index, "inference.flops." + name, phase.flops_share, "share",
                   efficiency.ceiling->name, Provenance::kDerived);
  }
  if (phase.per_million) {
    section.number(index, "inference.price." + name, phase.per_million->value.amount,
                   phase.per_million->value.currency, section.say("inference.busy_price"),
                   phase.per_million->provenance);
  }
}

void add_inference(size_t index, const RunReport& run, SectionBuilder& section) {
  const InferenceUse& use = *run.inference;
  section.number(index, "inference.prompts", static_cast<double>(use.num_prompts), "count");
  section.number(index, "inference.sequences", static_cast<double>(use.num_sequences), "count");
  section.number(index, "inference.prompt_tokens", use.prefill.tokens.value(), "token");
  section.number(index, "inference.generated_tokens", use.generated_tokens.value(), "token");
  section.number(index, "inference.first_token", use.median_first_token.value(), "s");
  section.number(index, "inference.slowest_first_token", use.slowest_first_token.value(), "s");
  add_phase(index, "prefill", use.prefill, run.efficiency, section);
  add_phase(index, "decode", use.decode, run.efficiency, section);
  section.number(index, "inference.kv", use.kv_per_sequence.value(), "B");
  section.number(index, "inference.busy", use.busy, "share");
  const bool metered = use.per_token.has_value();
  section.number(index, "inference.energy",
                 metered ? std::optional(use.per_token->value()) : std::nullopt, "J",
                 metered ? std::string() : section.say("inference.no_energy"));
  if (use.per_million_held) {
    section.number(index, "inference.price.held", use.per_million_held->value.amount,
                   use.per_million_held->value.currency,
                   use.busy ? number_text(*use.busy, "share") : std::string(),
                   use.per_million_held->provenance);
  } else {
    section.number(index, "inference.price.held", std::nullopt, "USD",
                   section.say("inference.no_price"));
  }
}

}  // namespace

Section inference_section(const ReportInput& input) {
  SectionBuilder section("inference", input.runs.size(), input.language);
  bool any = false;
  for (size_t i = 0; i < input.runs.size(); ++i) {
    if (!input.runs[i].inference) continue;
    add_inference(i, input.runs[i], section);
    any = true;
  }
  if (any) section.section().intro = section.say("inference.intro");
  return section.take();
}

}  // namespace assay::report
