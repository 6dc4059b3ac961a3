#include <fmt/format.h>

#include "audit/claims/claim_sections.h"
#include "audit/claims/figure_reader.h"

namespace assay::audit {
namespace {

Figure figure_of(ClaimTable& table, std::string_view key, Dimension dimension,
                 std::string_view unit, const SourceRef& fallback, const std::string& path) {
  const TomlNode* node = table.node(key);
  if (node == nullptr) fail_at(table.place(), fmt::format("the key \"{}\" is missing", key));
  Figure figure = read_figure(*node, fallback);
  if (figure.measure.dimension != dimension) {
    fail_at(node->place,
            fmt::format("{} wants a unit like {}: \"{}\"", key, unit, figure.measure.text));
  }
  if (figure.measure.value <= 0) {
    fail_at(node->place,
            fmt::format("{} must be more than zero: \"{}\"", key, figure.measure.text));
  }
  figure.path = path;
  return figure;
}

FleetRow read_fleet_row(const TomlTable& fields, const SourceRef& fallback) {
  ClaimTable table(fields);
  FleetRow row;
  row.name = table.text("name");
  row.device = table.text("device");
  row.device_place = table.place_of("device");
  const std::string path = "fleet." + row.name;
  row.count = figure_of(table, "count", Dimension::kDevices, "gpu", fallback, path + ".count");
  if (table.node("unit_cost") != nullptr) {
    row.unit_cost =
        figure_of(table, "unit_cost", Dimension::kMoney, "USD", fallback, path + ".unit_cost");
  }
  table.finish();
  return row;
}

FleetTotal read_fleet_total(const TomlTable& fields, const SourceRef& fallback, size_t index) {
  ClaimTable table(fields);
  FleetTotal total;
  total.architecture = table.optional_text("architecture");
  total.count = figure_of(table, "count", Dimension::kDevices, "gpu", fallback,
                          fmt::format("fleet_totals.{}", index));
  table.finish();
  return total;
}

PriceOption read_price_option(const TomlTable& fields, const SourceRef& fallback, size_t index) {
  ClaimTable table(fields);
  PriceOption option;
  option.side = table.text("side");
  if (option.side != "a" && option.side != "b") {
    fail_at(table.place_of("side"), fmt::format("side is \"a\" or \"b\", not \"{}\"", option.side));
  }
  option.version = table.text("version");
  option.valid_from = table.optional_text("valid_from");
  check_date(option.valid_from, table.place_of("valid_from"));
  option.item = table.text("item");
  option.price = figure_of(table, "price", Dimension::kMoneyPerMillionTokens, "USD/Mtoken",
                           fallback, fmt::format("price_options.{}", index));
  table.finish();
  return option;
}

CandidatePair read_candidate(const TomlTable& fields) {
  ClaimTable table(fields);
  CandidatePair pair;
  pair.label = table.bilingual("label");
  pair.a = {table.text("a"), table.place_of("a")};
  pair.b = {table.text("b"), table.place_of("b")};
  table.finish();
  return pair;
}

Remark read_remark(const TomlTable& fields, const SourceRef& fallback) {
  ClaimTable table(fields);
  Remark remark;
  remark.text = table.bilingual("text");
  remark.claim = table.optional_text("claim");
  remark.claim_place = table.place_of("claim");
  remark.source = read_source(table, fallback);
  table.finish();
  return remark;
}

Variant read_variant(const TomlTable& fields, const SourceRef& fallback, size_t index) {
  ClaimTable table(fields);
  Variant variant;
  const TomlNode* value = table.node("value");
  if (value == nullptr) fail_at(fields.place, "the key \"value\" is missing");
  variant.value = read_figure(*value, fallback);
  variant.value.path = fmt::format("variants.{}", index);
  if (const std::string of = table.optional_text("of"); !of.empty()) {
    variant.of = FigureRef{of, table.place_of("of")};
  }
  variant.date = table.optional_text("date");
  check_date(variant.date, table.place_of("date"));
  table.finish();
  return variant;
}

void read_peers(ClaimTable& table, Claim& claim) {
  for (const TomlTable* fields : table.tables("compared_with")) {
    ClaimTable peer(*fields);
    claim.peers.push_back({peer.text("name"), peer.text("class")});
    peer.finish();
  }
}

void read_shares(ClaimTable& table, const SourceRef& fallback, Claim& claim) {
  for (const TomlTable* fields : table.tables("shares")) {
    ClaimTable row(*fields);
    const std::string name = row.text("name");
    claim.shares.push_back(
        {name, figure_of(row, "share", Dimension::kRatio, "%", fallback, "shares." + name)});
    row.finish();
  }
}

void read_estimates(ClaimTable& table, const SourceRef& fallback, Claim& claim) {
  const TomlNode* node = table.node("estimates");
  if (node == nullptr) return;
  const auto* items = std::get_if<TomlArray>(&node->value);
  if (items == nullptr) fail_at(node->place, "estimates is an array of figures");
  for (const TomlNode& item : *items) {
    claim.estimates.push_back(read_figure(item, fallback));
    claim.estimates.back().path = fmt::format("estimates.{}", claim.estimates.size());
  }
}

void read_references(ClaimTable& table, Claim& claim) {
  for (auto& [text, place] : table.texts("first_hand")) claim.first_hand.push_back({text, place});
  for (auto& [text, place] : table.texts("see_also")) claim.see_also.push_back({text, place});
}

}  // namespace

void read_lists(ClaimTable& table, const SourceRef& fallback, Claim& claim) {
  for (const TomlTable* fields : table.tables("fleet")) {
    claim.fleet.push_back(read_fleet_row(*fields, fallback));
  }
  for (const TomlTable* fields : table.tables("fleet_totals")) {
    claim.fleet_totals.push_back(
        read_fleet_total(*fields, fallback, claim.fleet_totals.size() + 1));
  }
  for (const TomlTable* fields : table.tables("price_options")) {
    claim.price_options.push_back(
        read_price_option(*fields, fallback, claim.price_options.size() + 1));
  }
  for (const TomlTable* fields : table.tables("candidates")) {
    claim.candidates.push_back(read_candidate(*fields));
  }
  for (const TomlTable* fields : table.tables("remarks")) {
    claim.remarks.push_back(read_remark(*fields, fallback));
  }
  for (const TomlTable* fields : table.tables("variants")) {
    claim.variants.push_back(read_variant(*fields, fallback, claim.variants.size() + 1));
  }
  read_peers(table, claim);
  read_shares(table, fallback, claim);
  read_estimates(table, fallback, claim);
  read_references(table, claim);
}

}  // namespace assay::audit
