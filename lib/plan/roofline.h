#pragma once

#include <cstdint>
#include <string>

#include "registry/registry.h"
#include "specs/model_spec.h"

namespace assay {

/// The least time that one token's training could take on one device, part by part, in seconds.
/// Parts are added: they are mostly one after the other on a device.
struct RooflineTime {
  double products = 0;   ///< weights' matrix products at the peak of their precision
  double attention = 0;  ///< scores and sums, at the 16-bit peak whatever the products have
  double traffic = 0;    ///< activations and logits through the memory
  [[nodiscard]] double total() const { return products + attention + traffic; }
};

/// exact_causal FLOPs at the device's dense peaks, plus memory traffic: 34 bytes per layer and unit
/// of width (Korthikanti et al. 2022, arXiv 2205.05198, equation 1 without attention's scores) and
/// 4 per logit, each written, read by the next product and read again in the backward pass, and
/// their gradients likewise. Leaves out the optimizer, communication and pipeline bubbles: those
/// are in the efficiency that published runs have of it. Throws: DataError for a device without
/// that peak or without a published bandwidth.
RooflineTime roofline_time(const ModelSpec& spec, const Device& device,
                           const std::string& precision, int64_t seq_len);

/// Bytes of activations that one token of one layer keeps for the backward pass (the same source).
double activation_bytes_per_layer(const ModelSpec& spec);

}  // namespace assay
