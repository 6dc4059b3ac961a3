#include "audit/rule_context.h"

#include <fmt/format.h>

#include <algorithm>

#include "audit/claims/figure_role.h"
#include "audit/claims/figure_trace.h"
#include "audit/output/number_text.h"

namespace assay::audit {
namespace {

const ClaimPart* part_named(const std::vector<ClaimPart>& parts, const std::string& name) {
  const auto found = std::find_if(parts.begin(), parts.end(),
                                  [&](const ClaimPart& part) { return part.name == name; });
  return found == parts.end() ? nullptr : &*found;
}

// The part that speaks of the final run: its only stage, the total where several stages are of it
// or none says what it is of, else null.
const ClaimPart* final_run(const Claim& claim) {
  const ClaimPart* found = nullptr;
  size_t finals = 0;
  size_t named = 0;
  for (const ClaimPart& stage : claim.stages) {
    named += stage.dimension.empty() ? 0 : 1;
    if (stage.dimension != "final-run") continue;
    found = &stage;
    ++finals;
  }
  if (finals == 1) return found;
  const bool whole = !claim.stages.empty() && (finals > 1 || named == 0);
  return whole ? &claim.total : nullptr;
}

}  // namespace

RuleContext::RuleContext(const Claim& claim, const ClaimSet& set, const Registry& registry,
                         const Evidence& evidence, Language language)
    : claim_(claim), set_(set), registry_(registry), evidence_(evidence), language_(language) {
  for (const FigureRef& ref : claim.first_hand) {
    first_hand_.push_back(&set.claim(ref.text));
    if (first_hand_.back()->subject == claim.subject) same_subject_.push_back(first_hand_.back());
  }
}

std::vector<const ClaimPart*> RuleContext::parts() const {
  std::vector<const ClaimPart*> parts{&claim_.total};
  for (const ClaimPart& stage : claim_.stages) parts.push_back(&stage);
  for (const ClaimPart& run : claim_.runs) parts.push_back(&run);
  return parts;
}

const ClaimPart* RuleContext::matching(const Claim& other, const ClaimPart& part) {
  if (part.is_total()) return &other.total;
  const ClaimPart* stage = part_named(other.stages, part.name);
  return stage != nullptr ? stage : part_named(other.runs, part.name);
}

const Figure* RuleContext::find(const ClaimPart& part, std::string_view role) const {
  if (const Figure* own = part.find(role)) return own;
  for (const Claim* other : same_subject_) {
    const ClaimPart* source = matching(*other, part);
    if (source == nullptr) continue;
    if (const Figure* borrowed = source->find(role)) return borrowed;
  }
  return nullptr;
}

const ClaimPart* RuleContext::pretraining() const {
  if (const ClaimPart* own = final_run(claim_)) return own;
  for (const Claim* other : same_subject_) {
    if (const ClaimPart* borrowed = final_run(*other)) return borrowed;
  }
  return claim_.stages.empty() ? &claim_.total : nullptr;
}

// A run names its own model and device: two runs of one claim are often of different ones.
std::string RuleContext::model(const ClaimPart& part) const {
  if (!part.model.empty()) return part.model;
  if (!claim_.model.empty()) return claim_.model;
  for (const Claim* other : same_subject_) {
    if (const ClaimPart* source = matching(*other, part); source && !source->model.empty()) {
      return source->model;
    }
    if (!other->model.empty()) return other->model;
  }
  return {};
}

std::string RuleContext::device(const ClaimPart& part) const {
  if (!part.device.empty()) return part.device;
  if (!claim_.device.empty()) return claim_.device;
  for (const Claim* other : same_subject_) {
    if (const ClaimPart* source = matching(*other, part); source && !source->device.empty()) {
      return source->device;
    }
    if (!other->device.empty()) return other->device;
  }
  return {};
}

std::string RuleContext::precision(const ClaimPart& part) const {
  if (!part.precision.empty()) return part.precision;
  if (!claim_.precision.empty()) return claim_.precision;
  for (const Claim* other : same_subject_) {
    if (!other->precision.empty()) return other->precision;
  }
  return {};
}

Term RuleContext::term(const Figure& figure, std::string_view unit) const {
  const double size = unit_size(unit);
  Term term;
  // A printed range stands with its middle.
  const double middle =
      figure.to ? (figure.measure.value + figure.to->value) / 2 : figure.measure.value;
  term.value = middle / size;
  // A figure and a product of it must show the same digits: 3.7 day is 88.8 h,
  // not 88.80000000000001.
  term.text = exact_text(std::stod(fmt::format("{:.14g}", term.value)));
  term.value = std::stod(term.text);
  const auto in_unit = [&](Bounds<double> range) -> Bounds<double> {
    const double low = range.low / size;
    return {figure.measure.value >= 0 ? std::max(low, 0.0) : low, range.high / size};
  };
  term.bounds = in_unit(figure.bounds());
  term.widest = in_unit(figure.widest());
  term.unit = unit;
  term.inputs.push_back({.shown = shown(figure),
                         .source_key = figure.source.key,
                         .figure = fmt::format("{}#{}", figure.claim, figure.path),
                         .recalled = figure.recalled(),
                         .first_hand = is_first_hand(figure.source),
                         .is_loose = !figure.includes.empty(),
                         .is_about = figure.direction == Direction::kAbout ||
                                     figure.direction == Direction::kMagnitude,
                         .is_range = figure.to.has_value()});
  InputRange range = figure.range();
  range = {range.shape, range.low / size, range.mode / size, range.high / size};
  term.steps.push_back({.kind = TermStep::Kind::kInput,
                        .value = term.value,
                        .range = range,
                        .key = term.inputs.back().figure,
                        .name = term.inputs.back().shown.name,
                        .unit = term.unit});
  return term;
}

Term RuleContext::term(const SourcedMeasure& figure, std::string_view unit,
                       const std::string& name) const {
  const double size = unit_size(unit);
  Term term;
  term.text = exact_text(std::stod(fmt::format("{:.14g}", figure.measure.value / size)));
  term.value = std::stod(term.text);
  term.bounds = {term.value, term.value};  // a datasheet's figure is what it defines
  term.widest = term.bounds;
  term.unit = unit;
  term.inputs.push_back({.shown = shown(figure.source, name, figure.measure.text),
                         .source_key = figure.source.key,
                         .figure = {},
                         .recalled = figure.source.mark == "recalled",
                         .first_hand = true});
  term.steps.push_back({.kind = TermStep::Kind::kInput,
                        .value = term.value,
                        .range = {Shape::kFixed, term.value, term.value, term.value},
                        .key = "registry:" + name,
                        .name = name,
                        .unit = term.unit});
  return term;
}

CheckInput RuleContext::shown(const Figure& figure) const {
  return shown(figure.source, name(figure), figure.text());
}

CheckInput RuleContext::shown(const SourceRef& source, std::string name, std::string text) const {
  CheckInput input{.name = std::move(name),
                   .text = std::move(text),
                   .source = source.key,
                   .mark = source.mark,
                   .url = {}};
  if (!source.locator.empty()) input.source += ", " + source.locator;
  if (const Source* found = this->source(source.key)) input.url = document_url(*found, registry_);
  return input;
}

std::string RuleContext::name(const Figure& figure) const {
  if (figure.role.empty()) return figure.path.substr(figure.path.find('.') + 1);
  const std::string title(role_title(figure.role, language_));
  return figure.owner.empty() ? title : say("name_of_stage", title, figure.owner);
}

bool RuleContext::is_headline(const Figure& figure) const {
  return figure.claim == claim_.id && figure.path == claim_.headline;
}

bool RuleContext::is_headline(const Term& term) const {
  return term.inputs.size() == 1 &&
         term.inputs.front().figure == fmt::format("{}#{}", claim_.id, claim_.headline);
}

bool RuleContext::is_first_hand(const SourceRef& source) const {
  const Source* found = this->source(source.key);
  if (found == nullptr) return false;
  // A copy that is cited for another document's figures carries that document's hand.
  const Source* original = this->source(found->copy_of);
  return (original == nullptr ? found : original)->hand == "first";
}

const Source* RuleContext::source(const std::string& key) const {
  if (const auto own = claim_.sources.find(key); own != claim_.sources.end()) return &own->second;
  const auto registered = registry_.sources().find(key);
  if (registered != registry_.sources().end()) return &registered->second;
  for (const Claim* other : first_hand_) {
    if (const auto lent = other->sources.find(key); lent != other->sources.end()) {
      return &lent->second;
    }
  }
  return nullptr;
}

double unit_size(std::string_view unit) { return parse_measure(fmt::format("1 {}", unit)).value; }

}  // namespace assay::audit
