#pragma once

#include <string>
#include <vector>

#include "record/probe_record.h"
#include "registry/registry.h"
#include "specs/model_spec.h"

namespace assay {

/// What one token of training takes, part by part, in device-seconds.
struct ProbeTime {
  std::vector<ProbeLine> lines;
  std::vector<std::string> missing;  ///< what could not be reckoned, with the reason
  Sourced<double> whole;             ///< the sum; its bounds are sums too, which is the wider way
};

/// Composes the timed layers of `record` (its layers, passes, layout, tokens and precision) to the
/// time of one token of `spec`, the model at full size:
/// layers: tensor x count x (forward + backward) / tokens (each of the tensor-parallel devices does
/// a part of every layer; pipeline groups share the layers out, copies the tokens);
/// accumulate: time per parameter x (parameters outside of experts + those of experts / expert) /
/// tokens, once a micro-batch in each copy; optimizer: time per parameter x all parameters / tokens
/// of a step, once over all copies (ZeRO-1, arXiv 1910.02054, section 5.1);
/// pipeline bubble: 0 to (pipeline - 1) / micro-batches of the layers (1F1B, Narayanan et al. 2021,
/// arXiv 2104.04473, section 2.2.1), since schedules of today leave less;
/// communication: bytes over the bandwidth of one direction, all of it hidden to none of it: see
/// probe_communication. What is not known stands in `missing` and is not guessed. `device` is the
/// timed one's entry, or null.
ProbeTime probe_time(const ProbeRecord& record, const ModelSpec& spec, const Device* device);

/// The lines of communication, with serial time as their upper bound:
/// experts: per mixture layer and token 4 (dispatch and combine, forward and backward) x copies x
/// d_model x 2 bytes x (expert - 1) / expert, copies = top_k, and no more than nodes_per_token
/// between nodes (DeepSeek-V3, arXiv 2412.19437, section 3.2.2); tensor: per layer 4 all-reduces of
/// d_model x 2 bytes by rings, 2 (t - 1) / t each (Shoeybi et al. 2019, arXiv 1909.08053, section
/// 3); pipeline: 2 x d_model x 2 bytes a border; data: gradients and weights of 2 bytes each once a
/// step. Groups of more than 8 devices use the network between nodes, others the interconnect.
ProbeTime probe_communication(const ProbeRecord& record, const ModelSpec& spec,
                              const Device* device);

}  // namespace assay
