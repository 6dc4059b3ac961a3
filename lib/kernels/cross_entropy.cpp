#include "kernels/cross_entropy.h"

#include <torch/csrc/autograd/custom_function.h>

// Shapes: N rows (tokens), V vocabulary.
namespace assay::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

class CrossEntropySum : public torch::autograd::Function<CrossEntropySum> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& logits_NV,
                            const at::Tensor& targets_N, const at::Tensor& scale_N) {
    const at::Tensor wide_NV = logits_NV.to(at::kFloat);
    const at::Tensor norm_N = wide_NV.logsumexp(-1);
    const at::Tensor chosen_N1 = targets_N.clamp_min(0).unsqueeze(-1);
    ctx->save_for_backward({logits_NV, chosen_N1, scale_N, norm_N});
    return ((norm_N - wide_NV.gather(-1, chosen_N1).squeeze(-1)) * scale_N).sum();
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const variable_list saved = ctx->get_saved_variables();
    const at::Tensor& logits_NV = saved[0];
    const at::Tensor& chosen_N1 = saved[1];
    at::Tensor grad_NV = logits_NV.to(at::kFloat).sub(saved[3].unsqueeze(-1)).exp_();
    grad_NV.scatter_add_(-1, chosen_N1, at::full_like(chosen_N1, -1, grad_NV.options()));
    grad_NV.mul_((saved[2] * grads[0]).unsqueeze(-1));
    return {grad_NV.to(logits_NV.scalar_type()), {}, {}};
  }
};

}  // namespace

at::Tensor cross_entropy_sum(const at::Tensor& logits, const at::Tensor& targets,
                             const at::Tensor& weight) {
  at::Tensor scale = targets.ge(0).to(at::kFloat);
  if (weight.defined()) scale = scale * weight;
  return CrossEntropySum::apply(logits, targets, scale);
}

}  // namespace assay::kernels
