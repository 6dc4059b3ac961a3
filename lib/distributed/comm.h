#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace assay {

/// The processes that train one model together: who this one is, and the collectives the trainer
/// needs. This build has the one-process instance only; its collectives are the identity.
class Comm {
 public:
  /// The group of this process alone.
  [[nodiscard]] static Comm one_process() { return {}; }

  /// The group named by torchrun's environment (RANK, WORLD_SIZE, LOCAL_RANK), or this process
  /// alone where there is none. Throws: ConfigError for a number that does not parse and for more
  /// than one process, which this build cannot do: training each process alone would be a silent
  /// wrong answer.
  [[nodiscard]] static Comm from_environment();

  [[nodiscard]] int64_t rank() const { return rank_; }
  [[nodiscard]] int64_t world() const { return world_; }
  [[nodiscard]] int64_t local_rank() const { return local_rank_; }

  /// Adds `tensor` over all ranks, in place, on the tensor's device.
  void all_reduce_sum(at::Tensor& tensor) const;
  /// Returns when every rank has called it.
  void barrier() const;

 private:
  Comm() = default;

  int64_t rank_ = 0;
  int64_t world_ = 1;
  int64_t local_rank_ = 0;
};

}  // namespace assay
