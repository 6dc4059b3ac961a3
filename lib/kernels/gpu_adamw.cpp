#include "kernels/gpu_adamw.h"

#include "error/error.h"

#if ASSAY_CUDA
#include <ATen/ATen.h>

#include "kernels/adamw_cuda.h"
#include "kernels/adamw_launches.h"
#include "kernels/cuda_rows.h"

namespace assay::kernels {
namespace {

/// A scalar on the GPU; the host's goes there as an argument of a kernel.
at::Tensor scalar_there(const at::Tensor& x, at::ScalarType dtype, const at::Tensor& like) {
  const at::TensorOptions options = like.options().dtype(dtype);
  return x.is_cpu() ? at::full({}, x.item<double>(), options) : x.to(options);
}

}  // namespace

GpuDecision decide_on_gpu(const rows::AdamWSettings& settings,
                          const std::vector<at::Tensor>& gradients, const UpdateScalars& scalars,
                          const at::Tensor& applied_steps) {
  const auto wide = squares_launches<float>(gradients);
  const auto narrow = squares_launches<rows::Bf16>(gradients);
  const int64_t num_wide = cuda::num_partial_squares<float>(wide);
  const int64_t num = num_wide + cuda::num_partial_squares<rows::Bf16>(narrow);
  const at::Tensor partials = at::empty({num}, applied_steps.options().dtype(at::kDouble));
  const at::Tensor figures = at::empty({3}, applied_steps.options());
  constexpr auto kBytes = static_cast<int64_t>(sizeof(rows::AdamWDecision));
  const at::Tensor bytes = at::empty({kBytes}, applied_steps.options().dtype(at::kByte));
  const at::Tensor lr = scalar_there(scalars.lr, at::kFloat, applied_steps);
  const at::Tensor num_targets = scalar_there(scalars.num_targets, at::kDouble, applied_steps);
  const at::Tensor loss_sum = scalar_there(scalars.loss_sum, at::kDouble, applied_steps);
  launch_beside(applied_steps, [&](cudaStream_t stream) {
    auto* sums = partials.mutable_data_ptr<double>();
    cuda::partial_squares<float>(wide, sums, stream);
    cuda::partial_squares<rows::Bf16>(narrow, sums + num_wide, stream);
    cuda::decide_adamw(
        settings, sums, num,
        {.num_targets = num_targets.const_data_ptr<double>(),
         .loss_sum = loss_sum.const_data_ptr<double>(),
         .lr = lr.const_data_ptr<float>(),
         .applied_steps = applied_steps.mutable_data_ptr<float>(),
         .figures = figures.mutable_data_ptr<float>(),
         .decision = reinterpret_cast<rows::AdamWDecision*>(bytes.mutable_data_ptr<uint8_t>())},
        stream);
  });
  return {.grad_norm = figures[0], .skipped = figures[1], .grad_scale = figures[2], .bytes = bytes};
}

void adamw_update_on_gpu(const AdamWTensors& tensors, const GpuDecision& decision,
                         double weight_decay) {
  const auto* decided =
      reinterpret_cast<const rows::AdamWDecision*>(decision.bytes.const_data_ptr<uint8_t>());
  with_row_type(tensors.gradients.front(), [&]<class G>(G) {
    with_row_type(tensors.weights.front(), [&]<class W>(W) {
      with_row_type(tensors.exp_avgs.front(), [&]<class M>(M) {
        const auto launches = adamw_launches<G, W, M>(tensors);
        launch_beside(tensors.weights.front(), [&](cudaStream_t stream) {
          cuda::adamw<G, W, M>(launches, decided, weight_decay, stream);
        });
      });
    });
  });
}

}  // namespace assay::kernels

#else

namespace assay::kernels {

GpuDecision decide_on_gpu(const rows::AdamWSettings& /*settings*/,
                          const std::vector<at::Tensor>& /*gradients*/,
                          const UpdateScalars& /*scalars*/, const at::Tensor& /*applied_steps*/) {
  throw DeviceError("[kernels] this program was built without CUDA");
}

void adamw_update_on_gpu(const AdamWTensors& /*tensors*/, const GpuDecision& /*decision*/,
                         double /*weight_decay*/) {
  throw DeviceError("[kernels] this program was built without CUDA");
}

}  // namespace assay::kernels

#endif
