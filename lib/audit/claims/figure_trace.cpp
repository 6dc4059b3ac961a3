#include "audit/claims/figure_trace.h"

namespace assay::audit {
namespace {

const Source* document_of(const Claim& claim, const Registry& registry, const Figure& figure) {
  const auto own = claim.sources.find(figure.source.key);
  if (own != claim.sources.end()) return &own->second;
  const auto found = registry.sources().find(figure.source.key);
  return found == registry.sources().end() ? nullptr : &found->second;
}

}  // namespace

std::string document_url(const Source& source, const Registry& registry) {
  if (!source.url.empty()) return source.url;
  const auto original = registry.sources().find(source.copy_of);
  return original == registry.sources().end() ? std::string() : original->second.url;
}

FigureTrace trace_figures(const ClaimSet& set, const Registry& registry) {
  FigureTrace trace;
  for (const auto& [id, claim] : set.claims()) {
    for (const Figure* figure : claim.all_figures()) {
      const Source* document = document_of(claim, registry, *figure);
      UntracedFigure one{.claim = id,
                         .path = figure->path,
                         .source = figure->source.key,
                         .no_url = document == nullptr || document_url(*document, registry).empty(),
                         .no_locator = figure->source.locator.empty()};
      ++trace.figures;
      trace.recalled += figure->recalled() ? 1 : 0;
      trace.no_url += one.no_url ? 1 : 0;
      trace.no_locator += one.no_locator ? 1 : 0;
      trace.neither += one.no_url && one.no_locator ? 1 : 0;
      if (one.no_url || one.no_locator) trace.untraced.push_back(std::move(one));
    }
  }
  return trace;
}

}  // namespace assay::audit
