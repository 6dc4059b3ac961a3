#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>

#include "audit/comparison/comparison.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "registry/registry_age.h"

namespace assay::audit {
namespace {

// True where both dates are precise enough to say so.
bool earlier(const std::string& a, const std::string& b) {
  const size_t length = std::min(a.size(), b.size());
  return length >= 4 && a.substr(0, length) < b.substr(0, length);
}

std::optional<double> months(const std::string& date) {
  if (date.size() < 7) return std::nullopt;
  const double days = date.size() >= 10 ? std::atof(date.substr(8, 2).c_str()) : 0;
  return std::atof(date.substr(0, 4).c_str()) * 12 + std::atof(date.substr(5, 2).c_str()) +
         days / 31;
}

void add(const RuleContext& context, const std::string& rule, std::string sentence,
         Findings& findings) {
  findings.list.push_back(plain_finding(context, CheckKind::kProvenance, rule, CheckResult::kFlag,
                                        std::move(sentence)));
}

void check_source(const RuleContext& context, Findings& findings) {
  const Claim& claim = context.claim();
  const Figure* headline = claim.headline_figure();
  if (headline == nullptr) return;
  const Source* source = context.source(headline->source.key);
  if (source == nullptr) return;
  // A day either side is a time zone.
  const std::string published = source->published.substr(0, 7);
  if (earlier(published, claim.date)) {
    add(context, "source_before_claim",
        context.say("source_before_claim", claim.date, source->key, source->published), findings);
  }
  if (earlier(source->retrieved, source->published)) {
    add(context, "source_read_before_published",
        context.say("source_read_before_published", source->key, source->retrieved,
                    source->published),
        findings);
  }
  if (earlier(source->retrieved, claim.date)) {
    add(context, "claim_after_reading",
        context.say("claim_after_reading", claim.date, source->key, source->retrieved), findings);
  }
}

// The latest of the dates that the claim, its parts and the documents behind its figures carry.
std::string latest_date(const RuleContext& context) {
  const Claim& claim = context.claim();
  std::string latest = claim.date;
  for (const ClaimPart* part : context.parts()) latest = std::max(latest, part->date);
  for (const Variant& variant : claim.variants) latest = std::max(latest, variant.date);
  for (const Figure* figure : claim.all_figures()) {
    const Source* source = context.source(figure->source.key);
    if (source != nullptr) latest = std::max({latest, source->published, source->retrieved});
  }
  return latest;
}

// What nobody can have published yet. Where today is not given the registry's newest reading stands
// for it, with a year's grace.
void check_future(const RuleContext& context, Findings& findings) {
  constexpr double kMonthsAfter = 12;
  constexpr double kTimeZone = 1.5 / 31;  // of a month
  const std::string newest = newest_reading(context.registry());
  const std::string& today = context.evidence().today;
  const std::string known = std::max(newest, today);
  const std::optional<double> until = months(known);
  if (!until) return;
  const std::string latest = latest_date(context);
  // A year or a month alone stands for its first day.
  const std::optional<double> said = months(latest.size() == 4 ? latest + "-01" : latest);
  if (!said || *said - *until <= (today.empty() ? kMonthsAfter : kTimeZone)) return;
  const char* rule = today.empty() ? "date_beyond_registry" : "date_in_the_future";
  add(context, rule, context.say(rule, latest, known), findings);
}

void check_device(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  const auto device = context.registry().devices().find(context.device(part));
  if (device == context.registry().devices().end() || part.figures.empty()) return;
  const std::string& released = device->second.released;
  // Not the model's date: an old model is often trained again.
  const std::string& until = context.claim().date;
  if (earlier(until, released)) {
    add(context, "device_not_yet_released",
        context.say("device_not_yet_released", until, device->first, released), findings);
    return;
  }
  const Figure* wall = part.find("wall");
  const std::optional<double> from = months(released);
  const std::optional<double> to = months(until);
  if (wall == nullptr || !from || !to) return;
  constexpr double kSecondsPerMonth = 2629800;
  const double least = wall->bounds().low / kSecondsPerMonth;
  if (least > *to - *from + 1) {
    add(context, "longer_than_the_device_existed",
        context.say("longer_than_the_device_existed", wall->text(), device->first, released, until),
        findings);
  }
}

}  // namespace

void impossible_dates(const RuleContext& context, Findings& findings) {
  const Claim& claim = context.claim();
  check_source(context, findings);
  check_future(context, findings);
  for (const ClaimPart* part : context.parts()) check_device(context, *part, findings);
  const auto model = context.registry().models().find(claim.model);
  if (model == context.registry().models().end() || claim.date.size() < 7) return;
  // What a model cost may be told before it is out, but not a year before.
  const std::optional<double> said = months(claim.date);
  const std::optional<double> released = months(model->second.released);
  if (said && released && *released - *said > 12) {
    add(context, "model_not_yet_released",
        context.say("model_not_yet_released", claim.date, model->first, model->second.released),
        findings);
  }
}

}  // namespace assay::audit
