#include "audit/output/verdict_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace assay::audit {
namespace {

using Json = nlohmann::ordered_json;

Json finite(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

// `low` and `high` are the ends that the source prints; null where it leaves one open.
Json claimed_json(const Verdict& verdict) {
  if (!verdict.claimed) return nullptr;
  const std::string& relation = verdict.claimed_relation;
  const Json value = finite(verdict.claimed->value);
  Json high = relation == "at-least" ? Json(nullptr) : value;
  if (verdict.claimed_to) high = finite(*verdict.claimed_to);
  return {{"quantity", verdict.quantity},
          {"value", value},
          {"unit", verdict.claimed->unit},
          {"relation", relation},
          {"low", relation == "at-most" ? Json(nullptr) : value},
          {"high", std::move(high)},
          {"text", verdict.claimed_text}};
}

const UncertainNumber* uncertain_number(const Verdict& verdict, std::string_view id) {
  for (const UncertainNumber& number : verdict.uncertain) {
    if (number.id == id) return &number;
  }
  return nullptr;
}

// A claim that is not of the registry: its citation names the file.
Json file_json(const Verdict& verdict) {
  if (verdict.file.name.empty()) return nullptr;
  return {{"name", verdict.file.name},
          {"sha256", text_or_null(verdict.file.sha256)},
          {"replaces_registered_claim", verdict.file.replaces}};
}

// The share that a reproduced headline is away, and the most that printed rounding explains.
Json rounding_json(const Verdict& verdict) {
  if (!verdict.rounding_only) return nullptr;
  return {{"away", finite(verdict.rounding_only->away)},
          {"allowed", finite(verdict.rounding_only->allowed)}};
}

// `low` to `high` is the 90 % interval of the drawn inputs, in the unit of the value; without draws
// it is what printed rounding allows at most, and `level` says so.
Json recomputed_json(const Verdict& verdict) {
  if (!verdict.recomputed) return nullptr;
  const CheckNumber& number = *verdict.recomputed;
  const Json low = number.bounds ? finite(number.bounds->low) : Json(nullptr);
  const Json high = number.bounds ? finite(number.bounds->high) : Json(nullptr);
  Json json{{"value", finite(number.value)},
            {"unit", number.unit},
            {"low", low},
            {"high", high},
            {"level", number.bounds ? Json("printed-rounding") : Json(nullptr)},
            {"rounding_low", low},
            {"rounding_high", high},
            {"only_within_rounding", rounding_json(verdict)}};
  const UncertainNumber* drawn = uncertain_number(verdict, "recomputed");
  if (drawn == nullptr || !drawn->interval || drawn->value == 0) return json;
  const double scale = number.value / drawn->value;  // the formula may be in another unit
  json["low"] = drawn->interval->low * scale;
  json["high"] = drawn->interval->high * scale;
  json["level"] = kIntervalLevel;
  return json;
}

// The 90 % interval of an implied number, or null.
Json interval_json(const Verdict& verdict, std::string_view id) {
  const UncertainNumber* drawn = uncertain_number(verdict, id);
  if (drawn == nullptr || !drawn->interval) return nullptr;
  return {{"low", finite(drawn->interval->low)},
          {"high", finite(drawn->interval->high)},
          {"level", kIntervalLevel}};
}

Json effect_json(const InputEffect& effect) {
  return {{"input", effect.name},
          {"figure", effect.key},
          {"unit", effect.unit},
          {"shape", to_string(effect.shape)},
          {"low", finite(effect.input_low)},
          {"high", finite(effect.input_high)},
          {"result_low", finite(effect.result_low)},
          {"result_high", finite(effect.result_high)}};
}

Json needed_json(const NeededInput& needed) {
  return {{"input", needed.name},
          {"stated", needed.stated},
          {"unit", needed.unit},
          {"value", finite(needed.value)},
          {"low", needed.low ? finite(*needed.low) : Json(nullptr)},
          {"high", needed.high ? finite(*needed.high) : Json(nullptr)},
          {"breaks", needed.breaks ? finite(*needed.breaks) : Json(nullptr)}};
}

Json uncertainty_json(const Verdict& verdict) {
  Json list = Json::array();
  for (const UncertainNumber& number : verdict.uncertain) {
    Json effects = Json::array();
    for (const InputEffect& effect : number.effects) effects.push_back(effect_json(effect));
    Json needed = Json::array();
    for (const NeededInput& one : number.needed) needed.push_back(needed_json(one));
    const auto& interval = number.interval;
    list.push_back({{"id", number.id},
                    {"title", number.title},
                    {"formula", number.formula},
                    {"value", finite(number.value)},
                    {"unit", number.unit},
                    {"low", interval ? finite(interval->low) : Json(nullptr)},
                    {"median", interval ? finite(interval->median) : Json(nullptr)},
                    {"high", interval ? finite(interval->high) : Json(nullptr)},
                    {"level", interval ? Json(kIntervalLevel) : Json(nullptr)},
                    {"draws", interval ? Json(interval->draws) : Json(nullptr)},
                    {"seed", verdict.seed},
                    {"sensitivity", std::move(effects)},
                    {"needed", std::move(needed)}});
  }
  return list;
}

Json peak_json(const std::string& name, double flops) {
  return {{"device", name.substr(0, name.find(' '))},
          {"precision", name.substr(name.rfind(' ') + 1)},
          {"tflops", flops / 1e12}};
}

Json implied_json(const Verdict& verdict) {
  Json mfu{{"six_nd", nullptr}, {"exact_causal", nullptr}, {"exact_full", nullptr}};
  Json peak = nullptr;
  if (const auto& implied = verdict.implied_mfu) {
    mfu = {{"six_nd", implied->six_nd},
           {"exact_causal", implied->exact_causal},
           {"exact_full", implied->exact_full}};
    peak = peak_json(implied->peak_name, implied->peak_flops);
  } else if (const auto& six = verdict.implied_six_nd) {
    mfu["six_nd"] = six->value;
    peak = peak_json(six->peak_name, six->peak_flops);
  }
  const auto& price = verdict.implied_price;
  const bool usd = price && price->unit == "USD/gpu_h";
  return {
      {"mfu", std::move(mfu)},
      {"peak", std::move(peak)},
      {"mfu_interval", interval_json(verdict, "implied_mfu")},
      {"usd_per_gpu_hour", usd ? finite(price->value) : Json(nullptr)},
      {"usd_per_gpu_hour_interval", usd ? interval_json(verdict, "implied_price") : Json(nullptr)},
      {"kw_per_gpu", verdict.implied_power ? finite(verdict.implied_power->value) : Json(nullptr)}};
}

Json input_json(const CheckInput& input) {
  return {{"name", input.name},
          {"text", input.text},
          {"source", text_or_null(input.source)},
          {"mark", text_or_null(input.mark)},
          {"url", text_or_null(input.url)}};
}

Json check_json(const Check& check) {
  const auto& number = check.computed ? check.computed : check.expected;
  const bool range = check.expected && check.expected->is_range;
  const auto& bounds =
      range ? check.expected->bounds : (check.computed ? check.computed->bounds : std::nullopt);
  Json inputs = Json::array();
  for (const CheckInput& input : check.inputs) inputs.push_back(input_json(input));
  return {{"name", check.name},
          {"rule", check.rule},
          {"kind", to_string(check.kind)},
          {"result", to_string(check.result)},
          {"computed", check.computed ? finite(check.computed->value) : Json(nullptr)},
          {"expected", check.expected && !range ? finite(check.expected->value) : Json(nullptr)},
          {"unit", number ? Json(number->unit) : Json(nullptr)},
          {"low", bounds ? finite(bounds->low) : Json(nullptr)},
          {"high", bounds ? finite(bounds->high) : Json(nullptr)},
          {"bounds_of", bounds ? Json(range ? "expected" : "computed") : Json(nullptr)},
          {"provenance", to_string(check.provenance)},
          {"note", check.sentence},
          {"formula", text_or_null(check.formula)},
          {"inputs", std::move(inputs)}};
}

Json tables_json(const Verdict& verdict) {
  Json tables = Json::array();
  for (const VerdictTable& table : verdict.tables) {
    tables.push_back({{"title", table.title}, {"header", table.header}, {"rows", table.rows}});
  }
  return tables;
}

Json cost_models_json(const Verdict& verdict) {
  Json list = Json::array();
  for (const CostEstimate& one : verdict.cost_models) {
    const auto& interval = one.interval;
    list.push_back({{"method", one.method},
                    {"title", one.title},
                    {"value", one.value ? finite(*one.value) : Json(nullptr)},
                    {"unit", one.unit},
                    {"low", interval ? finite(interval->low) : Json(nullptr)},
                    {"high", interval ? finite(interval->high) : Json(nullptr)},
                    {"level", interval ? Json(kIntervalLevel) : Json(nullptr)},
                    {"covers", one.covers},
                    {"formula", text_or_null(one.formula)},
                    {"inputs", one.inputs},
                    {"source", text_or_null(one.source)},
                    {"missing", text_or_null(one.missing)}});
  }
  return list;
}

Json unused_json(const Verdict& verdict) {
  Json unused = Json::array();
  for (const UnusedAssumption& one : verdict.unused_assumptions) {
    unused.push_back({{"name", one.name}, {"text", one.text}, {"reason", one.reason}});
  }
  return unused;
}

}  // namespace

nlohmann::ordered_json verdict_json(const Verdict& verdict) {
  Json scope = Json::object();
  for (const ScopeEntry& entry : verdict.scope) scope[entry.dimension] = entry.state;
  Json checks = Json::array();
  for (const Check& check : verdict.checks) checks.push_back(check_json(check));
  Json sources = Json::array();
  for (const CheckInput& source : verdict.sources) sources.push_back(input_json(source));
  return {{"claim", verdict.claim_id},
          {"file", file_json(verdict)},
          {"title", verdict.title},
          {"statement", verdict.statement},
          {"verdict", verdict.label ? Json(to_string(*verdict.label)) : Json(nullptr)},
          {"sentence", verdict.sentence},
          {"claimed", claimed_json(verdict)},
          {"recomputed", recomputed_json(verdict)},
          {"scope", std::move(scope)},
          {"implied", implied_json(verdict)},
          {"uncertainty", uncertainty_json(verdict)},
          {"cost_models", cost_models_json(verdict)},
          {"checks", std::move(checks)},
          {"flags", verdict.flags},
          {"assumptions", verdict.assumptions},
          {"unused_assumptions", unused_json(verdict)},
          {"command", text_or_null(verdict.command)},
          {"missing", verdict.missing},
          {"tables", tables_json(verdict)},
          {"sources", std::move(sources)},
          {"see_also", verdict.see_also}};
}

nlohmann::ordered_json audit_json(const std::vector<Verdict>& verdicts,
                                  const std::string& registry_hash) {
  Json claims = Json::array();
  for (const Verdict& verdict : verdicts) claims.push_back(verdict_json(verdict));
  return {{"schema_version", kVerdictSchemaVersion},
          {"registry_hash", registry_hash},
          {"claims", std::move(claims)}};
}

}  // namespace assay::audit
