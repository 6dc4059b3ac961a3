#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

namespace assay::models {

/// Neighbouring tokens of which attention computes no pair with others: one document, or several
/// short ones. Sequences of a batch follow each other.
struct DocumentStretch {
  int64_t num_tokens = 0;
  at::Tensor mask = {};  ///< bool [1, 1, n, n], true: may look; undefined: one document, causal
};

/// Lengths of the documents of ids int64 [B, T], on the CPU, one sequence after the other. A
/// document is a run of equal ids; a sequence's end is one too.
std::vector<int64_t> document_lengths(const at::Tensor& ids);

/// True where each sequence is one document.
bool fill_sequences(std::span<const int64_t> lengths, int64_t seq_len);

/// What attention computes alone in a batch of `num_tokens` tokens in sequences of `seq_len`; empty
/// where one call with a mask over all sequences is less work. Counted are the pairs of tokens that
/// the kernel computes, of one head: n (n + 1) / 2 of a document, n^2 under a mask, and 1024 more
/// for a call, forward and backward, of the kernel and all around it (about what it took for 8
/// heads of 64 in fp32 on one core, 2026-11-23). Short neighbours share a mask up to 32 tokens.
std::vector<DocumentStretch> document_stretches(std::span<const int64_t> lengths, int64_t seq_len);

}  // namespace assay::models
