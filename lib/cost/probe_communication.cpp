#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "cost/probe_time.h"
#include "specs/expert_parameters.h"

namespace assay {
namespace {

constexpr double kSentBytes = 2;        // of an activation, a gradient or a weight
constexpr int64_t kDevicesPerNode = 8;  // of the nodes that the registry's devices are sold in

/// A way between devices: bytes a second of one device in one direction.
struct Link {
  double bytes_per_s = 0;
  ProbeScaling scaling = ProbeScaling::kNone;
  std::string name;
};

class Communication {
 public:
  Communication(const ProbeRecord& record, const ModelSpec& spec, const Device* device)
      : layout_(record.layout), spec_(spec), device_(device) {}

  ProbeTime reckon() {
    if (layout_.expert > 1) add_experts();
    if (layout_.tensor > 1) add_tensor();
    if (layout_.pipeline > 1) add_pipeline();
    if (layout_.data > 1) add_data();
    return std::move(time_);
  }

 private:
  void add_experts() {
    const int64_t group = layout_.expert * layout_.tensor;
    double copies = static_cast<double>(spec_.top_k);
    if (group > kDevicesPerNode && layout_.nodes_per_token > 0) {
      copies = std::min(copies, static_cast<double>(layout_.nodes_per_token));
    }
    const auto expert = static_cast<double>(layout_.expert);
    const auto layers = static_cast<double>(num_mixture_layers(spec_));
    const double bytes = layers * 4 * copies * width() * kSentBytes * (expert - 1) / expert;
    add("communication of experts", group, bytes,
        fmt::format("{} layers * 4 * {} copies * {} * 2 B * {} / {}", layers, copies, width(),
                    expert - 1, expert));
  }
  void add_tensor() {
    const auto tensor = static_cast<double>(layout_.tensor);
    const auto layers = static_cast<double>(spec_.num_layers);
    // Each of the devices sends this much.
    const double bytes = tensor * layers * 4 * width() * kSentBytes * 2 * (tensor - 1) / tensor;
    add("communication of tensor parallelism", layout_.tensor, bytes,
        fmt::format("{} layers * 4 * {} * 2 B * 2 * ({} - 1)", layers, width(), tensor));
  }
  void add_pipeline() {
    const int64_t group = layout_.pipeline * layout_.tensor * layout_.expert;
    const auto borders = static_cast<double>(layout_.pipeline - 1);
    add("communication of the pipeline", group, borders * 2 * width() * kSentBytes,
        fmt::format("{} borders * 2 * {} * 2 B", borders, width()));
  }
  void add_data() {
    constexpr const char* kName = "communication of gradients";
    if (layout_.batch_tokens <= 0) {
      time_.missing.push_back(
          fmt::format("{}: the tokens of a step are not known (--batch-tokens)", kName));
      return;
    }
    const auto data = static_cast<double>(layout_.data);
    const double routed = expert_parameters(spec_);
    const double held = static_cast<double>(spec_.parameters.total) - routed +
                        routed / static_cast<double>(layout_.expert);
    const double bytes = held * 2 * kSentBytes * (data - 1) / layout_.batch_tokens;
    add(kName, layout_.data * layout_.tensor * layout_.pipeline, bytes,
        fmt::format("{:.6g} parameters of a copy * 2 * 2 B * ({} - 1) copies / {:.6g} tokens", held,
                    data, layout_.batch_tokens));
  }

  [[nodiscard]] double width() const { return static_cast<double>(spec_.d_model); }

  [[nodiscard]] std::optional<Link> link(int64_t group) const {
    if (group > kDevicesPerNode) {
      if (layout_.network_bytes_per_s <= 0) return std::nullopt;
      return Link{layout_.network_bytes_per_s, ProbeScaling::kNone, "network between nodes"};
    }
    if (device_ == nullptr || !device_->interconnect) return std::nullopt;
    return Link{device_->interconnect->measure.value / 2, ProbeScaling::kInterconnect,
                fmt::format("half of {}'s interconnect, {}", device_->id,
                            device_->interconnect->source.key)};
  }

  void add(const std::string& name, int64_t group, double bytes, const std::string& formula) {
    const std::optional<Link> way = link(group);
    if (!way) {
      time_.missing.push_back(fmt::format(
          "{}: no bandwidth of the {} is known", name,
          group > kDevicesPerNode ? "network between nodes (--network)" : "device's interconnect"));
      return;
    }
    const double serial = bytes / way->bytes_per_s;
    time_.lines.push_back({.name = name,
                           .value = serial / 2,
                           .low = 0,
                           .high = serial,
                           .scaling = way->scaling,
                           .provenance = Provenance::kAssumed,
                           .basis = fmt::format("0 (hidden behind computing) to {} / {:.6g} B/s "
                                                "({})",
                                                formula, way->bytes_per_s, way->name)});
  }

  const ProbeLayout& layout_;
  const ModelSpec& spec_;
  const Device* device_;
  ProbeTime time_;
};

}  // namespace

ProbeTime probe_communication(const ProbeRecord& record, const ModelSpec& spec,
                              const Device* device) {
  return Communication(record, spec, device).reckon();
}

}  // namespace assay
