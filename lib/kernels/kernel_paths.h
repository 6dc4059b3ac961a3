#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay::kernels {

/// Which of LibTorch's kernels computes scaled dot-product attention. kAuto: the fastest for each
/// shape where paths are timed, else the library's own choice.
enum class AttentionKernel { kAuto, kFlash, kEfficient, kCudnn, kMath };

/// One of several ways to compute the same thing.
struct KernelPath {
  std::string name;
  std::function<void()> work;  ///< computes it once; throws where the device cannot
};

/// What was found for one shape.
struct PathChoice {
  struct Timing {
    std::string name;
    std::optional<double> seconds;  ///< absent: this path cannot compute the shape
  };
  std::string shape;
  size_t chosen = 0;  ///< index into timings
  std::vector<Timing> timings;
};
/// "attention [8, 12, 256, 64]: flash (flash 0.21 ms, efficient 0.34 ms, cudnn cannot)".
std::string to_string(const PathChoice& choice);

/// How the kernels of this process that have several ways choose one. One thread at a time.
class KernelPaths {
 public:
  /// Seconds that the device takes for `work`; waits for the device.
  using Stopwatch = std::function<double(const std::function<void()>& work)>;
  struct Options {
    AttentionKernel attention = AttentionKernel::kAuto;
    Stopwatch stopwatch = nullptr;  ///< empty: nothing is timed, kernels take their usual path
    bool may_wait = true;  ///< whether a path may wait for the device (none does inside a graph)
  };

  explicit KernelPaths(Options options) : options_(std::move(options)) {}

  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] bool times_paths() const { return options_.stopwatch != nullptr; }
  /// The path that was chosen for `shape`; nothing where it was not seen yet.
  [[nodiscard]] std::optional<size_t> chosen(const std::string& shape) const;
  /// Times each path and keeps the fastest for `shape`. Throws: std::runtime_error where none of
  /// them can compute it.
  size_t choose(const std::string& shape, std::span<const KernelPath> paths);
  /// The choices made since the last call.
  std::vector<PathChoice> take_new();

 private:
  Options options_;
  std::map<std::string, size_t, std::less<>> chosen_;
  std::vector<PathChoice> new_;
};

/// Makes `paths` those of this process while it lives; not nested.
class UseKernelPaths {
 public:
  explicit UseKernelPaths(KernelPaths& paths);
  ~UseKernelPaths();
  UseKernelPaths(const UseKernelPaths&) = delete;
  UseKernelPaths& operator=(const UseKernelPaths&) = delete;
};
/// Those in use; null where there are none: every kernel takes its usual path.
KernelPaths* kernel_paths();

}  // namespace assay::kernels
