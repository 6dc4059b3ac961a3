#include "kernels/cross_entropy.h"

#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "kernels/cuda_rows.h"
#include "kernels/row_loops.h"
#include "kernels/row_split.h"
#include "kernels/wide_dtype.h"

#if ASSAY_CUDA
#include "kernels/cross_entropy_cuda.h"
#endif

// Shapes: N rows (tokens), V vocabulary.
namespace assay::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// The loss, and its gradient in the same pass where `grad_NV` is defined; it may be the logits.
at::Tensor loss_of_rows(const at::Tensor& logits_NV, const at::Tensor& targets_N,
                        const at::Tensor& scale_N, const at::Tensor& grad_NV) {
  const int64_t width = logits_NV.size(1);
  const int64_t* targets = targets_N.const_data_ptr<int64_t>();
  const float* scale = scale_N.const_data_ptr<float>();
  std::vector<double> shares(static_cast<size_t>(at::get_num_threads()), 0.0);
  with_row_type(logits_NV, [&]<class T>(T) {
    const T* logits = row_data<T>(logits_NV);
    T* grad = grad_NV.defined() ? mutable_row_data<T>(grad_NV) : nullptr;
    split_rows(logits_NV.size(0), width, [&](int64_t begin, int64_t end) {
      const rows::CrossEntropy share =
          rows::cross_entropy(logits + begin * width, targets + begin, scale + begin, end - begin,
                              width, grad == nullptr ? nullptr : grad + begin * width);
      shares[static_cast<size_t>(at::get_thread_num())] +=
          std::isfinite(share.logits_sum) ? share.loss : std::numeric_limits<double>::quiet_NaN();
    });
  });
  double loss = 0;
  for (const double share : shares) loss += share;
  return at::full({}, loss, scale_N.options());
}

/// On the CPU: forward computes the gradient along with the loss and keeps only that.
class CrossEntropySumOfRows : public torch::autograd::Function<CrossEntropySumOfRows> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& logits_NV,
                            const at::Tensor& targets_N, const at::Tensor& scale_N,
                            bool overwrite) {
    at::Tensor grad_NV;
    if (logits_NV.requires_grad()) {
      grad_NV = overwrite ? logits_NV.detach() : at::empty_like(logits_NV);
    }
    ctx->save_for_backward({grad_NV});
    return loss_of_rows(logits_NV, targets_N, scale_N, grad_NV);
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const at::Tensor grad_NV = ctx->get_saved_variables()[0];
    const bool plain = grads[0].item<float>() == 1.0F;
    return {plain ? grad_NV : grad_NV * grads[0].to(grad_NV.scalar_type()), {}, {}, {}};
  }
};

#if ASSAY_CUDA
template <class T>
cuda::CrossEntropyRows<T> rows_on_gpu(const at::Tensor& logits_NV, const at::Tensor& targets_N,
                                      const at::Tensor& scale_N) {
  return {.logits = row_data<T>(logits_NV),
          .targets = targets_N.const_data_ptr<int64_t>(),
          .scale = scale_N.const_data_ptr<float>(),
          .num = logits_NV.size(0),
          .width = logits_NV.size(1)};
}

rows::ExponentialSum<float>* sums_in(const at::Tensor& sums_N2) {
  return reinterpret_cast<rows::ExponentialSum<float>*>(sums_N2.mutable_data_ptr<float>());
}

/// The loss; each row's exponential sum and gradient where `sums_N2` and `grad_NV` are defined.
/// The gradient may be the logits.
at::Tensor loss_on_gpu(const at::Tensor& logits_NV, const at::Tensor& targets_N,
                       const at::Tensor& scale_N, const at::Tensor& sums_N2,
                       const at::Tensor& grad_NV) {
  const at::Tensor losses_N = at::empty_like(scale_N);
  with_row_type(logits_NV, [&]<class T>(T) {
    launch_beside(logits_NV, [&](cudaStream_t stream) {
      cuda::cross_entropy(rows_on_gpu<T>(logits_NV, targets_N, scale_N),
                          losses_N.mutable_data_ptr<float>(),
                          sums_N2.defined() ? sums_in(sums_N2) : nullptr,
                          grad_NV.defined() ? mutable_row_data<T>(grad_NV) : nullptr, stream);
    });
  });
  return losses_N.sum(at::kDouble).to(at::kFloat);
}

/// On a GPU: backward reads the logits again, which costs what writing and scaling a gradient in
/// forward would.
class CrossEntropySumOnGpu : public torch::autograd::Function<CrossEntropySumOnGpu> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& logits_NV,
                            const at::Tensor& targets_N, const at::Tensor& scale_N,
                            bool overwrite) {
    const at::Tensor sums_N2 = at::empty({logits_NV.size(0), 2}, scale_N.options());
    ctx->save_for_backward({logits_NV, targets_N, scale_N, sums_N2});
    ctx->saved_data["overwrite"] = overwrite;
    return loss_on_gpu(logits_NV, targets_N, scale_N, sums_N2, {});
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const variable_list saved = ctx->get_saved_variables();
    const bool overwrite = ctx->saved_data["overwrite"].toBool();
    TORCH_CHECK(ctx->saved_data.count("overwritten") == 0,
                "[kernels] the logits of this cross-entropy hold their gradient already");
    if (overwrite) ctx->saved_data["overwritten"] = true;
    const at::Tensor logits_NV = saved[0].detach();
    at::Tensor grad_NV = overwrite ? logits_NV : at::empty_like(logits_NV);
    const at::Tensor grad_loss = grads[0].contiguous();
    with_row_type(logits_NV, [&]<class T>(T) {
      launch_beside(logits_NV, [&](cudaStream_t stream) {
        cuda::cross_entropy_backward(rows_on_gpu<T>(logits_NV, saved[1], saved[2]),
                                     sums_in(saved[3]), grad_loss.const_data_ptr<float>(),
                                     mutable_row_data<T>(grad_NV), stream);
      });
    });
    return {grad_NV, {}, {}, {}};
  }
};
#endif

/// The loss and each row's logsumexp, through LibTorch's operators. chosen [N, 1].
std::pair<at::Tensor, at::Tensor> loss_and_norms(const at::Tensor& logits_NV,
                                                 const at::Tensor& chosen_N1,
                                                 const at::Tensor& scale_N) {
  const at::Tensor wide_NV = logits_NV.to(wide_dtype(logits_NV));
  const at::Tensor norm_N = wide_NV.logsumexp(-1);
  return {((norm_N - wide_NV.gather(-1, chosen_N1).squeeze(-1)) * scale_N).sum(), norm_N};
}

/// scale x (softmax - one at the target), through LibTorch's operators.
at::Tensor logits_gradient(const at::Tensor& logits_NV, const at::Tensor& chosen_N1,
                           const at::Tensor& scale_N, const at::Tensor& norm_N) {
  at::Tensor grad_NV = logits_NV.to(wide_dtype(logits_NV)).sub(norm_N.unsqueeze(-1)).exp_();
  grad_NV.scatter_add_(-1, chosen_N1, at::full_like(chosen_N1, -1, grad_NV.options()));
  grad_NV.mul_(scale_N.unsqueeze(-1));
  return grad_NV.to(logits_NV.scalar_type());
}

/// The same through LibTorch's operators, for what neither loops nor kernels take.
class CrossEntropySum : public torch::autograd::Function<CrossEntropySum> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& logits_NV,
                            const at::Tensor& targets_N, const at::Tensor& scale_N) {
    const at::Tensor chosen_N1 = targets_N.clamp_min(0).unsqueeze(-1);
    const auto [loss, norm_N] = loss_and_norms(logits_NV, chosen_N1, scale_N);
    ctx->save_for_backward({logits_NV, chosen_N1, scale_N, norm_N});
    return loss;
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const variable_list saved = ctx->get_saved_variables();
    return {logits_gradient(saved[0], saved[1], saved[2] * grads[0], saved[3]), {}, {}};
  }
};

}  // namespace

at::Tensor row_scale(const at::Tensor& targets, const at::Tensor& weight) {
  if (!weight.defined()) return targets.ge(0).to(at::kFloat);
  return weight.masked_fill(targets.lt(0), 0);  // a factor of 0 would leave a NaN
}

LossAndGradient cross_entropy_and_gradient(const at::Tensor& logits, const at::Tensor& targets,
                                           const at::Tensor& scale, bool with_gradient) {
  if (has_row_loops(logits)) {
    const at::Tensor gradient = with_gradient ? logits : at::Tensor();
    return {loss_of_rows(logits, targets, scale, gradient), gradient};
  }
#if ASSAY_CUDA
  if (has_cuda_rows(logits)) {
    const at::Tensor gradient = with_gradient ? logits : at::Tensor();
    return {loss_on_gpu(logits, targets, scale, {}, gradient), gradient};
  }
#endif
  const at::Tensor chosen_N1 = targets.clamp_min(0).unsqueeze(-1);
  const auto [loss, norms] = loss_and_norms(logits, chosen_N1, scale);
  return {loss, with_gradient ? logits_gradient(logits, chosen_N1, scale, norms) : at::Tensor()};
}

at::Tensor cross_entropy_sum(const at::Tensor& logits, const at::Tensor& targets,
                             const at::Tensor& weight, LogitsUse use) {
  const at::Tensor scale = row_scale(targets, weight);
  const bool overwrite = use == LogitsUse::kOverwrite && logits.is_contiguous();
  if (has_row_loops(logits)) {
    return CrossEntropySumOfRows::apply(logits.contiguous(), targets.contiguous(), scale,
                                        overwrite);
  }
#if ASSAY_CUDA
  if (has_cuda_rows(logits)) {
    return CrossEntropySumOnGpu::apply(logits.contiguous(), targets.contiguous(), scale, overwrite);
  }
#endif
  return CrossEntropySum::apply(logits, targets, scale);
}

}  // namespace assay::kernels
