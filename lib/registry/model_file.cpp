#include "registry/model_file.h"

#include "registry/calendar_date.h"

namespace assay::registry {

void ModelFile::validate(const FieldPlaces& at) const {
  require_date(released.value, released.place);
  if (config && config_of) at.fail("config_of", "a model has config or config_of, not both");
}

}  // namespace assay::registry
