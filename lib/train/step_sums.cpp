#include "train/step_sums.h"

#include <ATen/ATen.h>

namespace assay {
namespace {

void add_to(at::Tensor& sum, const at::Tensor& part) {
  if (part.defined()) sum = sum.defined() ? sum + part : part;
}

}  // namespace

StepSums::StepSums(at::Device device)
    : figures_(at::zeros({3}, at::TensorOptions(device).dtype(at::kDouble))) {}

at::Tensor StepSums::add(const LmOutput& output) {
  at::Tensor objective = output.loss_sum;
  at::Tensor aux_sum = at::zeros_like(output.loss_sum);
  if (output.aux_loss.defined()) {
    aux_sum = output.aux_loss * output.num_targets;
    objective = objective + aux_sum;
  }
  const at::NoGradGuard no_grad;
  figures_ += at::stack({output.loss_sum.to(at::kDouble), output.num_targets.to(at::kDouble),
                         aux_sum.to(at::kDouble)});
  add_to(tokens_per_expert_, output.tokens_per_expert);
  add_to(router_sums_, output.router_sums);
  return objective;
}

void StepSums::reduce(const Comm& comm) {
  comm.all_reduce_sum(figures_);
  if (tokens_per_expert_.defined()) comm.all_reduce_sum(tokens_per_expert_);
  if (router_sums_.defined()) comm.all_reduce_sum(router_sums_);
}

}  // namespace assay
