#include "metrics/catalogue.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace assay {
namespace {

std::string_view type_name(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return "counter";
    case MetricType::kGauge:
      return "gauge";
    case MetricType::kHistogram:
      return "histogram";
  }
  return "";
}

std::string label_list(const MetricRow& metric) {
  std::string text;
  for (size_t i = 0; i < num_labels(metric); ++i) {
    text += fmt::format("{}`{}`", i == 0 ? "" : ", ", metric.labels[i]);
  }
  return text;
}

// "0.005 to 37.8, each 1.6 times the last"
std::string bucket_text(const MetricBuckets& buckets) {
  if (buckets.count == 0) return "";
  const double last = buckets.first * std::pow(buckets.factor, buckets.count - 1);
  return fmt::format(" Buckets: {} from {} to {:.4g}, each {} times the one before.", buckets.count,
                     buckets.first, last, buckets.factor);
}

}  // namespace

std::string catalogue_markdown() {
  std::string text = "| name | type | unit | labels | meaning |\n|---|---|---|---|---|\n";
  for (const MetricRow& metric : kCatalogue) {
    fmt::format_to(std::back_inserter(text), "| `{}` | {} | {} | {} | {}{} |\n", metric.name,
                   type_name(metric.type), metric.unit, label_list(metric), metric.help,
                   bucket_text(metric.buckets));
  }
  return text;
}

}  // namespace assay
