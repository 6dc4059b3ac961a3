#include "audit/claims/claim_listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "audit/claims/figure_trace.h"
#include "audit/output/message.h"
#include "audit/output/number_text.h"
#include "audit/output/scope_name.h"
#include "audit/output/text_width.h"

namespace assay::audit {
namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json head_json(const Claim& claim, Language language) {
  const Figure* headline = claim.headline_figure();
  return {{"claim", claim.id},
          {"kind", claim.kind},
          {"date", or_null(claim.date)},
          {"claimant", claim.claimant},
          {"subject", claim.subject},
          {"title", claim.title.in(language)},
          {"headline", headline == nullptr ? Json(nullptr) : Json(headline->text())}};
}

const Source* source_of(const Claim& claim, const Registry& registry, const Figure& figure) {
  const auto own = claim.sources.find(figure.source.key);
  if (own != claim.sources.end()) return &own->second;
  const auto found = registry.sources().find(figure.source.key);
  return found == registry.sources().end() ? nullptr : &found->second;
}

Json figure_json(const Claim& claim, const Figure& figure, const Registry& registry) {
  const Source* source = source_of(claim, registry, figure);
  return {{"path", figure.path},
          {"text", figure.text()},
          {"value", figure.measure.value},
          {"base_unit", std::string(base_unit(figure.measure.dimension))},
          {"mark", figure.source.mark},
          {"source", figure.source.key},
          {"locator", or_null(figure.source.locator)},
          {"title", source == nullptr ? Json(nullptr) : Json(source->title)},
          {"url", source == nullptr ? Json(nullptr) : or_null(document_url(*source, registry))},
          {"hand", source == nullptr ? Json(nullptr) : Json(source->hand)},
          {"retrieved", source == nullptr ? Json(nullptr) : or_null(source->retrieved)}};
}

}  // namespace

nlohmann::ordered_json claim_list_json(const ClaimSet& set, const std::string& registry_hash,
                                       Language language) {
  Json claims = Json::array();
  for (const auto& [id, claim] : set.claims()) claims.push_back(head_json(claim, language));
  return {{"schema_version", 1}, {"registry_hash", registry_hash}, {"claims", std::move(claims)}};
}

std::string claim_list_text(const ClaimSet& set, Language language) {
  size_t ids = 0;
  size_t kinds = 0;
  for (const auto& [id, claim] : set.claims()) {
    ids = std::max(ids, id.size());
    kinds = std::max(kinds, claim.kind.size());
  }
  std::string out;
  for (const auto& [id, claim] : set.claims()) {
    out += fmt::format("{}  {}  {}  {}\n", padded(id, ids), padded(claim.kind, kinds),
                       padded(claim.date, 10), printable(claim.title.in(language)));
  }
  return out;
}

nlohmann::ordered_json claim_json(const Claim& claim, const Registry& registry, Language language) {
  Json one = head_json(claim, language);
  one["statement"] = claim.statement.in(language);
  one["model"] = or_null(claim.model);
  one["device"] = or_null(claim.device);
  one["precision"] = or_null(claim.precision);
  Json scope = Json::object();
  for (size_t i = 0; i < claim.scope.size(); ++i) {
    scope[std::string(kScopeDimensions[i])] = to_string(claim.scope[i]);
  }
  one["scope"] = std::move(scope);
  Json figures = Json::array();
  for (const Figure* figure : claim.all_figures()) {
    figures.push_back(figure_json(claim, *figure, registry));
  }
  one["figures"] = std::move(figures);
  Json first_hand = Json::array();
  for (const FigureRef& ref : claim.first_hand) first_hand.push_back(ref.text);
  one["first_hand"] = std::move(first_hand);
  Json see_also = Json::array();
  for (const FigureRef& ref : claim.see_also) see_also.push_back(ref.text);
  one["see_also"] = std::move(see_also);
  one["file"] = claim.place.document ? Json(claim.place.document->name) : Json(nullptr);
  return one;
}

std::string claim_text(const Claim& claim, const Registry& registry, Language language) {
  std::string out =
      fmt::format("{} ({}, {}): {}\n  {}\n  {}: {}; subject {}\n", claim.id, claim.kind,
                  claim.date.empty() ? "-" : claim.date, printable(claim.title.in(language)),
                  printable(claim.statement.in(language)), "claimant", printable(claim.claimant),
                  printable(claim.subject));
  for (size_t i = 0; i < claim.scope.size(); ++i) {
    if (claim.scope[i] == ScopeState::kNotStated) continue;
    out += fmt::format("  {}: {}\n", scope_name(language, kScopeDimensions[i]),
                       wording(language, fmt::format("word.{}", to_string(claim.scope[i]))));
  }
  for (const Figure* figure : claim.all_figures()) {
    const Source* source = source_of(claim, registry, *figure);
    out +=
        fmt::format("  {}{} = {} [{}; {}{}{}] {}\n", printable(figure->path),
                    figure->path == claim.headline ? " (headline)" : "", printable(figure->text()),
                    wording(language, figure->source.mark), figure->source.key,
                    figure->source.locator.empty() ? "" : ", ", printable(figure->source.locator),
                    source == nullptr ? std::string() : document_url(*source, registry));
  }
  return out;
}

}  // namespace assay::audit
