#pragma once

#include <ATen/ATen.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "profile/steady_timer.h"

namespace assay::testing {

/// The steady clock of a device that records graphs, played by the CPU. As with a real one nothing
/// happens while work is recorded: what it did to `state` is taken back. A launch does the work
/// again, with whatever lies in memory then; marks in it are the host's.
class ReplayingTimer : public SteadyTimer {
 public:
  [[nodiscard]] bool records_graphs() const override { return true; }

  Mark mark() override {
    if (!places_) return last_ = SteadyTimer::mark();
    TORCH_CHECK(*places_ != breaks_at, "operation not permitted when stream is capturing",
                "\nmore lines");
    return (*places_)++;
  }

  std::unique_ptr<MarkedGraph> record(const std::function<void()>& work) override {
    ++num_recordings;
    std::vector<at::Tensor> before;
    for (const at::Tensor& tensor : state) before.push_back(tensor.detach().clone());
    places_ = 0;
    const auto put_back = [&] {
      const at::NoGradGuard no_grad;
      for (size_t i = 0; i < state.size(); ++i) state[i].detach().copy_(before[i]);
      return static_cast<size_t>(*std::exchange(places_, std::nullopt));
    };
    try {
      work();
    } catch (...) {
      put_back();
      throw;
    }
    return std::make_unique<Graph>(put_back(), work, num_launches);
  }

  std::optional<Seconds> elapsed(Mark from, Mark to) override {
    if (late && to > reached_) return std::nullopt;
    return SteadyTimer::elapsed(from, to);
  }
  void wait(Mark mark) override { reached_ = std::max(reached_, mark); }
  void finish() override { reached_ = last_; }

  std::vector<at::Tensor> state;  ///< what recorded work may change
  Mark breaks_at = -1;            ///< a recording breaks off at this mark
  bool late = false;              ///< marks are known only once they were waited for
  int num_recordings = 0;         ///< begun
  int num_launches = 0;

 private:
  class Graph : public MarkedGraph {
   public:
    Graph(size_t num_marks, std::function<void()> work, int& num_launches)
        : num_marks_(num_marks), work_(std::move(work)), num_launches_(num_launches) {}
    [[nodiscard]] size_t num_marks() const override { return num_marks_; }
    void launch() override {
      ++num_launches_;
      work_();
    }

   private:
    size_t num_marks_;
    std::function<void()> work_;
    int& num_launches_;
  };

  std::optional<Mark> places_;  ///< so far, of the graph that is recorded
  Mark last_ = -1;
  Mark reached_ = -1;
};

}  // namespace assay::testing
