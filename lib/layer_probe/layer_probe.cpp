#include "layer_probe/layer_probe.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <algorithm>

#include "config/toml_writer.h"
#include "error/error.h"
#include "layer_probe/layer_shares.h"
#include "layer_probe/slice_timer.h"
#include "layer_probe/table_editor.h"
#include "layer_probe/update_timer.h"
#include "train/memory_fit.h"

namespace assay {
namespace {

BlockCounts block_counts(const ProbeRequest& request) {
  TomlTable copy = request.table;
  const TableEditor edit(copy);
  const bool has_experts = edit.integer("num_experts").value_or(0) > 0;
  return {.all = edit.integer("num_layers").value(),
          .dense = has_experts ? edit.integer("num_dense_layers").value_or(0) : 0,
          .has_experts = has_experts};
}

ProbeRecord asked_for(const ProbeRequest& request, const ProbePlan& plan) {
  ProbeRecord record;
  record.model = request.model;
  record.model_toml = write_toml(request.table);
  record.precision = std::string(to_string(request.precision));
  if (plan.experts_held > 0) record.routing = request.balanced ? "balanced" : "router";
  record.seq_len = request.seq_len;
  record.micro_batch = plan.micro_batch;
  record.tokens = plan.micro_batch * request.seq_len;
  record.width_divisor = request.width_divisor;
  record.warmup = request.warmup;
  record.repeats = request.repeats;
  record.experts_held = plan.experts_held;
  for (const SliceMemory& memory : plan.memory) {
    record.slice_parameters = std::max(record.slice_parameters, memory.parameters);
  }
  record.needed_bytes = plan.need.value();
  record.layout = request.layout;
  record.notes = plan.notes;
  return record;
}

void time_parts(const ProbeRequest& request, const ProbePlan& plan, at::Device device,
                EventTimer& timer, ProbeRecord& record) {
  std::vector<TimedSlice> timed;
  for (const ProbeSlice& slice : plan.slices) {
    timed.push_back({.num_blocks = slice.num_blocks,
                     .num_dense = slice.num_dense,
                     .kinds = time_slice(slice, request, plan, device, timer)});
  }
  record.layers = layer_shares(timed, block_counts(request));
  const UpdateTimes updates = time_updates(request, plan, device, timer);
  record.accumulate = updates.accumulate;
  record.optimizer = updates.optimizer;
}

}  // namespace

ProbeRecord run_layer_probe(const ProbeRequest& request, const ProbePlan& plan, at::Device device,
                            EventTimer& timer) {
  ProbeRecord record = asked_for(request, plan);
  record.clock = std::string(to_string(timer.clock()));
  try {
    time_parts(request, plan, device, timer, record);
  } catch (const c10::OutOfMemoryError&) {
    const DeviceMemory memory = device_memory(device);
    throw DeviceError(fmt::format(
        "[layer_probe] out of memory on {}: predicted {} plus work space, used {} of {}; what "
        "helps: a smaller --micro-batch (now {}), a shorter --seq-len (now {}), tp or more ep",
        device.str(), to_text(plan.need), to_text(memory.used), to_text(memory.limit),
        plan.micro_batch, request.seq_len));
  }
  return record;
}

}  // namespace assay
