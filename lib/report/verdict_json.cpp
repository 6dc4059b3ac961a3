#include "report/verdict_json.h"

namespace assay::report {
namespace {

using Json = nlohmann::ordered_json;

Json number(const std::optional<CheckNumber>& number) {
  if (!number) return nullptr;
  Json json{{"value", number->value}, {"unit", number->unit}, {"low", nullptr}, {"high", nullptr}};
  if (number->bounds) {
    json["low"] = number->bounds->low;
    json["high"] = number->bounds->high;
  }
  return json;
}

Json inputs(const std::vector<CheckInput>& list) {
  Json array = Json::array();
  for (const CheckInput& input : list) {
    array.push_back({{"name", input.name},
                     {"text", input.text},
                     {"source", input.source},
                     {"mark", input.mark},
                     {"url", input.url.empty() ? Json(nullptr) : Json(input.url)}});
  }
  return array;
}

Json checks(const std::vector<Check>& list) {
  Json array = Json::array();
  for (const Check& check : list) {
    array.push_back({{"rule", check.rule},
                     {"name", check.name},
                     {"kind", to_string(check.kind)},
                     {"result", to_string(check.result)},
                     {"sentence", check.sentence},
                     {"formula", check.formula},
                     {"computed", number(check.computed)},
                     {"expected", number(check.expected)},
                     {"provenance", to_string(check.provenance)},
                     {"inputs", inputs(check.inputs)}});
  }
  return array;
}

Json mfu(const std::optional<ImpliedMfu>& mfu) {
  if (!mfu) return nullptr;
  return {{"six_nd", mfu->six_nd},
          {"exact_causal", mfu->exact_causal},
          {"exact_full", mfu->exact_full},
          {"peak_flop_per_s", mfu->peak_flops},
          {"peak", mfu->peak_name}};
}

Json scope(const std::vector<ScopeEntry>& entries) {
  Json object = Json::object();
  for (const ScopeEntry& entry : entries) object[entry.dimension] = entry.state;
  return object;
}

Json tables(const std::vector<VerdictTable>& list) {
  Json array = Json::array();
  for (const VerdictTable& table : list) {
    array.push_back({{"title", table.title}, {"header", table.header}, {"rows", table.rows}});
  }
  return array;
}

}  // namespace

nlohmann::ordered_json verdict_json(const Verdict& verdict) {
  Json json;
  json["claim"] = verdict.claim_id;
  json["title"] = verdict.title;
  json["statement"] = verdict.statement;
  json["verdict"] = verdict.label ? Json(to_string(*verdict.label)) : Json(nullptr);
  json["sentence"] = verdict.sentence;
  json["quantity"] = verdict.quantity.empty() ? Json(nullptr) : Json(verdict.quantity);
  json["claimed_text"] = verdict.claimed_text.empty() ? Json(nullptr) : Json(verdict.claimed_text);
  json["claimed"] = number(verdict.claimed);
  json["recomputed"] = number(verdict.recomputed);
  json["implied"] = {{"mfu", mfu(verdict.implied_mfu)},
                     {"price", number(verdict.implied_price)},
                     {"power", number(verdict.implied_power)}};
  json["checks"] = checks(verdict.checks);
  json["flags"] = verdict.flags;
  json["missing"] = verdict.missing;
  json["assumptions"] = verdict.assumptions;
  json["scope"] = scope(verdict.scope);
  json["tables"] = tables(verdict.tables);
  json["sources"] = inputs(verdict.sources);
  return json;
}

}  // namespace assay::report
