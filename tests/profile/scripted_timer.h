#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "profile/event_timer.h"

namespace assay::testing {

/// An EventTimer whose device is a script: mark i happens at `times[i]` and is known only once
/// `reached` is past it.
class ScriptedTimer : public EventTimer {
 public:
  explicit ScriptedTimer(std::vector<double> times) : times_(std::move(times)) {}

  Mark mark() override { return places_ ? (*places_)++ : next_++; }
  std::optional<Seconds> elapsed(Mark from, Mark to) override {
    if (to >= reached_) return std::nullopt;
    return Seconds(times_.at(static_cast<size_t>(to)) - times_.at(static_cast<size_t>(from)));
  }
  bool records_graphs() const override { return true; }
  std::unique_ptr<MarkedGraph> record(const std::function<void()>& work) override {
    places_ = 0;
    try {
      work();
    } catch (...) {
      places_.reset();
      throw;
    }
    return std::make_unique<Graph>(static_cast<size_t>(*std::exchange(places_, std::nullopt)),
                                   num_launches_);
  }
  std::optional<Mark> renew(MarkedGraph& graph) override {
    if (!can_renew_) return std::nullopt;
    return std::exchange(next_, next_ + static_cast<Mark>(graph.num_marks()));
  }
  void release(Mark last) override { released_ = last; }
  void wait(Mark mark) override { reached_ = std::max(reached_, mark + 1); }
  void finish() override { reached_ = next_; }
  StepClock clock() const override { return StepClock::kCudaEvents; }

  /// The device has passed the first `num_marks` marks.
  void reach(Mark num_marks) { reached_ = num_marks; }
  /// From here on the places of graphs cannot get fresh marks.
  void refuse_to_renew() { can_renew_ = false; }
  int num_launches() const { return num_launches_; }
  Mark num_marks() const { return next_; }
  Mark released() const { return released_; }

 private:
  class Graph : public MarkedGraph {
   public:
    Graph(size_t num_marks, int& num_launches)
        : num_marks_(num_marks), num_launches_(num_launches) {}
    size_t num_marks() const override { return num_marks_; }
    void launch() override { ++num_launches_; }

   private:
    size_t num_marks_;
    int& num_launches_;
  };

  std::vector<double> times_;
  Mark next_ = 0;
  Mark reached_ = 0;
  Mark released_ = -1;
  std::optional<Mark> places_;  ///< so far, of the graph that is recorded
  bool can_renew_ = true;
  int num_launches_ = 0;
};

}  // namespace assay::testing
