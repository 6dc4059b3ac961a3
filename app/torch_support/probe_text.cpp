#include "app/torch_support/probe_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/cli/text_table.h"
#include "train/memory_fit.h"

namespace assay::app {

namespace {

constexpr double kTokensOfProbeRate = 1e12;

std::string layout_text(const ProbeLayout& layout) {
  return fmt::format("ep={}, tp={}, pp={}, dp={} ({})", layout.expert, layout.tensor,
                     layout.pipeline, layout.data, layout.source);
}

std::string milliseconds(double seconds) { return fmt::format("{:.4g}", 1e3 * seconds); }
std::string nanoseconds(double seconds) { return fmt::format("{:.4g}", 1e9 * seconds); }

std::string layer_table(const ProbeRecord& record) {
  constexpr auto kLeft = TextTable::Align::kLeft;
  constexpr auto kRight = TextTable::Align::kRight;
  TextTable table({"layer", "count", "forward ms", "backward ms", "both, 5 to 95 %"},
                  {kLeft, kRight, kRight, kRight, kRight});
  for (const ProbeLayer& layer : record.layers) {
    table.add({layer.name, fmt::format("{}", layer.count), milliseconds(layer.forward.value()),
               milliseconds(layer.backward.value()),
               fmt::format("{} to {}", milliseconds(layer.low.value()),
                           milliseconds(layer.high.value()))});
  }
  return table.text();
}

std::string line_table(const ProbeRecord& record) {
  constexpr auto kLeft = TextTable::Align::kLeft;
  constexpr auto kRight = TextTable::Align::kRight;
  TextTable table({"part of one token", "device-ns", "90 %", "", "scales with"},
                  {kLeft, kRight, kRight, kLeft, kLeft});
  for (const ProbeLine& line : record.lines) {
    table.add({line.name, nanoseconds(line.value),
               fmt::format("{} to {}", nanoseconds(line.low), nanoseconds(line.high)),
               std::string(to_string(line.provenance)), std::string(to_string(line.scaling))});
  }
  return table.text();
}

std::string whole_text(const ProbeRecord& record) {
  const Sourced<double>& time = record.device_seconds_per_token;
  const double hours = kTokensOfProbeRate / kSecondsPerHour;
  return fmt::format(
      "\none token       {:.4g} device-seconds (90 %: {:.4g} to {:.4g}), {}\n"
      "a trillion      {:.4g} device-hours (90 %: {:.4g} to {:.4g})\n",
      time.value, time.bounds->low, time.bounds->high, to_string(time.provenance),
      time.value * hours, time.bounds->low * hours, time.bounds->high * hours);
}

}  // namespace

std::string probe_plan_text(const ProbeRequest& request, const ProbePlan& plan, Bytes available) {
  std::string text = fmt::format("model           {}\nlayout          {}\n", request.model,
                                 layout_text(request.layout));
  text += fmt::format("pass            {} x {} tokens, {}, width / {}\n", plan.micro_batch,
                      request.seq_len, to_string(request.precision), request.width_divisor);
  for (size_t i = 0; i < plan.slices.size(); ++i) {
    const SliceMemory& memory = plan.memory[i];
    text += fmt::format(
        "slice           {}: {} parameters; weights {}, gradients {}, activations {}, logits {}\n",
        plan.slices[i].name, memory.parameters, to_text(memory.weights), to_text(memory.gradients),
        to_text(memory.activations), to_text(memory.logits));
  }
  if (plan.experts_held > 0) {
    text += fmt::format("experts         {} of a layer held\n", plan.experts_held);
  }
  text += fmt::format("optimizer       timed on {} parameters: {}\n", plan.optimizer_parameters,
                      to_text(plan.optimizer));
  text += fmt::format("needs           {} of {}, work space comes on top\n", to_text(plan.need),
                      to_text(available));
  for (const std::string& note : plan.notes) text += "note            " + note + "\n";
  return text;
}

std::string probe_plan_json(const ProbeRequest& request, const ProbePlan& plan, Bytes available) {
  nlohmann::ordered_json slices = nlohmann::ordered_json::array();
  for (size_t i = 0; i < plan.slices.size(); ++i) {
    const SliceMemory& memory = plan.memory[i];
    slices.push_back({{"name", plan.slices[i].name},
                      {"parameters", memory.parameters},
                      {"weights_bytes", memory.weights.value()},
                      {"gradients_bytes", memory.gradients.value()},
                      {"activations_bytes", memory.activations.value()},
                      {"logits_bytes", memory.logits.value()}});
  }
  const nlohmann::ordered_json one{{"schema_version", 1},
                                   {"kind", "probe_plan"},
                                   {"model", request.model},
                                   {"micro_batch", plan.micro_batch},
                                   {"seq_len", request.seq_len},
                                   {"width_divisor", request.width_divisor},
                                   {"experts_held", plan.experts_held},
                                   {"slices", std::move(slices)},
                                   {"optimizer_parameters", plan.optimizer_parameters},
                                   {"optimizer_bytes", plan.optimizer.value()},
                                   {"needed_bytes", plan.need.value()},
                                   {"available_bytes", available.value()},
                                   {"notes", plan.notes}};
  return one.dump(2) + "\n";
}

std::string probe_text(const ProbeRecord& record) {
  std::string text =
      fmt::format("device          {} ({}), {}\n", record.device_name,
                  record.device.empty() ? "not in the registry" : record.device, record.clock);
  text += fmt::format("repeats         {} after {}\n", record.repeats, record.warmup);
  if (!record.routing.empty()) text += fmt::format("routing         {}\n", record.routing);
  text += "\n" + layer_table(record) + "\n" + line_table(record) + whole_text(record);
  for (const std::string& missing : record.missing) text += "left out        " + missing + "\n";
  if (!record.is_evidence()) {
    text +=
        "\nThis is no evidence about a published run: that takes the published width on an "
        "accelerator of the registry.\n";
  }
  return text;
}

}  // namespace assay::app
