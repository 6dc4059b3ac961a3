#include "registry/source_file.h"

#include "registry/calendar_date.h"

namespace assay::registry {

void SourceEntry::validate(const FieldPlaces&) const {
  require_date(published.value, published.place);
  require_date(retrieved.value, retrieved.place);
}

}  // namespace assay::registry
