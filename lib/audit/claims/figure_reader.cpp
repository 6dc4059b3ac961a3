#include "audit/claims/figure_reader.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

#include "audit/claims/scope.h"
#include "audit/output/number_text.h"
#include "config/place.h"
#include "error/error.h"

namespace assay::audit {
namespace {

constexpr double kLargestMagnitude = 1e40;  // a larger one is a slip of the pen in any unit

// More than anything of its kind that could be told of a training: ten million times the largest.
double largest_of(Dimension dimension) {
  switch (dimension) {
    case Dimension::kDevices:
      return 1e12;
    case Dimension::kGpuHours:
      return 1e16;
    case Dimension::kSeconds:
      return 3.2e11;  // ten thousand years
    case Dimension::kTokens:
    case Dimension::kParameters:
      return 1e21;
    case Dimension::kFlops:
      return 1e35;
    case Dimension::kFlopsPerSecond:
      return 1e25;
    case Dimension::kMoney:
      return 1e20;
    case Dimension::kRatio:
      return 1e12;
    default:
      return kLargestMagnitude;
  }
}

Measure read_measure(const std::string& text, const Place& place) {
  if (text.size() > kLongestQuotedText) fail_at(place, "not a measure: " + in_quotes(text));
  try {
    Measure measure = parse_measure(text);
    if (std::abs(measure.value) > largest_of(measure.dimension)) {
      fail_at(place, "the magnitude is absurd: " + in_quotes(text));
    }
    return measure;
  } catch (const DataError& error) {
    const std::string message = error.what();
    if (message.starts_with("[units] ")) fail_at(place, printable(message.substr(8)));
    throw;
  }
}

Direction read_direction(ClaimTable& table) {
  const std::string text = table.optional_text("relation");
  if (text.empty() || text == "equals") return Direction::kExact;
  if (text == "at-least") return Direction::kAtLeast;
  if (text == "at-most") return Direction::kAtMost;
  if (text == "about") return Direction::kAbout;
  if (text == "magnitude") return Direction::kMagnitude;
  fail_at(table.place_of("relation"),
          fmt::format("relation is equals, about, magnitude, at-least or at-most, not {}",
                      in_quotes(text)));
}

Measure interval_end(ClaimTable& table, std::string_view key, const Figure& figure) {
  Measure end = read_measure(table.text(key), table.place_of(key));
  if (end.dimension != figure.measure.dimension || end.currency != figure.measure.currency) {
    fail_at(table.place_of(key), fmt::format("{} is in the unit of the value: \"{}\" of \"{}\"",
                                             key, end.text, figure.measure.text));
  }
  return end;
}

// low, high and shape: how sure the value is, as its source or the reader states it.
std::optional<InputRange> read_interval(ClaimTable& table, const Figure& figure) {
  const bool any = table.node("low") != nullptr || table.node("high") != nullptr ||
                   table.node("shape") != nullptr;
  if (!any) return std::nullopt;
  const std::string word = table.text("shape");
  const std::optional<Shape> shape = shape_named(word);
  if (!shape) {
    fail_at(
        table.place_of("shape"),
        fmt::format("shape is uniform, triangular, normal or lognormal, not {}", in_quotes(word)));
  }
  const Measure low = interval_end(table, "low", figure);
  const Measure high = interval_end(table, "high", figure);
  const double value = figure.measure.value;
  if (low.value >= high.value) {
    fail_at(table.place_of("high"),
            fmt::format("the interval is turned round: \"{}\" to \"{}\"", low.text, high.text));
  }
  if (value < low.value || value > high.value) {
    fail_at(table.place_of("low"), fmt::format("the value \"{}\" lies outside of \"{}\" to \"{}\"",
                                               figure.measure.text, low.text, high.text));
  }
  if (*shape == Shape::kLogNormal && low.value <= 0) {
    fail_at(table.place_of("low"), "a lognormal interval lies above zero: " + in_quotes(low.text));
  }
  return InputRange{*shape, low.value, value, high.value};
}

Figure read_figure_table(const TomlTable& fields, const SourceRef& fallback) {
  ClaimTable table(fields);
  Figure figure;
  figure.measure = read_measure(table.text("value"), table.place_of("value"));
  if (table.node("to") != nullptr) {
    const Place& place = table.place_of("to");
    figure.to = read_measure(table.text("to"), place);
    if (figure.to->dimension != figure.measure.dimension) {
      fail_at(place, fmt::format("a range needs one dimension: \"{}\" to \"{}\"",
                                 figure.measure.text, figure.to->text));
    }
    if (figure.to->value < figure.measure.value) {
      fail_at(place, fmt::format("the range is turned round: \"{}\" to \"{}\"", figure.measure.text,
                                 figure.to->text));
    }
  }
  figure.direction = read_direction(table);
  figure.interval = read_interval(table, figure);
  for (auto& [dimension, place] : table.texts("includes")) {
    if (!scope_index(dimension)) fail_at(place, "no scope dimension: " + in_quotes(dimension));
    figure.includes.push_back(dimension);
  }
  figure.source = read_source(table, fallback);
  figure.place = fields.place;
  table.finish();
  return figure;
}

}  // namespace

SourceRef read_source(ClaimTable& table, const SourceRef& fallback) {
  SourceRef source = fallback;
  if (std::string key = table.optional_text("source"); !key.empty()) {
    if (key != fallback.key) source.locator.clear();
    source.key = std::move(key);
  }
  if (std::string locator = table.optional_text("locator"); !locator.empty()) {
    source.locator = std::move(locator);
  }
  if (std::string mark = table.optional_text("mark"); !mark.empty()) source.mark = std::move(mark);
  if (source.key.empty()) fail_at(table.place(), "the source of this figure is missing");
  constexpr std::array<std::string_view, 3> kMarks{"seen", "recalled", "derived"};
  for (const std::string_view mark : kMarks) {
    if (source.mark == mark) return source;
  }
  fail_at(table.place(),
          fmt::format("mark is seen, recalled or derived, not {}", in_quotes(source.mark)));
}

Figure read_figure(const TomlNode& node, const SourceRef& fallback) {
  if (const auto* fields = std::get_if<TomlTable>(&node.value)) {
    return read_figure_table(*fields, fallback);
  }
  const auto* text = std::get_if<std::string>(&node.value);
  if (text == nullptr) {
    fail_at(node.place,
            fmt::format("a figure is a text with a unit, like \"2.788e6 gpu_h\", not {}",
                        kind_name(node)));
  }
  Figure figure;
  figure.measure = read_measure(*text, node.place);
  figure.place = node.place;
  const TomlTable empty{.place = node.place, .entries = {}};
  ClaimTable none(empty);
  figure.source = read_source(none, fallback);
  return figure;
}

}  // namespace assay::audit
