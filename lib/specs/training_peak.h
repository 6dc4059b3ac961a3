#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "specs/model_spec.h"
#include "units/quantity.h"

namespace assay {

inline constexpr double kFp32Bytes = 4;

/// A step of this program's trainer, as far as its memory goes.
struct StepShape {
  int64_t micro_batch = 1;  ///< sequences of one forward and backward pass
  int64_t grad_accum = 1;
  int64_t seq_len = 1;
  int64_t logit_rows = 1;         ///< rows of logits that are in memory at once
  double element_bytes = 4;       ///< of a weight, a gradient and an activation: 4 or 2
  double master_bytes = 0;        ///< of a weight's fp32 copy, or none
  double moment_bytes = 8;        ///< of both moments of a product's weight
  double other_moment_bytes = 8;  ///< of other parameters: tables of embeddings, norms, biases
  bool fp8_products = false;      ///< of linear layers and experts; element_bytes is 2
  bool widens_products = false;   ///< of bf16, to fp32: on a CPU that has none in bf16
  /// Room of an expert over an even share of the choices (specs/expert_dispatch.h); absent: for all
  /// that it gets.
  std::optional<double> capacity_factor = {};
  bool documents_apart = false;
  bool on_gpu = false;
  bool plain_attention = false;  ///< attention of all layers by products and softmax, not fused
  Recompute recompute = Recompute::kNone;
};

/// Bytes that the forward pass of a micro-batch keeps in this program's blocks: as
/// own_activation_memory, and with what depends on the dtype and the device. On a CPU bf16 rows of
/// experts are filled up to multiples of 32, and where experts have a capacity all its rows are
/// there; attention over at most 128 keys is in fp32. With fp8 products inputs that nothing else
/// reads are kept in e4m3. Documents apart keep a mask of seq_len x seq_len a sequence and layer on
/// a GPU, a second result of attention on a CPU.
ActivationMemory own_activations(const ModelSpec& spec, const StepShape& step);

/// Rows that a layer's experts hold in a micro-batch, less one for each choice of a token: those
/// that buffers are filled up with, and with a capacity its empty rows less what it drops. The
/// prediction's mean where it depends on what is routed.
double further_expert_rows(const ModelSpec& spec, const StepShape& step);

/// Whether this program's attention holds the whole softmax: with sinks, where it is plain, and on
/// a CPU where keys and values differ in width.
bool is_unfused(const AttentionProduct& attention, const StepShape& step);

/// What the allocator of tensors holds at the worst moment of a training step.
struct TrainingPeak {
  Bytes weights = {};
  Bytes master_weights = {};
  Bytes moments = {};
  Bytes gradients = {};          ///< held at that moment
  Bytes activations = {};        ///< kept for the backward pass, blocks and head
  Bytes transient = {};          ///< made and freed within that moment
  std::string_view moment = {};  ///< "head", "last block", "first block", "embedding" or "update"
  [[nodiscard]] Bytes total() const {
    return weights + master_weights + moments + gradients + activations + transient;
  }
};

/// Predicts it from the shape alone, for one device that holds the whole model. The moments: the
/// head with its logits and their gradient; the backward pass of the last block, when all
/// activations are held; that of the first, when nearly all gradients are; the embedding; the
/// update. Gradients in bf16 of several micro-batches are added in fp32 (train/adamw.h). Leaves out
/// work space of libraries outside of the allocator. docs/measurements/memory.md holds it against
/// measurements.
TrainingPeak training_peak(const ModelSpec& spec, const StepShape& step);

}  // namespace assay
