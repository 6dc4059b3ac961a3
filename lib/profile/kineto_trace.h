#pragma once

#include <cstdint>
#include <filesystem>
#include <utility>

namespace assay {

/// Records some steps with Kineto, LibTorch's own profiler: every operator, and on a GPU every
/// kernel by CUPTI. It slows these steps down and on GPUs before Hopper excludes DCGM's profiling,
/// so it is opt-in and short. The training thread only.
class KinetoTrace {
 public:
  struct Options {
    std::filesystem::path file;  ///< Chrome trace (JSON)
    int64_t num_steps = 3;
    bool on_gpu = false;
  };

  explicit KinetoTrace(Options options) : options_(std::move(options)) {}
  ~KinetoTrace();
  KinetoTrace(const KinetoTrace&) = delete;
  KinetoTrace& operator=(const KinetoTrace&) = delete;

  /// Tells that a step ended. The first step, which pays for allocation, is not recorded; after the
  /// last recorded one the file is written. Throws: StorageError where it cannot be.
  void step_ended();

 private:
  void save();

  Options options_;
  int64_t num_ended_ = 0;
  bool is_recording_ = false;
};

}  // namespace assay
