#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace assay {

/// The element types of safetensors.
enum class Dtype {
  kBool,
  kU8,
  kI8,
  kF8E4M3,
  kF8E5M2,
  kI16,
  kU16,
  kF16,
  kBF16,
  kI32,
  kU32,
  kF32,
  kF64,
  kI64,
  kU64
};

/// The name in the file: "F32", "BF16" ...
std::string_view dtype_name(Dtype dtype);

/// Bytes of one element.
uint64_t dtype_size(Dtype dtype);

/// The type with this name, if there is one.
std::optional<Dtype> parse_dtype(std::string_view name);

}  // namespace assay
