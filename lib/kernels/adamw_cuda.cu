#include "kernels/adamw_cuda.h"

#include <algorithm>

#include "kernels/block_lanes.cuh"

namespace assay::kernels::cuda {
namespace {

constexpr int kAdamWThreads = 256;
constexpr int kDecisionThreads = 512;
constexpr int64_t kMostSquaresBlocks =
    1024;  // of a launch: nearly eight a multiprocessor of an H100

template <class T>
__global__ void __launch_bounds__(kAdamWThreads)
    squares_kernel(const __grid_constant__ rows::StretchLaunch<const T*> launch, double* partials) {
  const double squares = rows::squares_of_stretches(Block{}, launch, blockIdx.x, gridDim.x);
  if (threadIdx.x == 0) partials[blockIdx.x] = squares;
}

__global__ void __launch_bounds__(kDecisionThreads)
    decision_kernel(rows::AdamWSettings settings, const double* partials, int64_t num,
                    rows::AdamWScalars scalars) {
  rows::decide_adamw(Block{}, settings, partials, num, scalars);
}

template <class G, class W, class M>
__global__ void __launch_bounds__(kAdamWThreads)
    adamw_kernel(const __grid_constant__ rows::StretchLaunch<rows::AdamWTensor<G, W, M>> launch,
                 const rows::AdamWDecision* decision, double weight_decay) {
  rows::adamw_stretch(Block{}, launch, blockIdx.x, *decision, weight_decay);
}

template <class T>
int64_t squares_blocks(const rows::StretchLaunch<const T*>& launch) {
  return std::min(launch.num_blocks(), kMostSquaresBlocks);
}

}  // namespace

template <class T>
int64_t num_partial_squares(std::span<const rows::StretchLaunch<const T*>> launches) {
  int64_t num = 0;
  for (const auto& launch : launches) num += squares_blocks(launch);
  return num;
}

template <class T>
void partial_squares(std::span<const rows::StretchLaunch<const T*>> launches, double* partials,
                     cudaStream_t stream) {
  for (const auto& launch : launches) {
    const int64_t blocks = squares_blocks(launch);
    squares_kernel<<<static_cast<unsigned>(blocks), kAdamWThreads, 0, stream>>>(launch, partials);
    partials += blocks;
  }
}

void decide_adamw(const rows::AdamWSettings& settings, const double* partials, int64_t num,
                  const rows::AdamWScalars& scalars, cudaStream_t stream) {
  decision_kernel<<<1, kDecisionThreads, 0, stream>>>(settings, partials, num, scalars);
}

template <class G, class W, class M>
void adamw(std::span<const rows::StretchLaunch<rows::AdamWTensor<G, W, M>>> launches,
           const rows::AdamWDecision* decision, double weight_decay, cudaStream_t stream) {
  for (const auto& launch : launches) {
    adamw_kernel<<<static_cast<unsigned>(launch.num_blocks()), kAdamWThreads, 0, stream>>>(
        launch, decision, weight_decay);
  }
}

#define ASSAY_SQUARES(T)                                                                 \
  template int64_t num_partial_squares(std::span<const rows::StretchLaunch<const T*>>);  \
  template void partial_squares(std::span<const rows::StretchLaunch<const T*>>, double*, \
                                cudaStream_t);

#define ASSAY_ADAMW(G, W, M)                                                            \
  template void adamw(std::span<const rows::StretchLaunch<rows::AdamWTensor<G, W, M>>>, \
                      const rows::AdamWDecision*, double, cudaStream_t);

#define ASSAY_ADAMW_STATES(G)       \
  ASSAY_ADAMW(G, float, float)      \
  ASSAY_ADAMW(G, float, rows::Bf16) \
  ASSAY_ADAMW(G, rows::Bf16, float) \
  ASSAY_ADAMW(G, rows::Bf16, rows::Bf16)

ASSAY_SQUARES(float)
ASSAY_SQUARES(rows::Bf16)
ASSAY_ADAMW_STATES(float)
ASSAY_ADAMW_STATES(rows::Bf16)

}  // namespace assay::kernels::cuda
