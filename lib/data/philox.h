#pragma once

#include <array>
#include <cstdint>

namespace assay::data {

/// One block of four 32-bit words.
using PhiloxBlock = std::array<uint32_t, 4>;

/// Philox4x32-10: four random words that depend on `counter` and `key` only, so that any of them
/// can be drawn in any order, on any thread or machine.
/// Source: Salmon et al. 2011, "Parallel Random Numbers: As Easy as 1, 2, 3", section 4.3.
PhiloxBlock philox4x32(PhiloxBlock counter, std::array<uint32_t, 2> key);

/// The block that belongs to (seed, stream, index): seed is the key, stream and index the counter.
inline PhiloxBlock random_block(uint64_t seed, uint64_t stream, uint64_t index) {
  return philox4x32({static_cast<uint32_t>(index), static_cast<uint32_t>(index >> 32),
                     static_cast<uint32_t>(stream), static_cast<uint32_t>(stream >> 32)},
                    {static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)});
}

/// A number in [0, bound) from the first two words of a block, by the high half of a 64 x 64 bit
/// product. Its bias is below bound / 2^64. `bound` must be positive.
uint64_t uniform_index(const PhiloxBlock& block, uint64_t bound);

/// A number in [0, 1) with 53 random bits from the first two words of a block.
double uniform_unit(const PhiloxBlock& block);

}  // namespace assay::data
