#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

#include <concepts>
#include <vector>

#include "kernels/adamw.h"
#include "kernels/adamw_row.h"
#include "kernels/row_split.h"

/// Lists of tensors as a GPU's launches take them.
namespace assay::kernels {

/// Those of `tensors` that are of T. Throws: c10::Error where one is not in plain memory order.
template <class T>
std::vector<rows::StretchLaunch<const T*>> squares_launches(
    const std::vector<at::Tensor>& tensors) {
  std::vector<const T*> works;
  std::vector<int64_t> counts;
  for (const at::Tensor& tensor : tensors) {
    const bool is_narrow = tensor.scalar_type() == at::kBFloat16;
    if (is_narrow != std::same_as<T, rows::Bf16>) continue;
    TORCH_CHECK(tensor.is_contiguous(), "[kernels] strides of a gradient: ", tensor.strides());
    works.push_back(row_data<T>(tensor));
    counts.push_back(tensor.numel());
  }
  return rows::launches_of<const T*>(works, counts);
}

/// All tensors of an update, whose gradients, weights and moments are of G, W and M, and whose
/// rounding keys are the bits of their names. Throws: c10::Error as above.
template <class G, class W, class M>
std::vector<rows::StretchLaunch<rows::AdamWTensor<G, W, M>>> adamw_launches(
    const AdamWTensors& tensors) {
  std::vector<rows::AdamWTensor<G, W, M>> works;
  std::vector<int64_t> counts;
  for (size_t i = 0; i < tensors.weights.size(); ++i) {
    for (const auto* list : {&tensors.gradients, &tensors.weights, &tensors.exp_avgs,
                             &tensors.exp_avg_sqs, &tensors.outputs}) {
      if (list->empty()) continue;
      const at::Tensor& tensor = (*list)[i];
      TORCH_CHECK(tensor.is_contiguous() && tensor.numel() == tensors.weights[i].numel(),
                  "[kernels] an update of ", tensors.weights[i].sizes(), " with ", tensor.sizes(),
                  " of strides ", tensor.strides());
    }
    works.push_back({.gradient = row_data<G>(tensors.gradients[i]),
                     .weight = mutable_row_data<W>(tensors.weights[i]),
                     .exp_avg = mutable_row_data<M>(tensors.exp_avgs[i]),
                     .exp_avg_sq = mutable_row_data<M>(tensors.exp_avg_sqs[i]),
                     .output = tensors.outputs.empty()
                                   ? nullptr
                                   : mutable_row_data<rows::Bf16>(tensors.outputs[i]),
                     .name_bits = tensors.rounding_keys[i]});
    counts.push_back(tensors.weights[i].numel());
  }
  return rows::launches_of<rows::AdamWTensor<G, W, M>>(works, counts);
}

}  // namespace assay::kernels
