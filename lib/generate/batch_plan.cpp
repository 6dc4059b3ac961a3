#include "generate/batch_plan.h"

#include <algorithm>
#include <limits>

namespace assay {

std::vector<RequestPart> BatchPlan::next() {
  std::vector<RequestPart> batch;
  int64_t room = max_sequences_ == 0 ? std::numeric_limits<int64_t>::max() : max_sequences_;
  while (request_ < requests_.size() && room > 0) {
    const int64_t left = requests_[request_].num_samples - sample_;
    if (left > room && !batch.empty()) break;
    const int64_t taken = std::min(left, room);
    batch.push_back({.request = request_, .first_sample = sample_, .num_samples = taken});
    room -= taken;
    sample_ += taken;
    if (sample_ < requests_[request_].num_samples) break;
    ++request_;
    sample_ = 0;
  }
  return batch;
}

}  // namespace assay
