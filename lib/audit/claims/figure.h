#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/uncertainty/input_range.h"
#include "config/place.h"
#include "registry/registry.h"
#include "units/measure.h"

namespace assay::audit {

/// How a source prints a figure: as a value, "more than", "at most", "about" or "an order of
/// magnitude".
enum class Direction { kExact, kAtLeast, kAtMost, kAbout, kMagnitude };
/// "equals", "at-least", "at-most", "about" or "magnitude", as claim files write it.
std::string_view to_string(Direction direction);

/// One published number: "2.664e6 gpu_h", its source, and what its place in the claim is.
struct Figure {
  Measure measure;
  std::optional<Measure> to;  ///< the upper end, where the source prints a range
  Direction direction = Direction::kExact;
  std::optional<InputRange> interval;  ///< a 90 % interval or ends, where the file states them
  std::vector<std::string> includes;   ///< scope dimensions, where they differ from the claim's
  SourceRef source;
  std::string claim;  ///< id of the claim that holds it
  std::string path;   ///< "total.hours", "stages.pre-training.tokens"
  std::string role;   ///< "hours"; empty for a free figure
  std::string owner;  ///< name of its stage or run; empty for the total
  Place place;

  /// The values that this figure allows: its rounding interval, a tenth either side for "about" (of
  /// a percentage no more than three tenths of what is left to a hundred), from the lower end of a
  /// range to the upper one, with a stated interval where there is one; unbounded above or below
  /// for "more than" and "at most".
  [[nodiscard]] Bounds<double> bounds() const;
  /// The same with the widest rounding: what lies outside contradicts the figure.
  [[nodiscard]] Bounds<double> widest() const;
  /// What is said without any rounding: the value, the printed range, all above "more than" and
  /// below "at most", half an order either side of "an order of magnitude".
  [[nodiscard]] Bounds<double> stated() const;
  /// The same as an input of an uncertain formula: the stated interval where the file has one; a
  /// printed range as uniform; else printed rounding as a triangle about the printed value, since
  /// sources round and cut off. Exact counts are fixed, "more than" and "at most" are open.
  [[nodiscard]] InputRange range() const;
  /// As printed, with "more than" or the range: ">= 100e6 USD", "2e7 USD to 9e7 USD".
  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool recalled() const { return source.mark == "recalled"; }
};

/// Figures from memory and our own arithmetic contradict nothing, however impossible they are.
bool contradicts_nothing(const Figure& figure);

}  // namespace assay::audit
