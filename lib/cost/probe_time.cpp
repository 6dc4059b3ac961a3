#include "cost/probe_time.h"

#include <fmt/format.h>

#include <algorithm>

#include "specs/expert_parameters.h"

namespace assay {
namespace {

std::string layer_basis(const ProbeLayer& layer, const ProbeRecord& record) {
  return fmt::format("tensor {} * count {} * ({:.6g} s + {:.6g} s) / {} tokens, medians of {}",
                     record.layout.tensor, layer.count, layer.forward.value(),
                     layer.backward.value(), record.tokens, record.repeats);
}

ProbeLine layer_line(const ProbeLayer& layer, const ProbeRecord& record) {
  const double times = static_cast<double>(record.layout.tensor) *
                       static_cast<double>(layer.count) / static_cast<double>(record.tokens);
  const double value = times * (layer.forward + layer.backward).value();
  // The median of a sum may lie outside of nothing but its own quantiles; the sum of medians could.
  return {.name = layer.name,
          .value = value,
          .low = std::min(value, times * layer.low.value()),
          .high = std::max(value, times * layer.high.value()),
          .scaling = layer.scaling,
          .provenance = Provenance::kMeasured,
          .basis = layer_basis(layer, record)};
}

ProbeLine pass_line(std::string name, const ProbePass& pass, double parameters, double tokens) {
  const double times = parameters / static_cast<double>(pass.parameters) / tokens;
  return {.name = std::move(name),
          .value = times * pass.time.value(),
          .low = times * pass.low.value(),
          .high = times * pass.high.value(),
          .scaling = ProbeScaling::kBandwidth,
          .provenance = Provenance::kMeasured,
          .basis = fmt::format("{:.6g} s for {} parameters * {:.6g} parameters / {:.6g} tokens",
                               pass.time.value(), pass.parameters, parameters, tokens)};
}

double held_by_a_copy(const ProbeRecord& record, const ModelSpec& spec) {
  const double routed = expert_parameters(spec);
  return static_cast<double>(spec.parameters.total) - routed +
         routed / static_cast<double>(record.layout.expert);
}

void add_passes(const ProbeRecord& record, const ModelSpec& spec, ProbeTime& time) {
  time.lines.push_back(pass_line("gradient sums", record.accumulate, held_by_a_copy(record, spec),
                                 static_cast<double>(record.tokens)));
  if (record.layout.batch_tokens > 0) {
    time.lines.push_back(pass_line("optimizer", record.optimizer,
                                   static_cast<double>(spec.parameters.total),
                                   record.layout.batch_tokens));
  } else {
    time.missing.emplace_back("optimizer: the tokens of a step are not known (--batch-tokens)");
  }
}

void add_bubble(const ProbeRecord& record, double layers, ProbeTime& time) {
  const ProbeLayout& layout = record.layout;
  if (layout.pipeline == 1) return;
  if (layout.batch_tokens <= 0) {
    time.missing.emplace_back(
        "pipeline bubble: the tokens of a step are not known (--batch-tokens)");
    return;
  }
  const double micro_batches =
      std::max(1.0, layout.batch_tokens / static_cast<double>(layout.data) /
                        static_cast<double>(record.tokens));
  const double most = static_cast<double>(layout.pipeline - 1) / micro_batches;
  time.lines.push_back({.name = "pipeline bubble",
                        .value = layers * most / 2,
                        .low = 0,
                        .high = layers * most,
                        .scaling = ProbeScaling::kPeak,
                        .provenance = Provenance::kAssumed,
                        .basis = fmt::format("0 to ({} - 1) / {:.6g} micro-batches of the layers "
                                             "(1F1B, arXiv 2104.04473, section 2.2.1)",
                                             layout.pipeline, micro_batches)});
}

Sourced<double> whole_of(const std::vector<ProbeLine>& lines) {
  Sourced<double> whole{0, Bounds<double>{0, 0}, Provenance::kMeasured, "sum of the lines"};
  for (const ProbeLine& line : lines) {
    whole.value += line.value;
    whole.bounds->low += line.low;
    whole.bounds->high += line.high;
    whole.provenance = weakest(whole.provenance, line.provenance);
  }
  return whole;
}

}  // namespace

ProbeTime probe_time(const ProbeRecord& record, const ModelSpec& spec, const Device* device) {
  ProbeTime time;
  double layers = 0;
  for (const ProbeLayer& layer : record.layers) {
    time.lines.push_back(layer_line(layer, record));
    layers += time.lines.back().value;
  }
  add_passes(record, spec, time);
  add_bubble(record, layers, time);
  ProbeTime communication = probe_communication(record, spec, device);
  std::ranges::move(communication.lines, std::back_inserter(time.lines));
  std::ranges::move(communication.missing, std::back_inserter(time.missing));
  time.whole = whole_of(time.lines);
  return time;
}

}  // namespace assay
