#include "registry/source_check.h"

#include "registry/known_ids.h"

namespace assay::registry {
namespace {

void require_source(const Sources& sources, const std::string& key, const Place& place) {
  if (!sources.contains(key)) fail_at(place, unknown_id("source", key, sources));
}

}  // namespace

SourceRef checked(const Sources& sources, const SourceField& source) {
  require_source(sources, source.key, source.place);
  return source.ref();
}

SourcedMeasure checked(const Sources& sources, const SourceField& file, const FigureField& figure) {
  if (figure.source) require_source(sources, figure.source->value, figure.source->place);
  return figure.with_source(file);
}

std::optional<SourcedMeasure> checked(const Sources& sources, const SourceField& file,
                                      const std::optional<FigureField>& figure) {
  if (!figure) return std::nullopt;
  return checked(sources, file, *figure);
}

}  // namespace assay::registry
