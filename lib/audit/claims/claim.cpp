#include "audit/claims/claim.h"

#include <algorithm>
#include <array>

namespace assay::audit {
namespace {

struct KindRow {
  std::string_view name;
  bool context;
};

constexpr std::array kKinds{
    KindRow{"cost", false},           KindRow{"bound", false},      KindRow{"range", false},
    KindRow{"gpu-hours", false},      KindRow{"hardware", false},   KindRow{"relative", false},
    KindRow{"capex", false},          KindRow{"efficiency", false}, KindRow{"compute", false},
    KindRow{"energy", false},         KindRow{"carbon", false},     KindRow{"identity", false},
    KindRow{"relative-price", false}, KindRow{"time", false},       KindRow{"price", true},
    KindRow{"scope", true},           KindRow{"context", true},
};

void append(std::vector<const Figure*>& out, const ClaimPart& part) {
  for (const auto& [role, figure] : part.figures) out.push_back(&figure);
}

void append_statements(std::vector<const Figure*>& out, const Claim& claim) {
  for (const RatioStatement& ratio : claim.ratios) out.push_back(&ratio.value);
  for (const Conversion& conversion : claim.conversions) {
    out.push_back(&conversion.from);
    out.push_back(&conversion.to);
    if (conversion.rate) out.push_back(&*conversion.rate);
  }
  for (const FleetRow& row : claim.fleet) {
    out.push_back(&row.count);
    if (row.unit_cost) out.push_back(&*row.unit_cost);
  }
  for (const FleetTotal& total : claim.fleet_totals) out.push_back(&total.count);
  for (const ShareRow& row : claim.shares) out.push_back(&row.share);
  for (const PriceOption& option : claim.price_options) out.push_back(&option.price);
  for (const Variant& variant : claim.variants) out.push_back(&variant.value);
  for (const Figure& estimate : claim.estimates) out.push_back(&estimate);
}

}  // namespace

std::vector<const Figure*> Claim::all_figures() const {
  std::vector<const Figure*> out;
  append(out, total);
  for (const ClaimPart& stage : stages) append(out, stage);
  for (const ClaimPart& run : runs) append(out, run);
  for (const auto& [name, figure] : figures) out.push_back(&figure);
  append_statements(out, *this);
  return out;
}

const Figure* Claim::find(std::string_view path) const {
  const std::vector<const Figure*> all = all_figures();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Figure* figure) { return figure->path == path; });
  return found == all.end() ? nullptr : *found;
}

const Figure* Claim::headline_figure() const { return headline.empty() ? nullptr : find(headline); }

bool is_excluded(const Claim& claim, const ClaimPart& stage) {
  const std::optional<size_t> dimension = scope_index(stage.dimension);
  return dimension && claim.scope[*dimension] == ScopeState::kExcluded;
}

bool is_context_kind(std::string_view kind) {
  return std::any_of(kKinds.begin(), kKinds.end(),
                     [&](const KindRow& row) { return row.name == kind && row.context; });
}

bool is_claim_id(std::string_view text) {
  return !text.empty() && text.size() <= 80 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_';
  });
}

std::vector<std::string_view> claim_kinds() {
  std::vector<std::string_view> names;
  names.reserve(kKinds.size());
  for (const KindRow& row : kKinds) names.push_back(row.name);
  return names;
}

}  // namespace assay::audit
