#include "plan/roofline.h"

#include <fmt/format.h>

#include "error/error.h"

namespace assay {
namespace {

constexpr double kActivationBytes = 34;  // per layer and unit of width, 16-bit
constexpr double kLogitBytes = 4;
constexpr double kPasses =
    6;  // written, read by the next product and in the backward pass; gradients too

double peak_of(const Device& device, const std::string& precision) {
  const auto found = device.peak_flops.find(precision);
  if (found != device.peak_flops.end()) return found->second.measure.value;
  std::string known;
  for (const auto& [name, peak] : device.peak_flops) known += (known.empty() ? "" : ", ") + name;
  throw DataError(fmt::format("[plan] {} has no {} peak; it has {}", device.id, precision, known));
}

// Attention's own products are computed in 16 bits where weights' are in fewer.
double attention_peak(const Device& device, const std::string& precision) {
  if (precision != "fp8" && precision != "fp4") return peak_of(device, precision);
  return peak_of(device, device.peak_flops.contains("bf16") ? "bf16" : "fp16");
}

}  // namespace

double activation_bytes_per_layer(const ModelSpec& spec) {
  return kActivationBytes * static_cast<double>(spec.d_model);
}

RooflineTime roofline_time(const ModelSpec& spec, const Device& device,
                           const std::string& precision, int64_t seq_len) {
  if (!device.bandwidth) {
    throw DataError(fmt::format("[plan] the memory bandwidth of {} is not known", device.id));
  }
  const double all = flops_per_token(spec, FlopConvention::kExactCausal, seq_len).value();
  const double products = 6.0 * static_cast<double>(spec.parameters.matmul);
  const double bytes =
      kPasses * (activation_bytes_per_layer(spec) * static_cast<double>(spec.num_layers) +
                 kLogitBytes * static_cast<double>(spec.vocab_size));
  return {.products = products / peak_of(device, precision),
          .attention = (all - products) / attention_peak(device, precision),
          .traffic = bytes / device.bandwidth->measure.value};
}

}  // namespace assay
