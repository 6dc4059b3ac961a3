#pragma once

#include <cstdint>
#include <string>

#include "config/config.h"

namespace assay {

/// What is timed beside the phases of every step.
struct ProfileConfig {
  int64_t layers_every = 100;
  std::string trace;
  int64_t trace_steps = 1000;
  std::string kineto;
  int64_t kineto_steps = 3;
  bool ceiling = true;

  template <class V>
  void fields(V& visit) {
    visit("layers_every", layers_every,
          "time the layers of every n-th step by their kind (attention, experts, head); 0: never",
          at_least(0));
    visit("trace", trace,
          "file for a Chrome trace of the process (Perfetto and chrome://tracing open it): steps, "
          "phases, layers, energy");
    visit("trace_steps", trace_steps, "steps in the trace, from the first of the process; 0: all",
          at_least(0));
    visit("kineto", kineto,
          "file for a trace of LibTorch's own profiler: every operator and kernel of a few steps, "
          "which it slows down");
    visit("kineto_steps", kineto_steps, "steps in that trace, from the second of the process",
          at_least(1));
    visit("ceiling", ceiling,
          "measure at the start what matrix products reach here; without it, and on a device "
          "outside of the registry, no utilisation is shown");
  }
};

}  // namespace assay
