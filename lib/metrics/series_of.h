#pragma once

#include <prometheus/family.h>

#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "metrics/metrics_registry.h"

namespace assay {

/// The series of one row. A step updates dozens of them, and to find one by its labels in the
/// library costs several allocations and a hash of all of them, so each is kept by the values
/// alone.
template <class Series>
class SeriesOf {
 public:
  void open(prometheus::Family<Series>& family) { family_ = &family; }
  [[nodiscard]] bool is_open() const { return family_ != nullptr; }

  /// `make` makes one that is not there yet: Series&(Family&).
  template <class Make>
  Series& find(LabelValues values, Make make) {
    const std::lock_guard lock(mutex_);
    set_key(values);
    const auto found = known_.find(key_);
    if (found != known_.end()) return *found->second;
    return *known_.emplace(key_, &make(*family_)).first->second;
  }

  void remove(LabelValues values) {
    const std::lock_guard lock(mutex_);
    set_key(values);
    const auto found = known_.find(key_);
    if (found == known_.end()) return;
    family_->Remove(found->second);
    known_.erase(found);
  }

 private:
  void set_key(LabelValues values) {
    key_.clear();
    for (const std::string_view value : values) {
      key_ += value;
      key_ += '\0';
    }
  }

  prometheus::Family<Series>* family_ = nullptr;
  std::mutex mutex_;
  std::string key_;
  std::unordered_map<std::string, Series*> known_;
};

}  // namespace assay
