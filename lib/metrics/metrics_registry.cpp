#include "metrics/metrics_registry.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <cmath>
#include <exception>
#include <sstream>
#include <string>

#include "error/error.h"
#include "formats/durable_file.h"
#include "metrics/series_of.h"

namespace assay {
namespace {

prometheus::Labels labels_of(const MetricRow& metric, LabelValues values) {
  check(values.size() == num_labels(metric), "[metrics] an update with other labels than its row");
  prometheus::Labels labels;
  size_t i = 0;
  for (const std::string_view value : values) {
    labels.emplace(std::string(metric.labels[i++]), std::string(value));
  }
  return labels;
}

prometheus::Histogram::BucketBoundaries boundaries(const MetricBuckets& buckets) {
  prometheus::Histogram::BucketBoundaries bounds;
  double bound = buckets.first;
  for (size_t i = 0; i < buckets.count; ++i, bound *= buckets.factor) bounds.push_back(bound);
  return bounds;
}

}  // namespace

// One family a row; of the three only that of the row's type is open.
struct MetricsRegistry::Families {
  struct Entry {
    SeriesOf<prometheus::Counter> counters;
    SeriesOf<prometheus::Gauge> gauges;
    SeriesOf<prometheus::Histogram> histograms;
  };

  std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  std::array<Entry, kCatalogue.size()> entries;

  Families() {
    for (size_t i = 0; i < kCatalogue.size(); ++i) open(entries[i], kCatalogue[i]);
  }

  void open(Entry& entry, const MetricRow& metric) const {
    const std::string name(metric.name);
    const std::string help(metric.help);
    switch (metric.type) {
      case MetricType::kCounter:
        return entry.counters.open(
            prometheus::BuildCounter().Name(name).Help(help).Register(*registry));
      case MetricType::kGauge:
        return entry.gauges.open(
            prometheus::BuildGauge().Name(name).Help(help).Register(*registry));
      case MetricType::kHistogram:
        return entry.histograms.open(
            prometheus::BuildHistogram().Name(name).Help(help).Register(*registry));
    }
    throw InternalError("[metrics] a row without a type");
  }

  Entry& operator[](Metric metric) { return entries[static_cast<size_t>(metric)]; }
};

MetricsRegistry::MetricsRegistry() : families_(std::make_unique<Families>()) {}
MetricsRegistry::~MetricsRegistry() = default;

void MetricsRegistry::refuse(Metric metric) noexcept {
  add(Metric::kRefusedUpdates, {row(metric).name}, 1);
}

void MetricsRegistry::add(Metric metric, LabelValues labels, double increment) noexcept {
  if (!std::isfinite(increment) || increment < 0) return refuse(metric);
  try {
    auto& counters = (*families_)[metric].counters;
    check(counters.is_open(), "[metrics] add() on what is no counter");
    const auto make = [&](auto& family) -> auto& {
      return family.Add(labels_of(row(metric), labels));
    };
    counters.find(labels, make).Increment(increment);
  } catch (const std::exception&) {
    if (metric != Metric::kRefusedUpdates) refuse(metric);
  }
}

void MetricsRegistry::set(Metric metric, LabelValues labels, double value) noexcept {
  if (!std::isfinite(value)) return refuse(metric);
  try {
    auto& gauges = (*families_)[metric].gauges;
    check(gauges.is_open(), "[metrics] set() on what is no gauge");
    const auto make = [&](auto& family) -> auto& {
      return family.Add(labels_of(row(metric), labels));
    };
    gauges.find(labels, make).Set(value);
  } catch (const std::exception&) {
    refuse(metric);
  }
}

void MetricsRegistry::remove(Metric metric, LabelValues labels) noexcept {
  try {
    auto& gauges = (*families_)[metric].gauges;
    check(gauges.is_open(), "[metrics] remove() on what is no gauge");
    gauges.remove(labels);
  } catch (const std::exception&) {
    refuse(metric);
  }
}

void MetricsRegistry::observe(Metric metric, LabelValues labels, double value) noexcept {
  if (!std::isfinite(value)) return refuse(metric);
  try {
    auto& histograms = (*families_)[metric].histograms;
    check(histograms.is_open(), "[metrics] observe() on what is no histogram");
    const auto make = [&](auto& family) -> auto& {
      return family.Add(labels_of(row(metric), labels), boundaries(row(metric).buckets));
    };
    histograms.find(labels, make).Observe(value);
  } catch (const std::exception&) {
    refuse(metric);
  }
}

std::string MetricsRegistry::text() const {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, families_->registry->Collect());
  return out.str();
}

void MetricsRegistry::write_textfile(const std::filesystem::path& path) const {
  write_file_durably(path, text());
}

std::shared_ptr<prometheus::Collectable> MetricsRegistry::collectable() const {
  return families_->registry;
}

}  // namespace assay
