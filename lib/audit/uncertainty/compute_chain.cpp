#include "audit/uncertainty/compute_chain.h"

#include <fmt/format.h>

#include <cmath>

#include "audit/costs/market_price.h"
#include "audit/output/number_text.h"
#include "audit/training_compute.h"

namespace assay::audit {
namespace {

Term reader_term(const Measure& measure, const std::string& name, const std::string& unit) {
  return input_term(
      measure.value, {Shape::kFixed, measure.value, measure.value, measure.value}, name, unit,
      {.shown =
           {.name = name, .text = measure.text, .source = "--set", .mark = "assumed", .url = {}},
       .source_key = "--set",
       .figure = {},
       .recalled = false,
       .first_hand = false});
}

TermInput chain_input(const CheckInput& shown) {
  return {.shown = shown, .source_key = shown.source, .figure = {}};
}

// The reader's MFU, else the usual band's middle with the band as its range.
std::optional<Term> utilisation_term(const RuleContext& context, const ClaimPart& part) {
  if (const Measure* own = context.evidence().assumption("mfu"))
    return reader_term(*own, "mfu", "");
  const auto band = context.registry().bands().find(
      std::string(usual_mfu_band(context, context.model(part), context.device(part))));
  if (band == context.registry().bands().end()) return std::nullopt;
  const double low = band->second.low;
  const double high = band->second.high;
  const double middle = (low + high) / 2;
  return input_term(
      middle, {Shape::kUniform, low, middle, high}, "mfu", "",
      chain_input(context.shown(band->second.source, context.say("usual_band"),
                                fmt::format("{} - {}", percent_text(low), percent_text(high)))));
}

// The reader's price, the claim's, else the market's of its date.
std::optional<Term> hourly_price_term(const RuleContext& context, const ClaimPart& part,
                                      const std::string& currency) {
  const std::string unit = currency + "/gpu_h";
  if (const Measure* own = context.evidence().assumption("price")) {
    if (own->currency != currency) return std::nullopt;
    return reader_term(*own, "price", unit);
  }
  const Figure* printed = context.find(context.claim().total, "price");
  if (printed != nullptr && printed->measure.currency == currency) {
    return context.term(*printed, printed->measure.unit);
  }
  const auto market = market_price(context, context.device(part), context.claim().date);
  if (!market || market->currency != currency || market->low <= 0) return std::nullopt;
  const double middle = market->middle();
  Term term = input_term(middle, {Shape::kLogNormal, market->low, middle, market->high}, "price",
                         unit, chain_input(market->sources.front()));
  for (size_t i = 1; i < market->sources.size(); ++i) {
    term.inputs.push_back(chain_input(market->sources[i]));
  }
  return term;
}

std::optional<Term> token_count(const RuleContext& context, const ClaimPart& part) {
  if (const Measure* own = context.evidence().assumption("tokens")) {
    return reader_term(*own, "tokens", "token");
  }
  const Figure* printed = context.find(part, "tokens");
  if (printed == nullptr) return std::nullopt;
  return context.term(*printed, "token");
}

// Exact causal where the sequence length is known, else 6 N D.
std::optional<Term> token_work(const RuleContext& context, const ClaimPart& part) {
  const Figure* length = context.find(part, "seq_len");
  return flops_per_token_term(
      context, part, length != nullptr ? FlopConvention::kExactCausal : FlopConvention::kSixNd,
      length);
}

std::optional<Term> hours_from_compute(const RuleContext& context, const ClaimPart& part) {
  const std::optional<Term> tokens = token_count(context, part);
  const std::optional<Term> mfu = utilisation_term(context, part);
  const std::optional<Peak> peak = headline_peak(context, context.device(part));
  const std::optional<Term> flops = token_work(context, part);
  if (!tokens || !mfu || !peak || !flops) return std::nullopt;
  return *flops * *tokens / (*mfu * constant(3600) * peak->term);
}

// The claim, or the first-hand one, whose stage the part is; null for a total.
const Claim* owner_of_stage(const RuleContext& context, const ClaimPart& part) {
  std::vector<const Claim*> claims{&context.claim()};
  claims.insert(claims.end(), context.first_hand().begin(), context.first_hand().end());
  for (const Claim* claim : claims) {
    for (const ClaimPart& stage : claim->stages) {
      if (&stage == &part) return claim;
    }
  }
  return nullptr;
}

}  // namespace

std::optional<std::vector<Term>> hours_of_other_stages(const RuleContext& context,
                                                       const ClaimPart& final_run) {
  std::vector<Term> hours;
  const Claim* owner = owner_of_stage(context, final_run);
  if (owner == nullptr) return hours;
  for (const ClaimPart& stage : owner->stages) {
    if (&stage == &final_run) continue;
    const Figure* printed = stage.find("hours");
    if (printed == nullptr) return std::nullopt;
    hours.push_back(context.term(*printed, "gpu_h"));
  }
  return hours;
}

std::optional<ComputeChain> compute_chain(const RuleContext& context) {
  const Figure* headline = context.claim().headline_figure();
  const ClaimPart* part = context.pretraining();
  if (headline == nullptr || part == nullptr || !headline->path.starts_with("total.")) {
    return std::nullopt;
  }
  const bool hours = headline->measure.dimension == Dimension::kGpuHours;
  const bool money = headline->measure.dimension == Dimension::kMoney;
  if (!hours && !money) return std::nullopt;
  std::optional<Term> needed = hours_from_compute(context, *part);
  const auto others = hours_of_other_stages(context, *part);
  if (!needed || !others) return std::nullopt;
  for (const Term& other : *others) needed = *needed + other;
  if (hours) return ComputeChain{*needed, "gpu_h"};
  const std::string& currency = headline->measure.currency;
  const std::optional<Term> price = hourly_price_term(context, *part, currency);
  if (!price) return std::nullopt;
  return ComputeChain{*needed * *price, currency};
}

std::optional<ComputeChain> tokens_from_hours(const RuleContext& context) {
  const ClaimPart* part = context.pretraining();
  if (part == nullptr || token_count(context, *part)) return std::nullopt;
  if (!active_parameters_known(context, *part)) return std::nullopt;
  const std::optional<Term> hours = hours_term(context, *part);
  const std::optional<Term> mfu = utilisation_term(context, *part);
  const std::optional<Peak> peak = headline_peak(context, context.device(*part));
  const std::optional<Term> flops = token_work(context, *part);
  if (!hours || !mfu || !peak || !flops) return std::nullopt;
  return ComputeChain{*hours * constant(3600) * peak->term * *mfu / *flops, "token"};
}

}  // namespace assay::audit
