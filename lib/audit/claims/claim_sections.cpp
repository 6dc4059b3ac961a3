#include "audit/claims/claim_sections.h"

#include <fmt/format.h>

#include "audit/claims/figure_reader.h"
#include "audit/claims/figure_role.h"

namespace assay::audit {
namespace {

// Hours, counts and rates are of something that happened: zero or less is a fault of the file.
void check_positive(const Figure& figure, const Place& place, bool may_be_zero = false) {
  if (figure.measure.value > 0 || (may_be_zero && figure.measure.value == 0)) return;
  fail_at(place, fmt::format("{} must be {}: \"{}\"", figure.path,
                             may_be_zero ? "zero or more" : "more than zero", figure.measure.text));
}

Figure read_role(const FigureRole& role, const TomlNode& node, const SourceRef& fallback,
                 const ClaimPart& part) {
  Figure figure = read_figure(node, fallback);
  if (figure.measure.dimension != role.dimension) {
    fail_at(node.place, fmt::format("{} wants a unit like {}: \"{}\"", role.name, role.unit,
                                    figure.measure.text));
  }
  figure.path = fmt::format("{}.{}", part.path, role.name);
  figure.role = role.name;
  figure.owner = part.label();
  check_positive(figure, node.place, role.may_be_zero);
  return figure;
}

void read_roles(ClaimTable& table, const SourceRef& fallback, ClaimPart& part) {
  for (const FigureRole& role : figure_roles()) {
    if (const TomlNode* node = table.node(role.name)) {
      part.figures.emplace(role.name, read_role(role, *node, fallback, part));
    }
  }
}

ClaimPart read_part(const TomlTable& fields, const std::string& section,
                    const SourceRef& fallback) {
  ClaimTable table(fields);
  ClaimPart part;
  if (section == "total") {
    part.name = part.path = section;
  } else {
    part.name = table.text("name");
    part.path = fmt::format("{}.{}", section, part.name);
  }
  part.dimension = table.optional_text("dimension");
  if (!part.dimension.empty() && !scope_index(part.dimension)) {
    fail_at(table.place_of("dimension"), fmt::format("no scope dimension: \"{}\"", part.dimension));
  }
  part.model = table.optional_text("model");
  part.device = table.optional_text("device");
  part.date = table.optional_text("date");
  check_date(part.date, table.place_of("date"));
  part.version = table.optional_text("version");
  part.model_place = table.place_of("model");
  part.device_place = table.place_of("device");
  part.precision = table.optional_text("precision");
  part.accounting = table.optional_text("accounting");
  if (!part.accounting.empty() && part.accounting != "location" && part.accounting != "market") {
    fail_at(table.place_of("accounting"),
            fmt::format("accounting is \"location\" or \"market\", not \"{}\"",
                        part.accounting.substr(0, 80)));
  }
  part.embodied = table.optional_text("embodied");
  if (!part.embodied.empty() && part.embodied != "included" && part.embodied != "excluded") {
    fail_at(table.place_of("embodied"),
            fmt::format("embodied carbon is \"included\" or \"excluded\", not \"{}\"",
                        part.embodied.substr(0, 80)));
  }
  read_roles(table, fallback, part);
  table.finish();
  return part;
}

std::vector<ClaimPart> read_part_list(ClaimTable& table, const std::string& section,
                                      const SourceRef& fallback) {
  std::vector<ClaimPart> parts;
  for (const TomlTable* fields : table.tables(section)) {
    parts.push_back(read_part(*fields, section, fallback));
    for (size_t i = 0; i + 1 < parts.size(); ++i) {
      if (parts[i].name == parts.back().name) {
        fail_at(fields->place, fmt::format("two {} are called \"{}\"", section, parts[i].name));
      }
    }
  }
  return parts;
}

Figure named_figure(ClaimTable& table, std::string_view key, const SourceRef& fallback,
                    const std::string& path) {
  const TomlNode* node = table.node(key);
  if (node == nullptr) fail_at(table.place(), fmt::format("the key \"{}\" is missing", key));
  Figure figure = read_figure(*node, fallback);
  figure.path = path;
  return figure;
}

FigureRef read_ref(ClaimTable& table, std::string_view key) {
  std::string text = table.text(key);
  return {std::move(text), table.place_of(key)};
}

std::vector<FigureRef> read_refs(ClaimTable& table, std::string_view key) {
  std::vector<FigureRef> refs;
  for (auto& [text, place] : table.texts(key)) refs.push_back({text, place});
  return refs;
}

RatioStatement read_ratio(const TomlTable& fields, const SourceRef& fallback) {
  ClaimTable table(fields);
  RatioStatement ratio;
  ratio.name = table.text("name");
  ratio.value = named_figure(table, "value", fallback, "ratios." + ratio.name);
  ratio.form = table.text("form");
  if (ratio.form != "ratio" && ratio.form != "saving" && ratio.form != "increase") {
    fail_at(
        table.place_of("form"),
        fmt::format("form is \"ratio\" (a / b), \"saving\" (1 - a / b) or \"increase\" (a / b - "
                    "1), not \"{}\"",
                    ratio.form));
  }
  if (ratio.value.measure.dimension != Dimension::kRatio) {
    fail_at(table.place_of("value"),
            fmt::format("a ratio has the unit \"x\" or \"%\": \"{}\"", ratio.value.measure.text));
  }
  ratio.a = read_ref(table, "a");
  ratio.b = read_ref(table, "b");
  table.finish();
  return ratio;
}

Conversion read_conversion(const TomlTable& fields, const SourceRef& fallback) {
  ClaimTable table(fields);
  const std::string name = table.text("name");
  Conversion conversion;
  conversion.from = named_figure(table, "from", fallback, fmt::format("conversions.{}.from", name));
  conversion.to = named_figure(table, "to", fallback, fmt::format("conversions.{}.to", name));
  if (table.node("rate") != nullptr) {
    conversion.rate =
        named_figure(table, "rate", fallback, fmt::format("conversions.{}.rate", name));
    check_positive(*conversion.rate, conversion.rate->place);
  }
  for (const Figure* figure : {&conversion.from, &conversion.to}) {
    if (figure->measure.dimension != Dimension::kMoney) {
      fail_at(figure->place,
              fmt::format("a conversion wants amounts of money: \"{}\"", figure->measure.text));
    }
    check_positive(*figure, figure->place);
  }
  table.finish();
  return conversion;
}

SumStatement read_sum(const TomlTable& fields) {
  ClaimTable table(fields);
  SumStatement sum{table.text("name"), read_refs(table, "rows"), read_ref(table, "total")};
  if (sum.rows.size() < 2) fail_at(table.place_of("rows"), "a sum has at least two rows");
  table.finish();
  return sum;
}

ProductStatement read_product(const TomlTable& fields) {
  ClaimTable table(fields);
  ProductStatement product{table.text("name"), read_refs(table, "factors"),
                           read_ref(table, "product")};
  if (product.factors.size() < 2) fail_at(table.place_of("factors"), "a product has two factors");
  table.finish();
  return product;
}

}  // namespace

Scope read_scope(ClaimTable& claim) {
  Scope scope{};
  const TomlTable* fields = claim.table("scope");
  if (fields == nullptr) return scope;
  ClaimTable table(*fields);
  for (size_t i = 0; i < kScopeDimensions.size(); ++i) {
    const std::string text = table.optional_text(kScopeDimensions[i]);
    if (text.empty()) continue;
    const std::optional<ScopeState> state = scope_state(text);
    if (!state) {
      fail_at(
          table.place_of(kScopeDimensions[i]),
          fmt::format("a scope is included, excluded or not-stated: \"{}\"", text.substr(0, 80)));
    }
    scope[i] = *state;
  }
  table.finish();
  return scope;
}

void read_parts(ClaimTable& table, const SourceRef& fallback, Claim& claim) {
  claim.total.name = claim.total.path = "total";
  if (const TomlTable* fields = table.table("total")) {
    claim.total = read_part(*fields, "total", fallback);
  }
  claim.stages = read_part_list(table, "stages", fallback);
  claim.runs = read_part_list(table, "runs", fallback);
  const TomlTable* figures = table.table("figures");
  if (figures == nullptr) return;
  ClaimTable named(*figures);
  for (const std::string& name : named.keys()) {
    claim.figures.emplace(name, named_figure(named, name, fallback, "figures." + name));
  }
}

void read_statements(ClaimTable& table, const SourceRef& fallback, Claim& claim) {
  for (const TomlTable* fields : table.tables("ratios")) {
    claim.ratios.push_back(read_ratio(*fields, fallback));
  }
  for (const TomlTable* fields : table.tables("conversions")) {
    claim.conversions.push_back(read_conversion(*fields, fallback));
  }
  for (const TomlTable* fields : table.tables("sums")) claim.sums.push_back(read_sum(*fields));
  for (const TomlTable* fields : table.tables("products")) {
    claim.products.push_back(read_product(*fields));
  }
}

}  // namespace assay::audit
