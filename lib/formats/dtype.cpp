#include "formats/dtype.h"

#include <array>

#include "error/error.h"

namespace assay {
namespace {

struct DtypeRow {
  Dtype dtype;
  std::string_view name;
  uint64_t size;
};

constexpr std::array kDtypes{
    DtypeRow{Dtype::kBool, "BOOL", 1},      DtypeRow{Dtype::kU8, "U8", 1},
    DtypeRow{Dtype::kI8, "I8", 1},          DtypeRow{Dtype::kF8E4M3, "F8_E4M3", 1},
    DtypeRow{Dtype::kF8E5M2, "F8_E5M2", 1}, DtypeRow{Dtype::kI16, "I16", 2},
    DtypeRow{Dtype::kU16, "U16", 2},        DtypeRow{Dtype::kF16, "F16", 2},
    DtypeRow{Dtype::kBF16, "BF16", 2},      DtypeRow{Dtype::kI32, "I32", 4},
    DtypeRow{Dtype::kU32, "U32", 4},        DtypeRow{Dtype::kF32, "F32", 4},
    DtypeRow{Dtype::kF64, "F64", 8},        DtypeRow{Dtype::kI64, "I64", 8},
    DtypeRow{Dtype::kU64, "U64", 8},
};

const DtypeRow& row(Dtype dtype) {
  for (const DtypeRow& candidate : kDtypes) {
    if (candidate.dtype == dtype) return candidate;
  }
  throw InternalError("[formats] a dtype is missing in the table");
}

}  // namespace

std::string_view dtype_name(Dtype dtype) { return row(dtype).name; }

uint64_t dtype_size(Dtype dtype) { return row(dtype).size; }

std::optional<Dtype> parse_dtype(std::string_view name) {
  for (const DtypeRow& candidate : kDtypes) {
    if (candidate.name == name) return candidate.dtype;
  }
  return std::nullopt;
}

}  // namespace assay
