#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

#include "data/batch.h"
#include "kernels/packed_documents.h"
#include "models/language_model.h"
#include "models/layers/document_stretches.h"

namespace assay::models {

/// What attention has to know about the sequences of one pass.
struct SequenceContext {
  int64_t batch = 0;
  int64_t seq_len = 0;
  at::Tensor positions;  ///< int64 [B or 1, T], from 0 at the start of each document
  at::Tensor mask;       ///< bool [B or 1, 1, T, keys], true: may look; undefined: all
  bool causal = true;    ///< with no mask: a query sees the keys up to its own place
  std::vector<DocumentStretch> stretches = {};  ///< all tokens, in place of mask and causal
  /// What the mask says where documents are all that it keeps apart and the host knows them.
  std::optional<kernels::PackedDocuments> documents = std::nullopt;
  DecodeState* state = nullptr;  ///< keys and values to continue from, and to append to
  bool training = false;         ///< gradients are wanted: capacity limits and statistics apply
  Recompute recompute = Recompute::kNone;  ///< of a training pass
};

/// Of a training batch: causal, and where there are document_ids a token sees its own document
/// only and positions start at 0 in each. A document is a run of equal ids. On a CPU attention goes
/// by stretches of documents where that is less work than a mask, and is plain where each sequence
/// is one document. The tokens of a GPU have a mask, and their documents' places beside it where
/// the ids stayed on the CPU: how many there are is then known without waiting. `recompute` counts
/// where gradients are wanted.
SequenceContext training_context(const Batch& batch, Recompute recompute);

/// Of tokens [B, T] that follow what `state` holds; padding before a sequence is masked and has no
/// position. Throws: ConfigError where the longest sequence does not fit in `max_seq_len`.
SequenceContext decoding_context(const at::Tensor& tokens, DecodeState& state, int64_t max_seq_len);

}  // namespace assay::models
