#pragma once

#include <signal.h>

#include "train/stop_token.h"

namespace assay::app {

/// While this lives, SIGTERM and SIGINT ask the run to stop after its step; a second one ends the
/// process at once, as it would without this. Writing past a file size limit or into a closed pipe
/// becomes an error instead of a signal. One at a time.
class StopSignals {
 public:
  /// `token` must outlive this.
  explicit StopSignals(StopToken& token);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

 private:
  struct sigaction old_term_ {};
  struct sigaction old_int_ {};
};

}  // namespace assay::app
