#include "audit/bulk/row_claim.h"

#include <fmt/format.h>

#include "config/lower_case.h"

namespace assay::audit {
namespace {

// Cells come out of other programs with ".0" and full length; the shortest digits are what is said.
std::string digits(double value) { return fmt::format("{:.14g}", value); }

void add(const SystemRow& row, const std::string& field, const std::string& role,
         const std::string& unit, const std::string& table, Claim& claim, double times = 1) {
  const std::optional<double> value = row.number(field);
  if (!value) return;
  Figure figure;
  figure.measure = parse_measure(fmt::format("{} {}", digits(*value * times), unit));
  figure.source = {table, fmt::format("line {}", row.line), "seen"};
  figure.claim = claim.id;
  figure.path = "total." + role;
  figure.role = role;
  claim.total.figures.insert_or_assign(role, figure);
}

std::string headline_of(const Claim& claim) {
  for (const char* role : {"flops", "hours", "money", "wall"}) {
    if (claim.total.find(role) != nullptr) return fmt::format("total.{}", role);
  }
  return {};
}

std::string precision_of(const SystemRow& row) {
  const std::string text = lower_case(row.text("precision"));
  for (const char* known : {"fp4", "fp8", "fp16", "bf16", "fp32"}) {
    if (text == known) return text;
  }
  return {};
}

}  // namespace

std::optional<double> counted_params(const SystemRow& row) {
  const std::optional<double> active = row.number("active_params");
  return active ? active : row.number("params");
}

std::optional<double> tuned_compute(const SystemRow& row) {
  const std::optional<double> told = row.number("finetune_compute");
  if (!told) return std::nullopt;
  double least = 1e15;
  const auto params = counted_params(row);
  const auto tokens = row.number("tokens");
  const auto devices = row.number("devices");
  const auto wall = row.number("wall");
  if (params && tokens) {
    least = 6 * *params * *tokens / 1000;
  } else if (devices && wall) {
    least = *devices * *wall * 3600 * 1e12 / 1000;
  }
  return *told < least ? std::nullopt : told;
}

Claim claim_of_row(const SystemRow& row, const std::optional<NamedHardware>& hardware,
                   const std::string& table) {
  Claim claim;
  claim.id = fmt::format("line {}", row.line);
  claim.claimant = table;
  claim.subject = row.text("name");
  claim.date = row.text("date");
  claim.precision = precision_of(row);
  claim.cost_method = "amortised";
  if (hardware) claim.device = hardware->device;
  claim.title = {row.text("name"), row.text("name")};
  const std::string place = fmt::format("{}, line {}", table, row.line);
  claim.statement = {place, place};
  claim.total.name = claim.total.path = "total";
  const bool tuned = tuned_compute(row).has_value();
  // A row of a fine-tune whose own compute is not told carries the base model's.
  const bool base = !row.text("base_model").empty();
  if (tuned || !base)
    add(row, tuned ? "finetune_compute" : "compute", "flops", "FLOP", table, claim);
  add(row, "hours", "hours", "gpu_h", table, claim);
  add(row, "devices", "devices", "gpu", table, claim);
  add(row, "wall", "wall", "h", table, claim);
  add(row, "cost", "money", "USD", table, claim);
  // Where no compute is told, parameters and tokens say what the hours had to do.
  if (!tuned && !base && claim.total.find("flops") == nullptr) {
    add(row, "params", "params", "param", table, claim);
    add(row, "active_params", "active_params", "param", table, claim);
    add(row, "tokens", "tokens", "token", table, claim, row.number("epochs").value_or(1));
  }
  if (row.number("mfu").value_or(2) <= 1) add(row, "mfu", "mfu", "x", table, claim);
  claim.headline = headline_of(claim);
  claim.kind = claim.headline.empty() ? "context" : "compute";
  return claim;
}

}  // namespace assay::audit
