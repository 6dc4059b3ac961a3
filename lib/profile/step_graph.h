#pragma once

#include <memory>

#include "profile/marked_graph.h"
#include "profile/marked_step.h"

namespace assay {

/// A part of a step that is recorded and launched as one graph, with the phases and layers that it
/// enters. Made by StepProfiler::record, launched by StepProfiler::launch of the same profiler.
struct StepGraph {
  std::unique_ptr<MarkedGraph> graph;
  MarkedStep plan;  ///< what begins at which place of the graph
};

}  // namespace assay
