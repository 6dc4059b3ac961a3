#include <fmt/format.h>

#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/catalogue_options.h"
#include "app/cli/model_text.h"
#include "app/cli/registry_json.h"
#include "app/cli/text_table.h"
#include "app/command.h"
#include "error/error.h"

namespace assay::app {
namespace {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;

// The number without its unit, which stands in the column's head; "-" where it is absent. A figure
// that is recalled or derived is marked.
std::string cell(const std::optional<SourcedMeasure>& figure) {
  if (!figure) return "-";
  const std::string& text = figure->measure.text;
  const std::string mark = figure->source.mark == "seen" ? "" : figure->source.mark.substr(0, 1);
  return fmt::format("{}{}", text.substr(0, text.find(' ')), mark.empty() ? "" : " " + mark);
}

std::optional<SourcedMeasure> peak_of(const Device& device, const std::string& dtype) {
  const auto found = device.peak_flops.find(dtype);
  if (found == device.peak_flops.end()) return std::nullopt;
  return found->second;
}

void list_devices(const Registry& registry, bool json) {
  if (json) {
    Json devices = Json::array();
    for (const auto& [id, device] : registry.devices()) {
      devices.push_back(device_json(registry, device));
    }
    const Json all{
        {"schema_version", 1}, {"registry_hash", registry.hash()}, {"devices", std::move(devices)}};
    std::cout << all.dump(2) << "\n";
    return;
  }
  constexpr auto kLeft = TextTable::Align::kLeft;
  constexpr auto kRight = TextTable::Align::kRight;
  TextTable table({"device", "BF16", "FP16", "FP8", "memory GB", "GB/s", "link GB/s", "TDP W"},
                  {kLeft, kRight, kRight, kRight, kRight, kRight, kRight, kRight});
  for (const auto& [id, device] : registry.devices()) {
    table.add({id, cell(peak_of(device, "bf16")), cell(peak_of(device, "fp16")),
               cell(peak_of(device, "fp8")), cell(device.memory), cell(device.bandwidth),
               cell(device.interconnect), cell(device.tdp)});
  }
  std::cout << table.text()
            << "\nPeaks are dense TFLOP/s. r: recalled, d: derived, -: unsupported or unpublished."
               " assay devices show ID gives every source.\n";
}

void show_device(const Registry& registry, const Device& device) {
  std::cout << fmt::format("{} ({})\n{} {}, {}{}{}\n\n", device.name, device.id, device.vendor,
                           device.kind, device.architecture, device.released.empty() ? "" : ", ",
                           device.released);
  TextTable table({"figure", "value", "mark", "source"});
  const auto add = [&](const std::string& name, const std::optional<SourcedMeasure>& figure) {
    if (!figure) return;
    const SourceRef& source = figure->source;
    table.add(
        {name, figure->measure.text, source.mark,
         source.locator.empty() ? source.key : fmt::format("{}: {}", source.key, source.locator)});
  };
  for (const auto& [dtype, peak] : device.peak_flops) add("peak " + dtype + ", dense", peak);
  add("memory", device.memory);
  add("bandwidth", device.bandwidth);
  add("interconnect", device.interconnect);
  add("TDP", device.tdp);
  std::cout << table.text();
  if (!device.match_names.empty()) {
    std::cout << fmt::format("\ndriver's name  {}\n", fmt::join(device.match_names, ", "));
  }
  for (const auto& [id, price] : registry.prices()) {
    if (price.device != device.id) continue;
    const bool one = price.low.measure.value == price.high.measure.value;
    const std::string range =
        one ? price.low.measure.text
            : fmt::format("{} to {}", price.low.measure.text, price.high.measure.text);
    std::cout << fmt::format("\nprice  {} ({}, {} to {}; {}, {})", range, price.kind,
                             price.valid_from, price.valid_to, price.low.source.mark,
                             price.low.source.key);
  }
  if (!device.note.empty()) std::cout << "\nnote   " << device.note;
  std::cout << "\n";
}

int run_devices(const std::vector<std::string>& args) {
  po::variables_map values;
  const CatalogueOptions options = parse_catalogue_options("devices", args, {}, values);
  if (options.help) return 0;
  if (options.action == "show" && options.id.empty()) {
    throw ConfigError("[devices] show takes an id");
  }
  const Registry registry = Registry::load(find_registry(options.registry));
  if (options.action == "list") {
    list_devices(registry, options.json);
    return 0;
  }
  const Device& device = registry.device(options.id);
  if (options.json) {
    Json one{{"schema_version", 1}, {"registry_hash", registry.hash()}};
    one.update(device_json(registry, device));
    std::cout << one.dump(2) << "\n";
  } else {
    show_device(registry, device);
  }
  return 0;
}

}  // namespace

Command devices_command() {
  return {"devices", "peaks, memory, power and prices of accelerators", run_devices};
}

}  // namespace assay::app
