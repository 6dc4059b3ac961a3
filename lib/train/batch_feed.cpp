#include "train/batch_feed.h"

#include <ATen/ATen.h>

#include <utility>

namespace assay {
namespace {

/// `from`, which lies on the host, in the memory of `to` where it has the shape of it.
void bring(at::Tensor& to, const at::Tensor& from, at::Device device) {
  if (!to.defined() || to.sizes() != from.sizes()) {
    to = at::empty(from.sizes(), from.options().device(device));
  }
  to.copy_(device.is_cpu() ? from : from.pin_memory(), /*non_blocking=*/true);
}

void bring(std::optional<at::Tensor>& to, const std::optional<at::Tensor>& from,
           at::Device device) {
  if (!from) {
    to.reset();
    return;
  }
  if (!to) to.emplace();
  bring(*to, *from, device);
}

}  // namespace

BatchFeed::BatchFeed(const StepParts& parts, std::unique_ptr<SideStream> side, Documents documents)
    : parts_(parts), side_(std::move(side)), documents_(documents) {}

void BatchFeed::fill(Slot& slot, int64_t step) {
  const std::vector<Batch> batches = batches_of(parts_, step);
  slot.batches.resize(batches.size());
  for (size_t i = 0; i < batches.size(); ++i) {
    Batch& to = slot.batches[i];
    bring(to.tokens, batches[i].tokens, parts_.device);
    bring(to.targets, batches[i].targets, parts_.device);
    bring(to.loss_weight, batches[i].loss_weight, parts_.device);
    if (documents_ == Documents::kOnDevice) {
      bring(to.document_ids, batches[i].document_ids, parts_.device);
    } else {
      to.document_ids = batches[i].document_ids;
    }
  }
  slot.step = step;
}

std::vector<Batch> BatchFeed::take(int64_t step) {
  if (!side_) return batches_of(parts_, step);
  side_->mark();  // all steps before this one
  Slot& slot = slots_.at(static_cast<size_t>(step % 2));
  side_->join();
  if (slot.step != step) fill(slot, step);
  return slot.batches;
}

void BatchFeed::prefetch(int64_t step) {
  if (!side_) return;
  side_->run([this, step] {
    parts_.profiler.begin_overlapped(Phase::kData);
    fill(slots_.at(static_cast<size_t>(step % 2)), step);
    parts_.profiler.end_overlapped();
  });
}

}  // namespace assay
