#pragma once

#include "config/rule.h"

/// The sizes that a family accepts. The upper ends only keep parameter counts inside 63 bits
/// (layers x experts x width x width < 2^62); no published model comes near them.
namespace assay::specs {

inline Rule layer_count() { return between(1, 4096); }
inline Rule head_count() { return between(1, 4096); }
inline Rule expert_count() { return between(1, 4096); }
inline Rule width() { return between(1, 1 << 18); }
inline Rule head_width() { return between(1, 1 << 12); }
inline Rule vocabulary() { return between(1, 1 << 24); }
inline Rule context() { return between(1, 1 << 24); }

}  // namespace assay::specs
