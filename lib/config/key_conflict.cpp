#include "config/key_conflict.h"

namespace assay {

void fail_among(const FieldPlaces& at, std::initializer_list<std::string_view> paths,
                std::string_view fact) {
  for (const std::string_view path : paths) {
    const Place& place = at.of(path);
    const bool is_override =
        place.document && place.document->kind == DocumentKind::kConfig && place.line == 0;
    if (is_override) fail_at(place, fact);
  }
  at.fail(*paths.begin(), fact);
}

}  // namespace assay
