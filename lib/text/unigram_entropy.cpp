#include "text/unigram_entropy.h"

#include <cmath>
#include <vector>

namespace assay {

double unigram_entropy_bits(std::span<const uint32_t> tokens, uint64_t vocab_size) {
  std::vector<uint64_t> counts(vocab_size);
  for (const uint32_t token : tokens) ++counts.at(token);
  double bits = 0;
  for (const uint64_t count : counts) {
    if (count == 0) continue;
    const double p = static_cast<double>(count) / static_cast<double>(tokens.size());
    bits -= p * std::log2(p);
  }
  return bits;
}

}  // namespace assay
