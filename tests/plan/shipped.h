#pragma once

#include <string>

#include "registry/registry.h"

namespace assay::test {

/// The registry of the source tree.
inline const Registry& shipped_registry() {
  static const Registry shipped =
      Registry::load(std::string(ASSAY_SOURCE_DIR) + "/configs/registry");
  return shipped;
}

}  // namespace assay::test
