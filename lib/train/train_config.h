#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.h"
#include "kernels/kernel_paths.h"
#include "specs/model_spec.h"

namespace assay {

/// What the model's parameters, activations and products are computed in. bf16 keeps fp32 masters;
/// fp8 is bf16 with the products of linear layers and experts in e4m3 (models/fp8_layers.h).
enum class Precision { kFp32, kBf16, kFp8 };
std::string_view to_string(Precision precision);

/// What weights and activations are stored in: bf16 for fp8, whose numbers are made for each
/// product.
Precision stored_precision(Precision precision);

/// Which device trains. `kAuto`: the GPU where there is one, the CPU only where there is none.
enum class DeviceChoice { kAuto, kCpu, kCuda };

/// Whether the steps of a run are recorded. `kAuto`: on a GPU, where they can be.
enum class StepGraphs { kAuto, kOff };

template <>
struct EnumNames<StepGraphs> {
  static constexpr std::array kValues{std::pair{std::string_view("auto"), StepGraphs::kAuto},
                                      std::pair{std::string_view("off"), StepGraphs::kOff}};
};
template <>
struct EnumNames<Precision> {
  static constexpr std::array kValues{std::pair{std::string_view("fp32"), Precision::kFp32},
                                      std::pair{std::string_view("bf16"), Precision::kBf16},
                                      std::pair{std::string_view("fp8"), Precision::kFp8}};
};
template <>
struct EnumNames<DeviceChoice> {
  static constexpr std::array kValues{std::pair{std::string_view("auto"), DeviceChoice::kAuto},
                                      std::pair{std::string_view("cpu"), DeviceChoice::kCpu},
                                      std::pair{std::string_view("cuda"), DeviceChoice::kCuda}};
};
template <>
struct EnumNames<Recompute> {
  static constexpr std::array kValues{
      std::pair{std::string_view("none"), Recompute::kNone},
      std::pair{std::string_view("attention"), Recompute::kAttention},
      std::pair{std::string_view("full"), Recompute::kFull}};
};
template <>
struct EnumNames<kernels::AttentionKernel> {
  static constexpr std::array kValues{
      std::pair{std::string_view("auto"), kernels::AttentionKernel::kAuto},
      std::pair{std::string_view("flash"), kernels::AttentionKernel::kFlash},
      std::pair{std::string_view("efficient"), kernels::AttentionKernel::kEfficient},
      std::pair{std::string_view("cudnn"), kernels::AttentionKernel::kCudnn},
      std::pair{std::string_view("math"), kernels::AttentionKernel::kMath}};
};

/// The size of a run's steps, where they run and when they are evaluated.
struct TrainConfig {
  int64_t steps = 1000;
  int64_t micro_batch = 8;
  int64_t grad_accum = 1;
  int64_t seq_len = 256;
  Precision precision = Precision::kFp32;
  std::string keep_bf16;
  Recompute recompute = Recompute::kNone;
  kernels::AttentionKernel attention = kernels::AttentionKernel::kAuto;
  DeviceChoice device = DeviceChoice::kAuto;
  StepGraphs graphs = StepGraphs::kAuto;
  int64_t threads = 0;
  int64_t seed = 1;
  int64_t eval_every = 0;
  int64_t eval_tokens = 0;
  int64_t final_eval_tokens = 0;

  /// Sequences of one optimizer step, over all micro-batches.
  [[nodiscard]] int64_t sequences_per_step() const { return micro_batch * grad_accum; }
  [[nodiscard]] int64_t tokens_per_step() const { return sequences_per_step() * seq_len; }
  /// The parts of `keep_bf16` between commas.
  [[nodiscard]] std::vector<std::string> layers_in_bf16() const;

  template <class V>
  void fields(V& visit) {
    visit("steps", steps, "optimizer steps", at_least(1));
    visit("micro_batch", micro_batch, "sequences of one forward and backward pass", at_least(1));
    visit("grad_accum", grad_accum, "micro-batches of one step", at_least(1));
    visit("seq_len", seq_len, "tokens of a sequence", at_least(1));
    visit("precision", precision,
          "of parameters and products; bf16 keeps fp32 master weights; fp8 is bf16 with the "
          "products of linear layers and experts in e4m3 (DeepSeek's recipe)");
    visit("keep_bf16", keep_bf16,
          "with fp8: layers whose products stay in bf16, parts of their names with commas between, "
          "such as \"layers_0.,layers_1.\"");
    visit("recompute", recompute,
          "what the backward pass computes again instead of keeping it: attention (scores and what "
          "they are made of) or full (every block); the same losses, less memory, more time");
    visit("attention", attention,
          "kernel of attention in training: auto takes the fastest for each shape on a GPU (timed "
          "in the first step) and LibTorch's choice on a CPU, which has flash and math only");
    visit("device", device, "auto takes a GPU where there is one");
    visit("graphs", graphs,
          "auto: a GPU does a whole step as one recorded CUDA graph, or operator by operator where "
          "the step cannot be recorded, which is said; off: operator by operator");
    visit("threads", threads, "CPU threads; 0: as many as the process may use", at_least(0));
    visit("seed", seed, "of weights, data order and samples", at_least(0));
    visit("eval_every", eval_every, "validate every so many steps; 0: only at the end",
          at_least(0));
    visit("eval_tokens", eval_tokens, "validation tokens of an evaluation inside the run; 0: all",
          at_least(0));
    visit("final_eval_tokens", final_eval_tokens, "validation tokens of the last one; 0: all",
          at_least(0));
  }
};

}  // namespace assay
