#include "registry/band_file.h"

#include <fmt/format.h>

namespace assay::registry {

void BandFile::validate(const FieldPlaces&) const {
  if (high.value.dimension != low.value.dimension || high.value.currency != low.value.currency) {
    fail_at(high.place, fmt::format("both ends of a band are in one unit: \"{}\" and \"{}\"",
                                    low.value.text, high.value.text));
  }
  if (high.value.value >= low.value.value) return;
  fail_at(high.place, fmt::format("the band is turned round: \"{}\" to \"{}\"", low.value.text,
                                  high.value.text));
}

}  // namespace assay::registry
