#include "kernels/kernel_paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace assay::kernels {

namespace {

constexpr int kRounds = 3;

KernelPaths* in_use = nullptr;

/// The shortest of some rounds, after one in which libraries load and search.
std::optional<double> seconds_of(const KernelPath& path, const KernelPaths::Stopwatch& stopwatch) {
  try {
    stopwatch(path.work);
    double shortest = stopwatch(path.work);
    for (int round = 1; round < kRounds; ++round) {
      shortest = std::min(shortest, stopwatch(path.work));
    }
    return shortest;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace

std::string to_string(const PathChoice& choice) {
  std::string timings;
  for (const PathChoice::Timing& timing : choice.timings) {
    if (!timings.empty()) timings += ", ";
    timings += timing.seconds ? fmt::format("{} {:.3g} ms", timing.name, *timing.seconds * 1e3)
                              : timing.name + " cannot";
  }
  return fmt::format("{}: {} ({})", choice.shape, choice.timings[choice.chosen].name, timings);
}

std::optional<size_t> KernelPaths::chosen(const std::string& shape) const {
  const auto found = chosen_.find(shape);
  if (found == chosen_.end()) return std::nullopt;
  return found->second;
}

size_t KernelPaths::choose(const std::string& shape, std::span<const KernelPath> paths) {
  PathChoice choice{.shape = shape};
  std::optional<double> best;
  for (size_t i = 0; i < paths.size(); ++i) {
    const std::optional<double> seconds = seconds_of(paths[i], options_.stopwatch);
    choice.timings.push_back({paths[i].name, seconds});
    if (!seconds || (best && *best <= *seconds)) continue;
    best = seconds;
    choice.chosen = i;
  }
  if (!best) throw std::runtime_error("[kernels] no kernel of this library computes " + shape);
  chosen_[shape] = choice.chosen;
  new_.push_back(choice);
  return choice.chosen;
}

std::vector<PathChoice> KernelPaths::take_new() { return std::exchange(new_, {}); }

UseKernelPaths::UseKernelPaths(KernelPaths& paths) { in_use = &paths; }
UseKernelPaths::~UseKernelPaths() { in_use = nullptr; }

KernelPaths* kernel_paths() { return in_use; }

}  // namespace assay::kernels
