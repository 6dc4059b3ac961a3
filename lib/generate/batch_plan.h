#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "generate/request.h"

namespace assay {

/// Samples of one request that are decoded in one batch.
struct RequestPart {
  size_t request = 0;
  int64_t first_sample = 0;
  int64_t num_samples = 0;
};

/// Deals requests out to batches, in their order. A batch has at most `max_sequences` samples (0:
/// all there are). The samples of a request stay together, so that they share the pass over their
/// prompt, unless they are more than a batch holds. The requests must outlive it.
class BatchPlan {
 public:
  BatchPlan(std::span<const GenerationRequest> requests, int64_t max_sequences)
      : requests_(requests), max_sequences_(max_sequences) {}

  /// The next batch; empty where none is left.
  [[nodiscard]] std::vector<RequestPart> next();

 private:
  std::span<const GenerationRequest> requests_;
  int64_t max_sequences_;
  size_t request_ = 0;  ///< where the next batch begins
  int64_t sample_ = 0;
};

}  // namespace assay
