#pragma once

#include <torch/nn/module.h>

#include <string>
#include <vector>

namespace assay {

/// Which layers of a model compute in fp8.
struct Fp8Layers {
  std::vector<std::string> products;      ///< those that do; a * stands for every number
  std::vector<std::string> kept_in_bf16;  ///< those that could and were kept out
};

/// Puts the products of all linear layers and experts into fp8 (kernels/fp8_linear.h), but for
/// those whose name contains one of `keep`, such as "layers_0." or "attention.out". As in
/// DeepSeek-V3 the embeddings, the output head, the routers, norms and attention's own products
/// stay as they are (arXiv 2412.19437, section 3.3.1). Throws: ConfigError where a name of `keep`
/// fits no layer, where nothing is left, and for a layer that the library has no fp8 product for on
/// a GPU: one that has a width that is no multiple of 16.
Fp8Layers use_fp8(torch::nn::Module& model, const std::vector<std::string>& keep);

}  // namespace assay
