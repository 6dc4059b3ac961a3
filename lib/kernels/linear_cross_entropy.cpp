#include "kernels/linear_cross_entropy.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

#include "kernels/cross_entropy.h"
#include "kernels/product.h"

// Shapes: N tokens, n of them at once, V vocabulary, D features.
namespace assay::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Shares of nearly one size, none longer than `rows_at_once`.
int64_t rows_of_a_share(int64_t num_rows, int64_t rows_at_once) {
  const int64_t shares = std::max<int64_t>(1, (num_rows + rows_at_once - 1) / rows_at_once);
  return (num_rows + shares - 1) / shares;
}

/// Adds up a weight's gradient over shares of the rows: in its own dtype where there is one share.
class WeightGradient {
 public:
  void add(const at::Tensor& grad_nV, const at::Tensor& hidden_nD, bool is_only) {
    at::Tensor product_VD = product(grad_nV.t(), hidden_nD);
    if (is_only) {
      sum_VD_ = product_VD;
    } else if (!sum_VD_.defined()) {
      sum_VD_ = product_VD.scalar_type() == at::kBFloat16 ? product_VD.to(at::kFloat) : product_VD;
    } else {
      sum_VD_.add_(product_VD);
    }
  }
  [[nodiscard]] at::Tensor as(at::ScalarType dtype) const { return sum_VD_.to(dtype); }

 private:
  at::Tensor sum_VD_;
};

class LinearCrossEntropySum : public torch::autograd::Function<LinearCrossEntropySum> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& hidden_ND,
                            const at::Tensor& weight_VD, const at::Tensor& targets_N,
                            const at::Tensor& scale_N, int64_t rows_at_once, bool with_gradient) {
    const int64_t num_rows = hidden_ND.size(0);
    const int64_t share = rows_of_a_share(num_rows, rows_at_once);
    at::Tensor loss;
    at::Tensor hidden_grad_ND = with_gradient ? at::empty_like(hidden_ND) : at::Tensor();
    WeightGradient weight_grad;
    for (int64_t begin = 0; begin < num_rows; begin += share) {
      const int64_t count = std::min(share, num_rows - begin);
      const at::Tensor hidden_nD = hidden_ND.narrow(0, begin, count);
      at::Tensor logits_nV = product(hidden_nD, weight_VD.t());
      const LossAndGradient part =
          cross_entropy_and_gradient(logits_nV, targets_N.narrow(0, begin, count),
                                     scale_N.narrow(0, begin, count), with_gradient);
      logits_nV.reset();
      loss = loss.defined() ? loss + part.loss : part.loss;
      if (!with_gradient) continue;
      at::Tensor out_nD = hidden_grad_ND.narrow(0, begin, count);
      product_out(out_nD, part.logits_gradient, weight_VD);
      weight_grad.add(part.logits_gradient, hidden_nD, share == num_rows);
    }
    if (with_gradient) {
      ctx->save_for_backward({hidden_grad_ND, weight_grad.as(weight_VD.scalar_type())});
    }
    return loss;
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const variable_list saved = ctx->get_saved_variables();
    const bool plain = grads[0].is_cpu() && grads[0].item<double>() == 1.0;
    if (plain) return {saved[0], saved[1], {}, {}, {}, {}};
    const at::Tensor factor = grads[0].to(saved[0].scalar_type());
    return {saved[0] * factor, saved[1] * factor, {}, {}, {}, {}};
  }
};

}  // namespace

int64_t logit_rows_at_once(int64_t vocabulary) {
  constexpr int64_t kNumbers = 64L << 20;
  constexpr int64_t kLeastRows = 256;
  return std::max(kLeastRows, kNumbers / std::max<int64_t>(1, vocabulary));
}

at::Tensor linear_cross_entropy_sum(const at::Tensor& hidden, const at::Tensor& weight,
                                    const at::Tensor& targets, const at::Tensor& loss_weight,
                                    int64_t rows_at_once) {
  const bool with_gradient =
      at::GradMode::is_enabled() && (hidden.requires_grad() || weight.requires_grad());
  return LinearCrossEntropySum::apply(hidden.contiguous(), weight, targets.contiguous(),
                                      row_scale(targets, loss_weight), rows_at_once, with_gradient);
}

}  // namespace assay::kernels
