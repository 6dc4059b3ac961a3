#pragma once

#include <cstddef>

/// The part of NVML's binary interface that this program uses. NVML has no header in the package
/// registries, so it is declared here and the library is loaded at run time.
/// Source: nvml.h of API 13 as in NVIDIA/go-nvml, gen/nvml/nvml.h; constants also in pynvml.py.
namespace assay::nvml {

using Return = int;
using Device = struct OpaqueDevice*;

inline constexpr Return kSuccess = 0;
inline constexpr Return kNotSupported = 3;
inline constexpr Return kNoPermission = 4;
inline constexpr Return kNotFound = 6;
inline constexpr Return kDriverNotLoaded = 9;
inline constexpr Return kFunctionNotFound = 13;
inline constexpr Return kGpuIsLost = 15;
inline constexpr Return kLibRmVersionMismatch = 18;
inline constexpr Return kUnknown = 999;

inline constexpr unsigned kFieldTotalEnergy = 83;    ///< mJ since the driver was loaded
inline constexpr unsigned kFieldPowerInstant = 186;  ///< mW, now, on all architectures
inline constexpr unsigned kFieldEccCorrected = 3;    ///< since the driver was loaded
inline constexpr unsigned kFieldEccUncorrected = 4;
inline constexpr unsigned kFieldThrottledByPower = 74;  ///< ns since the driver was loaded, so all
inline constexpr unsigned kFieldThrottledByHeat = 75;
inline constexpr unsigned kFieldThrottledByBoardLimit = 77;
inline constexpr unsigned kFieldThrottledForReliability = 79;

inline constexpr unsigned kNameSize = 96;
inline constexpr unsigned kVersionSize = 80;

enum class ValueType : int {
  kDouble = 0,
  kUnsignedInt = 1,
  kUnsignedLong = 2,
  kUnsignedLongLong = 3,
  kSignedLongLong = 4,
  kSignedInt = 5,
  kUnsignedShort = 6
};

union Value {
  double d;
  int si;
  unsigned ui;
  unsigned long ul;
  unsigned long long ull;
  long long sll;
  unsigned short us;
};
static_assert(sizeof(Value) == 8);

struct FieldValue {
  unsigned field_id;
  unsigned scope_id;
  long long timestamp;     ///< microseconds since 1970, host clock
  long long latency_usec;  ///< what the reading took
  int value_type;
  Return status;  ///< of this field alone
  Value value;
};
static_assert(sizeof(FieldValue) == 40);
static_assert(offsetof(FieldValue, timestamp) == 8);
static_assert(offsetof(FieldValue, value_type) == 24);
static_assert(offsetof(FieldValue, value) == 32);

struct Memory {
  unsigned long long total;
  unsigned long long free;
  unsigned long long used;
};
static_assert(sizeof(Memory) == 24);

}  // namespace assay::nvml
