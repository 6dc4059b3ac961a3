#pragma once

#include <cstdint>
#include <span>

namespace assay {

/// Entropy of the frequencies of single tokens, in bits per token: what a model reaches that knows
/// how often each token comes and nothing else. H = -sum p log2 p (Shannon 1948); 0 for no token.
double unigram_entropy_bits(std::span<const uint32_t> tokens, uint64_t vocab_size);

}  // namespace assay
