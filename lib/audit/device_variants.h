#pragma once

#include <optional>
#include <string>

#include "registry/registry.h"

namespace assay::audit {

/// Names the peak of `device` that is `flops_per_second`: one of its dense peaks, twice one of them
/// (2:4 sparsity), or a dense peak of another variant of the chip ("h100-pcie" for "h100-sxm").
/// `skip` is the dense peak that is not asked for (the headline one). Nothing where none is within
/// half a percent. Where `precision` is stated ("bf16") its own peaks are asked first: H100's 1979
/// TFLOP/s are BF16's sparse peak before they are FP8's dense one.
std::optional<std::string> named_peak(const Registry& registry, const std::string& device,
                                      double flops_per_second, double skip,
                                      const std::string& precision = "");

/// The other variant of the chip whose TDP is `watts`, where that of `device` is not.
std::optional<std::string> variant_of_tdp(const Registry& registry, const std::string& device,
                                          double watts);

}  // namespace assay::audit
