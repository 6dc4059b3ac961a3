#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

/// Where a number came from, strongest first.
enum class Provenance { kMeasured, kDerived, kQuoted, kAssumed };

/// "measured", "derived", "quoted" or "assumed": the spelling in every JSON key and report.
constexpr std::string_view to_string(Provenance provenance) {
  switch (provenance) {
    case Provenance::kMeasured:
      return "measured";
    case Provenance::kDerived:
      return "derived";
    case Provenance::kQuoted:
      return "quoted";
    case Provenance::kAssumed:
      return "assumed";
  }
  return "assumed";
}

/// A result carries its weakest input.
constexpr Provenance weakest(Provenance a, Provenance b) { return std::max(a, b); }

/// A closed interval in the unit of what it bounds.
template <class T>
struct Bounds {
  T low{};
  T high{};
  friend constexpr bool operator==(const Bounds&, const Bounds&) = default;
};

/// A value, what bounds it, and where it came from. It has no operators on purpose: bounds combine
/// only in audit/propagate.
template <class T>
struct Sourced {
  T value{};
  std::optional<Bounds<T>> bounds;
  Provenance provenance = Provenance::kAssumed;
  std::string source;  ///< a citation key, file:line, device UUID or the name of a formula
};

}  // namespace assay
