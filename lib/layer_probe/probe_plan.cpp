#include "layer_probe/probe_plan.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>

#include "error/error.h"
#include "layer_probe/table_editor.h"
#include "models/layers/expert_share.h"
#include "models/model_family.h"
#include "specs/family.h"
#include "train/memory_fit.h"

namespace assay {
namespace {

constexpr double kUsableShare = 0.9;  // the rest is for work space and fragmentation
constexpr int64_t kMostUpdated = int64_t{1} << 27;
constexpr double kLogitBytes = 2 * 4;
constexpr double kSumBytes = 4;

int64_t num_experts_of(const TomlTable& table) {
  TomlTable copy = table;
  return TableEditor(copy).integer("num_experts").value_or(0);
}

/// Measures a plan of these sizes.
ProbePlan plan_of(const ProbeRequest& request, int64_t micro_batch, int64_t expert) {
  ProbeRequest smaller = request;
  smaller.micro_batch = micro_batch;
  ProbePlan plan{.slices = probe_slices(request.table, {.tensor = request.layout.tensor,
                                                        .width_divisor = request.width_divisor,
                                                        .balanced = request.balanced}),
                 .expert = expert,
                 .micro_batch = micro_batch};
  for (const ProbeSlice& slice : plan.slices) {
    plan.memory.push_back(slice_memory(slice, smaller, expert));
    plan.need = std::max(plan.need, plan.memory.back().total());
  }
  const int64_t experts = num_experts_of(request.table);
  plan.experts_held = experts / expert;
  plan.optimizer_parameters = std::min(kMostUpdated, plan.memory.front().parameters);
  plan.optimizer = static_cast<double>(plan.optimizer_parameters) *
                   Bytes(state_bytes_per_parameter(request.precision, {}) + kSumBytes);
  plan.need = std::max(plan.need, plan.optimizer);
  return plan;
}

int64_t next_divisor(int64_t number, int64_t above) {
  for (int64_t divisor = above + 1; divisor < number; ++divisor) {
    if (number % divisor == 0) return divisor;
  }
  return number;
}

void check_layout(const ProbeRequest& request) {
  const int64_t experts = num_experts_of(request.table);
  const int64_t expert = request.layout.expert;
  if (expert > 1 && (experts == 0 || experts % expert != 0)) {
    throw ConfigError(
        fmt::format("[layer_probe] ep does not divide the experts: {} over {}", experts, expert));
  }
  TomlTable copy = request.table;
  const int64_t layers = TableEditor(copy).integer("num_layers").value();
  if (request.layout.pipeline > layers) {
    throw ConfigError(fmt::format("[layer_probe] pp is more than the model's layers: {} > {}",
                                  request.layout.pipeline, layers));
  }
  if (request.layout.data % expert != 0 && request.layout.data > 1) {
    throw ConfigError(fmt::format("[layer_probe] ep does not divide the copies: dp {}, ep {}",
                                  request.layout.data, expert));
  }
  const int64_t longest = TableEditor(copy).integer("max_seq_len").value();
  if (request.seq_len > longest) {
    throw ConfigError(fmt::format("[layer_probe] --seq-len is beyond the model's context: {} > {}",
                                  request.seq_len, longest));
  }
}

void add_notes(const ProbeRequest& request, ProbePlan& plan) {
  if (plan.micro_batch < request.micro_batch) {
    plan.notes.push_back(fmt::format("{} of {} sequences a pass, to fit into memory",
                                     plan.micro_batch, request.micro_batch));
  }
  if (plan.expert > request.layout.expert) {
    plan.notes.push_back(
        fmt::format("{} of {} experts of a device, with all of their rows, to fit into memory",
                    plan.experts_held, num_experts_of(request.table) / request.layout.expert));
  }
  TomlTable copy = request.table;
  if (TableEditor(copy).has("multi_token")) {
    plan.notes.emplace_back("multi-token prediction is left out");
  }
  if (request.width_divisor > 1) {
    plan.notes.push_back(fmt::format("widths, heads and vocabulary divided by {}: no evidence",
                                     request.width_divisor));
  }
}

}  // namespace

SliceMemory slice_memory(const ProbeSlice& slice, const ProbeRequest& request, int64_t expert) {
  const models::ExpertShareGuard share(expert);
  const double bytes = activation_bytes(request.precision);
  const ModelSpec spec = spec_from_table(slice.table, slice.name);
  const auto sequences = static_cast<double>(request.micro_batch);
  SliceMemory memory{.parameters = num_stored(*make_meta_model(slice.table))};
  memory.weights = Bytes(bytes * static_cast<double>(memory.parameters));
  memory.gradients = memory.weights;
  memory.activations =
      sequences * own_activation_memory(spec, Recompute::kNone, request.seq_len, bytes).blocks;
  memory.logits = Bytes(sequences * static_cast<double>(request.seq_len) *
                        static_cast<double>(spec.vocab_size) * kLogitBytes);
  return memory;
}

ProbePlan plan_probe(const ProbeRequest& request, Bytes available) {
  check_layout(request);
  const int64_t experts = num_experts_of(request.table);
  const double limit = kUsableShare * available.value();
  ProbePlan plan = plan_of(request, request.micro_batch, request.layout.expert);
  while (plan.need.value() > limit && plan.micro_batch > 1) {
    plan = plan_of(request, plan.micro_batch / 2, plan.expert);
  }
  while (plan.need.value() > limit && plan.experts_held > 1) {
    plan = plan_of(request, plan.micro_batch, next_divisor(experts, plan.expert));
  }
  if (plan.need.value() > limit) {
    throw DeviceError(fmt::format(
        "[layer_probe] the smallest slice does not fit: it needs {}, and {} of {} can be used; "
        "what helps: tp, a shorter --seq-len, or a device with more memory",
        to_text(plan.need), to_text(Bytes(limit)), to_text(available)));
  }
  add_notes(request, plan);
  return plan;
}

}  // namespace assay
