#include "registry/band_file.h"

#include <fmt/format.h>

namespace assay::registry {

void BandFile::validate(const FieldPlaces&) const {
  if (high.value.value >= low.value.value) return;
  fail_at(high.place, fmt::format("the band is turned round: \"{}\" to \"{}\"", low.value.text,
                                  high.value.text));
}

}  // namespace assay::registry
