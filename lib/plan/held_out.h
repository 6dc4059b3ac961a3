#pragma once

#include <string>
#include <vector>

#include "plan/efficiency_model.h"
#include "registry/published_throughput.h"
#include "registry/registry.h"

namespace assay {

/// A row of a published run against what all other runs predict of it.
struct HeldOutRow {
  PublishedThroughput run;
  double predicted = 0;  ///< tokens a second and device, the median
  double low = 0;        ///< its 90 % interval
  double high = 0;

  [[nodiscard]] double published() const { return run.throughput.measure.value; }
  /// The published value lies in the interval.
  [[nodiscard]] bool inside() const { return low <= published() && published() <= high; }
  /// Half of the interval's width over its median: 0.25 is +-25 %.
  [[nodiscard]] double half_width() const { return (high - low) / 2 / predicted; }
  std::string reason;  ///< why it is outside or the interval wider than +-25 %; else empty
};

inline constexpr double kWidestHalf = 0.25;

/// Whether two rows are of one published run: the same model on the same devices in one document,
/// in another precision or with another switch of the software.
bool of_one_run(const PublishedThroughput& a, const PublishedThroughput& b);

/// Predicts every row from other runs alone: all rows of its run are left out where the likeness is
/// chosen and where the efficiency is predicted.
std::vector<HeldOutRow> held_out(const std::vector<PublishedThroughput>& runs,
                                 const Registry& registry);

/// The same for programs, with the registry's hash.
std::string held_out_json(const std::vector<HeldOutRow>& rows, const std::string& registry_hash);

/// The same as a Markdown page with a table of all rows and one of those that fall outside.
std::string held_out_markdown(const std::vector<HeldOutRow>& rows);

}  // namespace assay
