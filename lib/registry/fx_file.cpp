#include "registry/fx_file.h"

#include "registry/calendar_date.h"

namespace assay::registry {

void FxFile::validate(const FieldPlaces&) const { require_date(date.value, date.place); }

}  // namespace assay::registry
