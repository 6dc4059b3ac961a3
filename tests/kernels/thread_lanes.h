#pragma once

#include <algorithm>
#include <barrier>
#include <concepts>
#include <cstdint>
#include <thread>
#include <vector>

namespace assay::kernels {

/// Lanes (kernels/lanes.h) that are four threads: each lane's loops and barriers are those of a
/// GPU's warp.
class ThreadLanes {
 public:
  static constexpr int64_t kLanes = 4;
  struct Shared {
    std::barrier<> meet{kLanes};
    std::vector<double> numbers = std::vector<double>(kLanes);
    std::vector<int64_t> keys = std::vector<int64_t>(kLanes);
  };
  ThreadLanes(Shared& shared, int64_t rank) : shared_(&shared), rank_(rank) {}
  [[nodiscard]] int64_t rank() const { return rank_; }
  [[nodiscard]] int64_t size() const { return kLanes; }
  template <class T>
  [[nodiscard]] T sum(T x) const {
    return joined(x, [](T a, T b) { return a + b; });
  }
  template <class T>
  [[nodiscard]] T max(T x) const {
    return joined(x, [](T a, T b) { return std::max(a, b); });
  }
  void sync() const { shared_->meet.arrive_and_wait(); }

 private:
  template <class T, class Join>
  [[nodiscard]] T joined(T x, const Join& join) const {
    const auto in = [&](auto& slots) {
      slots[static_cast<size_t>(rank_)] = x;
      sync();
      T all = static_cast<T>(slots[0]);
      for (size_t i = 1; i < slots.size(); ++i) all = join(all, static_cast<T>(slots[i]));
      sync();
      return all;
    };
    if constexpr (std::integral<T>) {
      return in(shared_->keys);
    } else {
      return in(shared_->numbers);
    }
  }

  Shared* shared_;
  int64_t rank_;
};

/// Calls work(lanes) on four threads that share its rows.
template <class Work>
void on_thread_lanes(const Work& work) {
  ThreadLanes::Shared shared;
  std::vector<std::jthread> threads;
  for (int64_t rank = 0; rank < ThreadLanes::kLanes; ++rank) {
    threads.emplace_back([&, rank] { work(ThreadLanes(shared, rank)); });
  }
}

}  // namespace assay::kernels
