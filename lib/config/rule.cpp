#include "config/rule.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay {

Rule required() { return {.required = true}; }
Rule non_empty() { return {.non_empty = true}; }
Rule at_least(double low) { return {.low = low}; }
Rule above(double low) { return {.low = low, .low_is_open = true}; }
Rule at_most(double high) { return {.high = high}; }
Rule between(double low, double high) { return {.low = low, .high = high}; }
Rule one_of(std::initializer_list<std::string_view> names) { return {.names = names}; }
Rule in_unit_of(Dimension dimension) { return {.dimensions = {dimension}}; }

Rule merge(std::initializer_list<Rule> rules) {
  Rule all;
  for (const Rule& rule : rules) {
    all.required |= rule.required;
    all.non_empty |= rule.non_empty;
    if (rule.low) {
      all.low = rule.low;
      all.low_is_open = rule.low_is_open;
    }
    if (rule.high) all.high = rule.high;
    all.names.insert(all.names.end(), rule.names.begin(), rule.names.end());
    all.dimensions.insert(all.dimensions.end(), rule.dimensions.begin(), rule.dimensions.end());
  }
  return all;
}

std::string describe(const Rule& rule) {
  if (!rule.names.empty()) return fmt::format("one of {}", fmt::join(rule.names, ", "));
  if (rule.low && rule.high) {
    return rule.low_is_open ? fmt::format("above {} and at most {}", *rule.low, *rule.high)
                            : fmt::format("between {} and {}", *rule.low, *rule.high);
  }
  if (rule.low) return fmt::format("{} {}", rule.low_is_open ? "above" : "at least", *rule.low);
  if (rule.high) return fmt::format("at most {}", *rule.high);
  return rule.non_empty ? "not empty" : "";
}

bool holds(const Rule& rule, double value) {
  if (rule.low && (value < *rule.low || (rule.low_is_open && value == *rule.low))) return false;
  return !rule.high || value <= *rule.high;
}

bool holds(const Rule& rule, std::string_view text) {
  if (rule.non_empty && text.empty()) return false;
  return rule.names.empty() ||
         std::find(rule.names.begin(), rule.names.end(), text) != rule.names.end();
}

}  // namespace assay
