#include "record/step_times.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace assay {
namespace {

// A double's sign, exponent and 13 bits of its fraction: they grow with the (positive) number.
constexpr int kDroppedBits = 52 - 13;

uint64_t class_of(Seconds time) {
  return std::bit_cast<uint64_t>(std::max(0.0, time.value())) >> kDroppedBits;
}

}  // namespace

void StepTimes::add_to_class(Seconds time) {
  Class& one = classes_[class_of(time)];
  ++one.count;
  one.sum += time;
}

void StepTimes::add(Seconds time) {
  ++count_;
  if (!classes_.empty()) return add_to_class(time);
  times_.push_back(time);
  if (times_.size() <= kExact) return;
  for (const Seconds one : times_) add_to_class(one);
  times_ = {};
}

std::optional<Seconds> StepTimes::quantile(double share) const {
  if (count_ == 0) return std::nullopt;
  const auto rank = static_cast<int64_t>(std::ceil(share * static_cast<double>(count_ - 1)));
  if (classes_.empty()) {
    std::vector<Seconds> times = times_;
    std::nth_element(times.begin(), times.begin() + rank, times.end());
    return times[static_cast<size_t>(rank)];
  }
  int64_t below = 0;
  for (const auto& [number, one] : classes_) {
    below += one.count;
    if (below > rank) return one.sum / static_cast<double>(one.count);
  }
  return std::nullopt;
}

}  // namespace assay
