#include "audit/costs/cost_methods.h"

#include <fmt/format.h>

#include <array>

#include "audit/claims/claim_table.h"
#include "audit/claims/figure_reader.h"
#include "config/toml_reader.h"

namespace assay::audit {
namespace {

struct MethodFigure {
  std::string_view section;
  std::string_view name;
  Dimension dimension;
};

constexpr std::array kMethodFigures{
    MethodFigure{"hardware", "interconnect", Dimension::kRatio},
    MethodFigure{"hardware", "decline_per_year", Dimension::kRatio},
    MethodFigure{"hardware", "price_spread", Dimension::kRatio},
    MethodFigure{"hardware", "life", Dimension::kSeconds},
    MethodFigure{"electricity", "load", Dimension::kRatio},
    MethodFigure{"electricity", "pue", Dimension::kRatio},
    MethodFigure{"electricity", "tariff", Dimension::kMoneyPerEnergy},
    MethodFigure{"cloud", "committed_one_year", Dimension::kRatio},
    MethodFigure{"cloud", "committed_three_years", Dimension::kRatio}};

Figure method_figure(ClaimTable& table, std::string_view key, Dimension dimension,
                     const SourceRef& fallback, const Registry& registry, const std::string& path) {
  const TomlNode* node = table.node(key);
  if (node == nullptr) fail_at(table.place(), fmt::format("the key \"{}\" is missing", key));
  Figure figure = read_figure(*node, fallback);
  if (figure.measure.dimension != dimension || figure.measure.value <= 0) {
    fail_at(node->place,
            fmt::format("{} wants a value above zero in units like those of {}: \"{}\"", key,
                        base_unit(dimension), figure.measure.text));
  }
  if (!registry.sources().contains(figure.source.key)) {
    fail_at(node->place, fmt::format("unknown source \"{}\"", figure.source.key));
  }
  figure.claim = "cost_methods";
  figure.path = path;
  return figure;
}

std::map<std::string, Figure> section_of(ClaimTable& root, const std::string& section,
                                         const SourceRef& fallback, const Registry& registry) {
  const TomlTable* fields = root.table(section);
  if (fields == nullptr) {
    fail_at(root.place(), fmt::format("the table \"{}\" is missing", section));
  }
  ClaimTable table(*fields);
  std::map<std::string, Figure> figures;
  for (const MethodFigure& one : kMethodFigures) {
    if (one.section != section) continue;
    figures.emplace(one.name, method_figure(table, one.name, one.dimension, fallback, registry,
                                            fmt::format("{}.{}", section, one.name)));
  }
  table.finish();
  return figures;
}

void read_installed(ClaimTable& root, const SourceRef& fallback, const Registry& registry,
                    CostMethods& methods) {
  for (const TomlTable* fields : root.tables("devices")) {
    ClaimTable table(*fields);
    const std::string device = table.text("device");
    if (!registry.devices().contains(device)) {
      fail_at(table.place_of("device"), fmt::format("unknown device \"{}\"", device));
    }
    InstalledDevice entry{method_figure(table, "with_server", Dimension::kMoney, fallback, registry,
                                        fmt::format("devices.{}.with_server", device)),
                          method_figure(table, "node_factor", Dimension::kRatio, fallback, registry,
                                        fmt::format("devices.{}.node_factor", device))};
    if (!methods.devices.emplace(device, std::move(entry)).second) {
      fail_at(table.place_of("device"), fmt::format("the device stands twice: \"{}\"", device));
    }
    table.finish();
  }
}

}  // namespace

CostMethods CostMethods::load(const Registry& registry) {
  const std::filesystem::path file = registry.root() / "cost_methods.toml";
  const TomlTable root =
      read_toml_file(file, {.kind = DocumentKind::kData, .module = "audit", .name = file.string()});
  ClaimTable table(root);
  SourceRef fallback;
  if (const TomlTable* source = table.table("source")) {
    ClaimTable fields(*source);
    fallback = {fields.text("key"), fields.optional_text("locator"), fields.optional_text("mark")};
    fields.finish();
  }
  CostMethods methods;
  methods.hardware = section_of(table, "hardware", fallback, registry);
  methods.electricity = section_of(table, "electricity", fallback, registry);
  methods.cloud = section_of(table, "cloud", fallback, registry);
  read_installed(table, fallback, registry, methods);
  for (const TomlTable* fields : table.tables("programmes")) {
    ClaimTable row(*fields);
    const std::string name = row.text("name");
    methods.programmes.push_back({name, method_figure(row, "factor", Dimension::kRatio, fallback,
                                                      registry, "programmes." + name)});
    row.finish();
  }
  table.finish();
  return methods;
}

}  // namespace assay::audit
