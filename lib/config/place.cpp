#include "config/place.h"

#include <fmt/format.h>

#include "error/error.h"

namespace assay {

std::string to_string(const Place& place) {
  if (!place.document) return "(no document)";
  if (place.line == 0) return place.document->name;
  return fmt::format("{}:{}:{}", place.document->name, place.line, place.column);
}

void fail_at(const Place& place, std::string_view fact) {
  const Document document = place.document ? *place.document : Document{};
  const std::string message = fmt::format("[{}] {}: {}", document.module, to_string(place), fact);
  if (document.kind == DocumentKind::kData) throw DataError(message);
  throw ConfigError(message);
}

}  // namespace assay
