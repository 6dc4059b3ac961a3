#pragma once

#include <cstdint>

#include "config/config.h"

namespace assay {

/// When checkpoints are written and which are kept. One is always written at the end of a run and
/// when it is stopped.
struct CheckpointConfig {
  int64_t every_steps = 0;
  Seconds every_time{};
  int64_t keep_last = 2;
  int64_t keep_every = 0;

  template <class V>
  void fields(V& visit) {
    visit("every_steps", every_steps, "write one every so many steps; 0: not by steps",
          at_least(0));
    visit("every_time", every_time,
          "write one when this much time has passed; \"0 s\": not by time", at_least(0));
    visit("keep_last", keep_last, "newest checkpoints to keep", at_least(1));
    visit("keep_every", keep_every, "also keep every checkpoint whose step this divides; 0: none",
          at_least(0));
  }
};

}  // namespace assay
