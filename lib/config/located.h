#pragma once

#include "config/place.h"

namespace assay {

/// A field whose place is kept, for errors that only its meaning can show.
template <class T>
struct Located {
  T value{};
  Place place;
};

}  // namespace assay
