#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <vector>

namespace assay::models {

/// What a part of a model gives. Tensors may be undefined.
struct PartResult {
  std::vector<at::Tensor> differentiable;  ///< gradients flow back from these
  std::vector<at::Tensor> others = {};     ///< and from none of these
};

/// A part of a model as a function of its inputs. What else it reads (weights, constants) it holds
/// by itself, and it must not write to any of it.
using ModelPart = std::function<PartResult(const std::vector<at::Tensor>& inputs)>;

/// `part(inputs)`, of which nothing but the inputs is kept for the backward pass: there the part
/// runs once more, with the random numbers of the first time, so that values and gradients are
/// those of the plain call bit by bit. At least one input must want a gradient; gradients of
/// weights go to their `grad` (a backward pass for chosen inputs alone is not possible). Source:
/// Chen et al. 2016, arXiv 1604.06174.
PartResult computed_again(const ModelPart& part, const std::vector<at::Tensor>& inputs);

}  // namespace assay::models
