#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "units/measure.h"

namespace assay {

/// What a field's value must satisfy. The rules of one field are merged; for optional fields and
/// lists they hold for the value inside. Numbers with a unit are compared in the base unit.
struct Rule {
  bool required = false;
  bool non_empty = false;
  std::optional<double> low;
  bool low_is_open = false;  ///< the value must be above `low`, not equal
  std::optional<double> high;
  std::vector<std::string_view> names;
  std::vector<Dimension> dimensions;
};

/// The key must be there.
Rule required();
/// A text, list or table with something in it.
Rule non_empty();
Rule at_least(double low);
Rule above(double low);
Rule at_most(double high);
Rule between(double low, double high);
/// A text out of a few. The names must outlive the rule: pass literals.
Rule one_of(std::initializer_list<std::string_view> names);
/// A number with a unit of this dimension (one of these, where several are given).
Rule in_unit_of(Dimension dimension);

Rule merge(std::initializer_list<Rule> rules);

/// What `rule` asks for in words ("at least 1"); empty where it asks for nothing but presence.
std::string describe(const Rule& rule);

/// Whether a number or a text keeps the rule.
bool holds(const Rule& rule, double value);
bool holds(const Rule& rule, std::string_view text);

}  // namespace assay
