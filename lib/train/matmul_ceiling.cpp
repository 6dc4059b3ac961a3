#include "train/matmul_ceiling.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <memory>

#include "kernels/product.h"
#include "profile/make_timer.h"

namespace assay {

namespace {

// Large enough to be bound by arithmetic, small enough for many products in the budget: 2 GFLOP on
// a CPU (10 ms), 1.1 TFLOP on a GPU (1 to 2 ms).
constexpr int64_t kCpuSize = 1024;
constexpr int64_t kGpuSize = 8192;

}  // namespace

FlopsPerSecond measure_matmul_ceiling(at::Device device, Precision precision, Seconds budget) {
  const at::NoGradGuard no_grad;
  const int64_t n = device.is_cpu() ? kCpuSize : kGpuSize;
  const auto dtype = precision == Precision::kFp32 ? at::kFloat : at::kBFloat16;
  const at::Tensor a = at::ones({n, n}, at::TensorOptions(device).dtype(dtype));
  const at::Tensor b = a.mul(0.5);
  at::Tensor product = at::empty_like(a);
  const std::unique_ptr<EventTimer> timer = make_timer(device);
  Seconds best;
  Seconds spent;
  // The first product pays for kernels and memory and does not count.
  for (int i = 0; i < 3 || spent < budget; ++i) {
    const EventTimer::Mark begin = timer->mark();
    kernels::product_out(product, a, b);
    const EventTimer::Mark end = timer->mark();
    timer->finish();
    const Seconds time = timer->elapsed(begin, end).value();
    timer->release(end);
    spent += time;
    if (i == 1 || (i > 1 && time < best)) best = time;
  }
  const auto size = static_cast<double>(n);
  return Flops(2 * size * size * size) / best;
}

}  // namespace assay
