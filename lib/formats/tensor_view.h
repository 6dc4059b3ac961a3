#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "formats/dtype.h"

namespace assay {

/// A named tensor whose bytes lie elsewhere: row-major, little-endian, without gaps.
struct TensorView {
  std::string name;
  Dtype dtype = Dtype::kF32;
  std::vector<int64_t> shape;  ///< empty for a scalar
  std::span<const std::byte> data;
};

}  // namespace assay
