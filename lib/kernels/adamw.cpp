#include "kernels/adamw.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <concepts>
#include <numeric>

#include "kernels/adamw_8bit_loops.h"
#include "kernels/dynamic_code.h"
#include "kernels/row_split.h"

namespace assay::kernels {
namespace {

/// A stretch of one tensor of a list.
struct Stretch {
  size_t tensor = 0;
  int64_t begin = 0;
  int64_t count = 0;
};

/// All numbers of a list in stretches of fixed length, so that threads share large and small
/// tensors evenly.
std::vector<Stretch> stretches_of(const std::vector<at::Tensor>& tensors) {
  constexpr int64_t kLength = 1 << 15;
  static_assert(kLength % rows::kCodeBlock == 0);
  std::vector<Stretch> stretches;
  for (size_t i = 0; i < tensors.size(); ++i) {
    const int64_t total = tensors[i].numel();
    for (int64_t begin = 0; begin < total; begin += kLength) {
      stretches.push_back({i, begin, std::min(kLength, total - begin)});
    }
  }
  return stretches;
}

template <class Work>
void for_each_stretch(const std::vector<Stretch>& stretches, const Work& work) {
  at::parallel_for(0, static_cast<int64_t>(stretches.size()), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) work(static_cast<size_t>(i));
  });
}

}  // namespace

double sum_of_squares(const std::vector<at::Tensor>& tensors) {
  const std::vector<Stretch> stretches = stretches_of(tensors);
  std::vector<double> sums(stretches.size());
  for_each_stretch(stretches, [&](size_t i) {
    const Stretch& stretch = stretches[i];
    const at::Tensor& tensor = tensors[stretch.tensor];
    sums[i] = with_row_type(tensor, [&]<class T>(T) {
      return rows::sum_of_squares(row_data<T>(tensor) + stretch.begin, stretch.count);
    });
  });
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

namespace {

/// The update of a stretch with gradients, weights and moments of these types.
template <class T, class W, class M>
void update_stretch(const AdamWTensors& tensors, const rows::AdamWStep& step,
                    const Stretch& stretch) {
  const auto [tensor, begin, count] = stretch;
  const T* gradient = row_data<T>(tensors.gradients[tensor]) + begin;
  W* weight = mutable_row_data<W>(tensors.weights[tensor]) + begin;
  M* exp_avg = mutable_row_data<M>(tensors.exp_avgs[tensor]) + begin;
  M* exp_avg_sq = mutable_row_data<M>(tensors.exp_avg_sqs[tensor]) + begin;
  rows::Bf16* output = tensors.outputs.empty()
                           ? nullptr
                           : mutable_row_data<rows::Bf16>(tensors.outputs[tensor]) + begin;
  if constexpr (std::same_as<W, float> && std::same_as<M, float>) {
    rows::adamw(step, gradient, count, weight, exp_avg, exp_avg_sq, output);
  } else {
    const rows::RoundingKey rounding{tensors.rounding_keys[tensor], static_cast<uint32_t>(begin)};
    rows::adamw_rounded(step, rounding, gradient, count, weight, exp_avg, exp_avg_sq, output);
  }
}

/// The same with moments in codes.
template <class T, class W>
void update_coded_stretch(const AdamWTensors& tensors, const rows::AdamWStep& step,
                          const Stretch& stretch) {
  const auto [tensor, begin, count] = stretch;
  const int64_t block = begin / rows::kCodeBlock;
  const rows::CodedStretch moments{
      .exp_avg = tensors.exp_avgs[tensor].mutable_data_ptr<uint8_t>() + begin,
      .exp_avg_scales = tensors.exp_avg_scales[tensor].mutable_data_ptr<float>() + block,
      .exp_avg_sq = tensors.exp_avg_sqs[tensor].mutable_data_ptr<uint8_t>() + begin,
      .exp_avg_sq_scales = tensors.exp_avg_sq_scales[tensor].mutable_data_ptr<float>() + block};
  const rows::RoundingKey rounding{
      tensors.rounding_keys.empty() ? 0 : tensors.rounding_keys[tensor],
      static_cast<uint32_t>(begin)};
  rows::Bf16* output = tensors.outputs.empty()
                           ? nullptr
                           : mutable_row_data<rows::Bf16>(tensors.outputs[tensor]) + begin;
  rows::adamw_8bit(step, rounding, row_data<T>(tensors.gradients[tensor]) + begin, count,
                   mutable_row_data<W>(tensors.weights[tensor]) + begin, moments, output);
}

}  // namespace

void adamw_update(const AdamWTensors& tensors, const rows::AdamWStep& step) {
  const std::vector<Stretch> stretches = stretches_of(tensors.weights);
  for_each_stretch(stretches, [&](size_t i) {
    const Stretch& stretch = stretches[i];
    with_row_type(tensors.gradients[stretch.tensor], [&]<class T>(T) {
      with_row_type(tensors.weights[stretch.tensor], [&]<class W>(W) {
        const at::Tensor& moments = tensors.exp_avgs[stretch.tensor];
        if (moments.scalar_type() == at::kByte) {
          update_coded_stretch<T, W>(tensors, step, stretch);
          return;
        }
        with_row_type(moments,
                      [&]<class M>(M) { update_stretch<T, W, M>(tensors, step, stretch); });
      });
    });
  });
}

}  // namespace assay::kernels
