#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace assay {

enum class MetricType { kCounter, kGauge, kHistogram };

/// Upper bounds of a histogram: `first`, `first` x `factor`, ... `count` of them. They are the same
/// in every run, so that histograms add up.
struct MetricBuckets {
  double first = 0;
  double factor = 0;
  size_t count = 0;
};

inline constexpr size_t kMaxMetricLabels = 8;
using MetricLabelNames = std::array<std::string_view, kMaxMetricLabels>;

/// One metric family: everything that registration, documentation and tests need.
struct MetricRow {
  std::string_view name;
  MetricType type = MetricType::kGauge;
  std::string_view unit;  ///< base unit; "1" for counts and ratios
  MetricLabelNames labels{};
  std::string_view help;  ///< one line
  MetricBuckets buckets{};
};

/// How many labels a row has; they are filled from the front.
constexpr size_t num_labels(const MetricRow& row) {
  size_t count = 0;
  while (count < row.labels.size() && !row.labels[count].empty()) ++count;
  return count;
}

}  // namespace assay
